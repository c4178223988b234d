"""Start the page on a Hugging Face Space, with the limits of a shared page."""

from vqa.ui.start import main

if __name__ == "__main__":
    main(["--host", "0.0.0.0", "--port", "7860", "--proxy", "10.0.0.0/8"])
