"""The page on a Hugging Face Space: open to everyone, so the limits of a shared page hold."""

from vqa.ui.start import main

if __name__ == "__main__":
    main(["--host", "0.0.0.0", "--port", "7860"])
