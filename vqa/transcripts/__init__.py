"""Timed text of a video: speech and on-screen text."""
