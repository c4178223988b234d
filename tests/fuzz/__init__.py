"""Fuzzing of the video reader: `python -m tests.fuzz --count 10000 --seed 1`."""
