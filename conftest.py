"""For every run of pytest: nbval compares pictures and tracebacks, and lessons train but once."""

import os

# Tests run in processes side by side, and kernels and browsers beside those. Where each used every
# core, they would wait for each other more than they work. Set before torch is loaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# No test writes into the learner's own record, nor does what it says depend on that. Kernels and
# other processes that a test starts inherit it.
os.environ["MAKEMORE_PROGRESS"] = ""

pytest_plugins = ["shared.saved_outputs", "shared.trained"]
