"""What a person's question says, told by its words alone: pure text, no model, the standard library only."""
