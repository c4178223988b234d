"""The embedded model: CNN frame features and BERT question features, fused, then decoded."""
