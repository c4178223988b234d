"""Splitting a message into questions, topics and remarks; language and length of a text."""
