"""Measuring: the exam, the metrics, the report, the bench."""
