"""Deciding the intent of one question, filling its slots, and the form of the reply."""
