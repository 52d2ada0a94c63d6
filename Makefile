# Two commands: `make tour` walks the main job on test networks, `make test` checks everything. Both need only make and
# a Python of at least 3.11; `make setup` lays .venv for them, from files that requirements/test.lock names by hash.

.DEFAULT_GOAL := help
.PHONY: help setup test quick peers bench bench-startup hunt hunt-bombs hunt-exceptions hunt-machines hunt-parsers mutation mutation-governance tour bundle attest lock docs pictures pot clean

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
# Not to be named from outside: setup clears this folder before it lays it.
override VENV := .venv
BIN := $(VENV)/bin
# Nothing from the caller's shell may choose which packages or modules are loaded.
export PYTHONNOUSERSITE := 1
# Test files are read once and kept as bytecode, whatever the shell says.
unexport PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE

help:
	@echo 'make setup     lay .venv with the commands custody and airgap and all that the tests need'
	@echo 'make quick     the checks and the tests that take no seconds, under two minutes; says what it leaves out'
	@echo 'make test      the checks and all tests'
	@echo 'make peers     lay other wallets'"'"' libraries for the tests that ask them; needs node and npm'
	@echo 'make tour      the main job from dice to a signed transaction, on a test network, about a minute'
	@echo 'make bundle    make build/bundle, which lays the toolkit on a machine that has never been online; it is signed after'
	@echo 'make attest    build our wheel again, and sign build/bundle if it holds the same: KEY=ann.pem'
	@echo 'make bench     measure how messages cross the window, beside other wallets, and write docs/transport.md'
	@echo 'make bench-startup  measure how long commands take to start, and write docs/startup.md; two minutes'
	@echo 'make hunt      mutate PSBTs, HUNT=1000000 of them, and review each'
	@echo 'make hunt-cli  the same through the command line, HUNT=5000 of them, each in a process'
	@echo 'make hunt-random  random honest transactions, HUNT=10000 of them, judged by others'
	@echo 'make hunt-ownership  honest files that lose declarations, and foreign scripts over our keys, HUNT=5000 of each'
	@echo 'make hunt-bombs  the largest hostile PSBTs through custody review, as a table; about two minutes'
	@echo 'make hunt-exceptions  raise an exception at HUNT=600 places drawn at random, in every room, during real commands'
	@echo 'make hunt-bits  flip every bit of an export: two verifiers notice each; half an hour'
	@echo 'make hunt-faults  kill and fail every command of a treasury at every write, about fifteen minutes'
	@echo 'make mutation-governance  put FAULTS=200 faults into the book of record, one by one: its tests must notice'
	@echo 'make mutation  the same in another room, ROOM=psbt with FAULTS=40, or ROOM=all, one after the other'
	@echo 'make hunt-parsers  break inputs for every parser, HUNT=4000 for each'
	@echo 'make hunt-machines  several machines, a thief and a courier against a model, MODEL_OPERATIONS=20000 of them'
	@echo 'make docs      write the documents that are made from the code'
	@echo 'make pictures  draw the screens shown in the documents again'
	@echo 'make lock      choose the versions of all dependencies again and write their hashes'
	@echo 'make pot       collect the sentences to translate into build/*.pot'
	@echo 'make clean     remove .venv and build'

setup: $(VENV)/.laid

# The stamps are written last, so an interrupted setup starts again. The first holds the locked packages, the second the toolkit.
# Only built packages are taken, with one exception: embit is published as source alone, so the locked builder comes first.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps

$(VENV)/.locked: requirements/build.lock requirements/test.lock
	@test -n '$(PYTHON)' || { echo 'error: no Python of at least 3.11 was found; name one with make PYTHON=...' >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP) --require-hashes --only-binary :all: -r requirements/build.lock
	$(PIP) --require-hashes --only-binary :all: --no-binary embit --no-build-isolation -r requirements/test.lock
	@touch $@

$(VENV)/.laid: $(VENV)/.locked pyproject.toml
	PYTHONWARNINGS=ignore $(PIP) --no-index --no-build-isolation --editable .
	@touch $@

# Other wallets' libraries, by the hashes in their lock, and no script of theirs is run to install them.
peers: tests/peers/node_modules/.package-lock.json
tests/peers/node_modules/.package-lock.json: tests/peers/package-lock.json
	cd tests/peers && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

# Counts of frames are the same everywhere; times are this machine's. About eight minutes.
bench: setup peers
	$(BIN)/python -m benchmarks.transport

bench-startup: setup
	$(BIN)/python -m benchmarks.startup

test: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/python -m pytest $(TESTS)

# Two processes: a third would read all the tests once more. What is left out stands in tests/slow.py, with reasons.
quick: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 -m 'not slow' --durations=5 --durations-min=2

# A long search for what must never happen: make hunt HUNT=1000000. What it found stands in docs/hunts.md.
HUNT ?= 20000
hunt: setup
	$(BIN)/python -m tests.hunts.psbt $(HUNT)

hunt-cli: setup
	$(BIN)/python -m tests.hunts.command_line $(HUNT)

hunt-random: setup
	$(BIN)/python -m tests.hunts.random_transactions $(HUNT)

hunt-ownership: setup
	$(BIN)/python -m tests.hunts.ownership $(HUNT)

hunt-bombs: setup
	$(BIN)/python -m tests.hunts.bombs

hunt-exceptions: HUNT = 600
hunt-exceptions: setup
	$(BIN)/python -m tests.hunts.exceptions $(HUNT) $(SEED)

hunt-parsers: HUNT = 4000
hunt-parsers: setup
	$(BIN)/python -m tests.hunts.parsers $(HUNT) $(SEED)

hunt-bits: setup
	$(BIN)/python -m tests.auditor.every_bit

# Kills and failing disks at every point, then random work against a model. What they found stands in docs/faults.md.
HUNT_OPERATIONS ?= 10000
hunt-faults: setup
	$(BIN)/python -m tests.faults.treasury
	HUNT_OPERATIONS=$(HUNT_OPERATIONS) $(BIN)/python -m pytest -n 0 tests/ceremony/treasury/test_model.py tests/store/test_folder_faults.py

# All of them without FAULTS, which takes hours. docs/hunts.md says what they are.
mutation-governance: setup
	$(BIN)/python -m tests.hunts.mutation governance $(FAULTS) $(SEED)

# Another room of tests/hunts/rooms.py, or all of them.
ROOM ?= all
mutation: FAULTS ?= 40
mutation: setup
	$(BIN)/python -m tests.hunts.mutation $(ROOM) $(FAULTS) $(SEED)

# Several machines in memory, with a thief who has a key of one, and a courier. What it found stands in docs/faults.md.
MODEL_OPERATIONS ?= 20000
hunt-machines: setup
	MODEL_OPERATIONS=$(MODEL_OPERATIONS) $(BIN)/python -m pytest -n 0 $(if $(SEED),--hypothesis-seed=$(SEED)) tests/governance/known/test_model.py

tour: setup
	$(BIN)/python docs/tour/tour.py

# For another machine, or one Python alone: make bundle BUNDLE='--for-machine aarch64 --for-python 3.12'.
bundle: setup
	$(BIN)/python -m carry.bundle build/bundle $(BUNDLE)

# By each of those who sign: the passphrase of KEY is typed.
attest: setup
	$(BIN)/python -m carry.sign attest build/bundle --key $(KEY)

docs: setup
	$(BIN)/python -m docs.generate

pictures: setup
	$(BIN)/python docs/pictures/draw.py

pot: setup
	$(BIN)/python tests/support/messages.py build

# The locks are written by the oldest Python that we promise, so that what a later one does not need is not missing on it.
lock: setup
	$(BIN)/pip-compile --upgrade --output-file requirements/build.lock requirements/build.in
	$(BIN)/pip-compile --upgrade --allow-unsafe --output-file requirements/carry.lock requirements/carry.in
	$(BIN)/pip-compile --upgrade --output-file requirements/runtime.lock pyproject.toml
	$(BIN)/pip-compile --upgrade --unsafe-package cryptography --unsafe-package cffi --unsafe-package pycparser \
		--output-file requirements/token.lock requirements/token.in
	$(BIN)/pip-compile --upgrade --constraint requirements/runtime.lock --output-file requirements/test.lock \
		pyproject.toml requirements/test.in

clean:
	rm -rf $(VENV) build
