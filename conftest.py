"""For every run of pytest: nbval compares pictures and tracebacks, and lessons train but once."""

pytest_plugins = ["shared.saved_outputs", "shared.trained"]
