"""Benchmarks, metrics, baselines and reports; command line: `python -m vqa.evaluation NAME`."""
