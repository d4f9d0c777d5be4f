"""The engine: a document becomes lines, lines candidates, candidates claims, claims decisions, decisions cuts."""
