"""For every run of pytest: nbval compares pictures and tracebacks, and lessons train but once."""

import os

# No test writes into the learner's own record, nor does what it says depend on that. Kernels and
# other processes that a test starts inherit it.
os.environ["MAKEMORE_PROGRESS"] = ""

pytest_plugins = ["shared.saved_outputs", "shared.trained"]
