"""Talking about a video: sessions, prompts, evidence."""
