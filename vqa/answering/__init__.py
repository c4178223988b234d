"""From a parsed question to an answer with its confidence and evidence."""
