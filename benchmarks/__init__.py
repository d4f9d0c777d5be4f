"""Speed, memory and quality of the cleaner, each one command: ``python -m benchmarks.NAME --help``."""
