"""Question and answer generation from captions, boxes, class labels and shot order."""
