# Two commands: `make lab` opens the course, `make test` checks all of it.
COMMANDS := lab test reset site refresh bench losses portable faults mutants words upgrade
.PHONY: help $(COMMANDS)

# pip has not compiled the packages: Python does when it first loads one, and keeps the result.
# Where this variable forbids to keep it, as in some containers, each process compiles PyTorch anew.
unexport PYTHONDONTWRITEBYTECODE

help:
	@echo "make lab                opens the course in JupyterLab"
	@echo "make test               runs every test (ARGS='-k names' chooses some)"
	@echo "make reset LESSON=3     takes your copy of a lesson back to its beginning, and keeps what you"
	@echo "                        had beside it (EXERCISE=3.2: one exercise)"
	@echo "make site               makes the course's pages, which need no installation: site/index.html"
	@echo "                        (ARGS=--check: and goes through all of them in a browser)"
	@echo "make refresh            runs every notebook anew and saves what came out"
	@echo "                        (NOTEBOOK=notebooks/01_counting.ipynb: that one alone)"
	@echo "make portable           runs every notebook as on other processors, with 1 thread and 2"
	@echo "make faults             breaks the course on purpose, and says which test notices"
	@echo "make mutants            changes the helpers and the solutions in small ways, and says what"
	@echo "                        no test and no check notices"
	@echo "make words              runs every lesson on other words, with its exercises solved"
	@echo "make bench              measures the course beside the plain way of doing the same"
	@echo "make losses             trains the later lessons' models for long, and compares losses"
	@echo "make upgrade            renews the pins in constraints.txt, and says what changed"
	@echo "Each sets up what is missing first. PYTHON=/path/to/python names the Python to use."

# The environment is set up while this file is read, and not by a rule. For when a rule fails,
# make adds a line of its own, below the sentence that tells the learner what to do; whereas with
# --question it ends here, quietly, and with a status that says so.
# The Python that does it: the one that is named, else that of the environment, else the first that
# fits and has all of its library, else one that fits, for its set-up to say what is missing.
fits := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))
pythons := $(if $(PYTHON),"$(PYTHON)",python3.11 python3 python3.12 python3.13 python3.14)
set_up = use() { program="$$1"; shift; for python in "$$@"; do \
	if "$$python" -c "$$program" >/dev/null 2>&1; then \
	TORCH_INDEX="$(TORCH_INDEX)" "$$python" tools/set_up.py; exit; fi; done; }; \
	$(if $(PYTHON),,use "$(fits)" .venv/bin/python;) \
	use "import ensurepip, venv; $(fits)" $(pythons); use "$(fits)" $(pythons); \
	echo "There is no Python 3.11 to 3.14 $(if $(PYTHON),at $(PYTHON),on this computer): uv \
	(https://docs.astral.sh/uv) brings one with uv python install 3.13, and then this uses it: \
	make lab PYTHON=\"\$$(uv python find 3.13)\""; exit 1

ifneq (,$(filter $(COMMANDS),$(MAKECMDGOALS)))
ifeq (,$(findstring n,$(firstword -$(MAKEFLAGS))))
ifneq (0,$(shell ($(set_up)) >&2; echo $$?))
MAKEFLAGS += --question
endif
endif
endif

lab:
	@.venv/bin/python tools/lab.py $(ARGS)

reset:
	@.venv/bin/python tools/my_notebooks.py $(or $(EXERCISE),$(LESSON))

site:
	@.venv/bin/python tools/make_site.py $(ARGS)

test:
	@.venv/bin/python -m pytest $(ARGS)

refresh:
	@.venv/bin/python tools/refresh.py $(NOTEBOOK)

bench:
	@.venv/bin/python benchmarks/side_by_side.py $(ARGS)

losses:
	@.venv/bin/python benchmarks/loss_table.py $(ARGS)

portable:
	@.venv/bin/python tools/portable.py $(ARGS)

faults:
	@.venv/bin/python tools/faults.py $(ARGS)

mutants:
	@.venv/bin/python tools/mutants.py $(ARGS)
	@.venv/bin/python tools/solutions.py

words:
	@.venv/bin/python -m pytest -m words tests/lessons/test_any_words.py $(ARGS)

upgrade:
	@.venv/bin/python tools/upgrade.py
