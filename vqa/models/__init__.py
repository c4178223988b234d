"""The models: one seam (base), one table (registry), and a room for each kind."""
