"""What can be told of a regex without running it: its first letters, its literals, its time on the worst text."""
