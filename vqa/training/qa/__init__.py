"""Question-answer pairs made from captions, boxes and labels."""
