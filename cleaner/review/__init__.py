"""Finished runs, looked at: what was cut, judged in groups, compared, and turned into better packs."""
