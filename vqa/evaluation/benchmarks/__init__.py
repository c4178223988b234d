"""One module per benchmark: `run` measures and returns JSON-ready figures, `format_text` prints them as a table."""
