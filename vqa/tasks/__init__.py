"""Tasks beyond answering a question: captions, chapters, summaries, search and indexing."""
