"""Training data: records, augmented views, CNN features and batches."""
