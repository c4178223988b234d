"""One small module for each family of hub models."""
