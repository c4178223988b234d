"""What a video is good for beyond single answers: captions, moments, summaries."""
