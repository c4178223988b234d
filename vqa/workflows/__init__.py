"""Workflows that combine tasks: cutting, notes, quizzes, composing films, monitoring."""
