"""Generation of question-answer pairs from captions, boxes, class labels and shot order."""
