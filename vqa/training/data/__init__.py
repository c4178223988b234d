"""Training data: records, views, features and batches."""
