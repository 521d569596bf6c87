"""The kinds of questions, a file for each few lessons. Importing this enters all into `KINDS`."""

from helpers.remembering.kinds import counting, learning, networks, normalizing, training

__all__ = ["counting", "learning", "networks", "normalizing", "training"]
