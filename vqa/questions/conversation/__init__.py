"""The state of a conversation: earlier turns, their nouns, antecedents, reactions to replies."""
