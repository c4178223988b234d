"""Large video models of the Hugging Face hub behind the same seam."""
