"""One module a file format: how documents are read from it, and how results are written to it."""
