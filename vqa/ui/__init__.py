"""The Gradio page: components, event handlers, per-tab state, endpoints and server."""

import os

from vqa.ui.gradio_import import skip_parts_of_gradio

# Gradio reads this when it is imported: it sends no usage statistics.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
skip_parts_of_gradio()
