"""Encoded videos, transcripts and the video library on disk."""
