"""Rewriting wordings with the same meaning into one."""
