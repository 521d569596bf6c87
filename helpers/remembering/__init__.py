"""Remembering: predictions that count, how far one is, and an exercise begun again."""
