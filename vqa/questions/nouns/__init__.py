"""Noun phrases: where a text has them, what they name, and pronouns."""
