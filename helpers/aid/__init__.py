"""Help beside the lessons: is the environment sound, and a word where a cell fails."""
