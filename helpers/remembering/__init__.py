"""What comes back: predictions that count, how far one is, questions, an exercise begun again."""
