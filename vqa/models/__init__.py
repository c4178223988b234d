"""Video question-answering models: interface, catalog, registry that loads by name, adapters."""
