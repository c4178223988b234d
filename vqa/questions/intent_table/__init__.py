"""The table of intents, with their templates and examples, and the matching of templates."""
