"""Spelling and kinds of single words, agreement of verbs, and rewrite rules for texts."""
