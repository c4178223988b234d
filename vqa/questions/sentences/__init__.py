"""Clauses, their subjects and predicates, the options of a question, and further questions of a sentence."""
