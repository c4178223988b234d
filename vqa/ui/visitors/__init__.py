"""Server side of a page that several people use: access, fairness, storage, operation."""
