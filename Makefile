# make run    set up and open Beffroi in the browser, with the demonstration
# make test   set up and pass every test
PORT ?= 8000
PYTHON ?= python3
BIN := .venv/bin
export PIP_ROOT_USER_ACTION = ignore
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: setup run test lint clean
.DELETE_ON_ERROR:

setup: .venv/.installed
run: setup
	@$(BIN)/beffroi demo --port $(PORT)
test: .venv/.installed-dev
	@$(BIN)/python tests/everything.py
lint: .venv/.installed-dev
	@$(BIN)/python tests/everything.py --lint

# A stamp is written last: an installation cut off half-way is done again.
.venv/.installed: requirements.txt tools/setup.sh
	@sh tools/setup.sh $(PYTHON) requirements.txt
	@touch $@
.venv/.installed-dev: requirements-dev.txt .venv/.installed
	@sh tools/setup.sh $(PYTHON) requirements-dev.txt
	@touch $@
clean:
	rm -rf .venv
