"""The page: its layout, its handlers, its words."""
