"""Tasks beyond single answers: captions, chapters, summaries, search and indexing."""
