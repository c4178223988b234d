"""Completing a message by the earlier ones: pronouns and ellipsis, one module for each operation."""
