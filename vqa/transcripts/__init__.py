"""Timed text of a video: speech, subtitles and on-screen text."""
