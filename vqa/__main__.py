"""Entry point of `python -m vqa`: passes the arguments to `vqa.cli`."""

import sys

from vqa.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
