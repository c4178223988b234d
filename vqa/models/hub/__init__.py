"""Video models of the Hugging Face hub: one shared adapter, and one small file a family for what truly differs."""
