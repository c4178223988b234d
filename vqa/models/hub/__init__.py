"""Models of the Hugging Face hub: one adapter, and one module per family for the differences."""
