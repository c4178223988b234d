"""The page in the browser."""

import os

# Gradio reads it when it is imported: nothing is told to anyone about who uses this page.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
