"""Answering of a parsed question, with confidence and evidence frames."""
