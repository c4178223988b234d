"""Answering of a parsed question: text, full sentence, confidence and evidence frames."""
