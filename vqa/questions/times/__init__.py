"""The part of the video that a text names: times, shots, and parts that a thing names."""
