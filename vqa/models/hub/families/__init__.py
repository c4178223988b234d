"""Families of hub models, one module per family, and their lookup by model type."""
