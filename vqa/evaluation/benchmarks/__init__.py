"""One module per benchmark: `run` returns JSON-serializable results, `format_text` text."""
