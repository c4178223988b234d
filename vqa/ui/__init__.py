"""The Gradio page."""

import os

# Gradio reads this when it is imported: it sends no usage statistics.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
