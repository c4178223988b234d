"""Parsing of a question's text into a `vqa.types.Question`; needs no video and no video model."""
