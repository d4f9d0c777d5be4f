"""Runs over many documents: where they come from, where they go, and one record in, one record out."""
