"""Benchmarks, metrics, baselines and reports; run them with `python -m vqa.evaluation NAME`."""
