"""Checks of pattern packs: their examples, and whether a rule is safe to run.

The room stands below ``cleaner.core``: a user's pack is checked by it when it is first seen.
"""
