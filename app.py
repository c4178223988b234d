"""Start the page: `python app.py --share --port 7860 --model fused`."""

from vqa.server.serve import add_to_page
from vqa.ui.start import main

if __name__ == "__main__":
    main(extend=add_to_page)
