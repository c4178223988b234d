"""Chat session: encoded videos and the conversation about each."""
