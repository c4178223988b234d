"""Families of hub models, one module each."""
