"""Pattern packs: the closed vocabulary, loading with a cache, and the cascade that picks the rules of a document."""
