"""Training the embedded model: python -m vqa.training."""
