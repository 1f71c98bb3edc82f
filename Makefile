# make report | test | test-long | bench | bench-long | fuzz | faults | lab | docs | lint | coverage | browser | train | evaluate | retrain |
# dist | lock | clean
# Each makes .venv from the lock first, if it is missing or older than the lock.

PYTHON ?= $(firstword $(foreach p,python3.12 python3.13 python3.11 python3 python,$(shell $(p) -c \
  'import sys; print("$(p)" if (3,11) <= sys.version_info[:2] <= (3,13) else "")' 2>/dev/null)))
VENV := .venv
RUN := $(VENV)/bin/python
INSTALL := $(RUN) -m pip install --quiet --disable-pip-version-check --no-deps
export JUPYTER_PLATFORM_DIRS = 1

.PHONY: report test test-long bench bench-long fuzz faults lab docs lint coverage browser train evaluate retrain dist lock clean

report: $(VENV)/.installed
	$(VENV)/bin/bias-senses report $(SOURCES) $(OPTIONS)

test: $(VENV)/.installed
	$(RUN) -m pytest -n 2 --dist worksteal $(OPTIONS)

test-long: $(VENV)/.installed
	$(RUN) -m pytest -n 2 --dist worksteal -m long --durations 0 --durations-min 5 $(OPTIONS)

# Each beside a named alternative, under 20 minutes on two idle cores; the long one takes hours. YARDSTICK is a Python with the
# alternatives that are no dependencies (docs/performance.md).
bench: $(VENV)/.installed
	$(RUN) benchmarks/bench.py $(if $(YARDSTICK),--yardstick $(YARDSTICK)) $(OPTIONS)
	$(RUN) docs/tools/performance.py

bench-long: $(VENV)/.installed
	$(RUN) benchmarks/bench.py --long $(if $(YARDSTICK),--yardstick $(YARDSTICK)) $(OPTIONS)
	$(RUN) docs/tools/performance.py

# Mangled input for every reader.
fuzz: $(VENV)/.installed
	$(RUN) -m pytest tests/fuzz -n 2 --dist worksteal -m fuzz $(OPTIONS)

# Kills, full disks, damaged files, two runs at once. The disks need root.
faults: $(VENV)/.installed
	$(RUN) benchmarks/faults.py $(OPTIONS)

lab: $(VENV)/.installed
	$(RUN) -m jupyter lab notebooks

# Warnings are errors. The lines of the gallery run anew each time, as the code behind them may have changed.
docs: $(VENV)/.docs
	$(RUN) -m sphinx -b html -q -E -W --keep-going -c docs . site
	$(RUN) docs/tools/check_site.py site

lint: $(VENV)/.linted
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy
	$(VENV)/bin/lint-imports --no-cache --no-logo
	$(VENV)/bin/deptry src

# What notebooks run in kernels of their own is not counted.
coverage: $(VENV)/.linted
	$(RUN) -m pytest -n 2 --dist worksteal --cov --cov-report term $(OPTIONS)

browser: $(VENV)/.linted
	$(RUN) -m pytest -m browser $(OPTIONS)

train: $(VENV)/.installed
	$(RUN) -m analysis.training.train $(SOURCES)

evaluate: $(VENV)/.installed
	$(RUN) -m analysis.evaluation

# The encoder, what stands on it, and every figure of these; SOURCES are the labelled texts. It takes hours, goes on where it
# was stopped, and needs the dependency group tune.
retrain: $(VENV)/.installed
	$(RUN) -m analysis.training.tune $(SOURCES)
	$(RUN) -m analysis.training.train $(SOURCES)
	$(RUN) benchmarks/novel.py $(SOURCES) --save
	$(RUN) -m analysis.evaluation

# Packages are compiled once, on all cores: else each kernel of a report may do it again. What does not compile, as
# templates of other packages may not, is left as it is.
$(VENV)/.installed: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "bias-senses needs Python 3.11, 3.12 or 3.13; say which: make PYTHON=/path/to/python" >&2; exit 2; }
	@echo "setting up $(VENV) with $(PYTHON) from the lock (about two minutes, once)"
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --no-compile --require-hashes -r requirements.lock
	$(INSTALL) --no-build-isolation -e .
	-$(RUN) -m compileall -qq -j 0 $(VENV)/lib
	@touch $@

$(VENV)/.linted: requirements-lint.lock $(VENV)/.installed
	$(INSTALL) --require-hashes -r requirements-lint.lock
	@touch $@

$(VENV)/.docs: requirements-docs.lock $(VENV)/.installed
	$(INSTALL) --require-hashes -r requirements-docs.lock
	@touch $@

# What a release offers: the wheel, the source, and what installs the wheel without torch, by pip and by uv.
dist: $(VENV)/.installed
	rm -rf dist
	$(RUN) -m hatchling build -d dist
	{ cat requirements-run.lock; cd dist; for wheel in *.whl; do name=$${wheel#bias_senses-}; \
	  printf 'bias-senses==%s \\\n    --hash=sha256:%s\n' "$${name%%-*}" "$$(sha256sum "$$wheel" | cut -d ' ' -f 1)"; done; } > dist/bias-senses.txt
	sed -n 's/^override-dependencies = \["\(.*\)"\]$$/\1/p' pyproject.toml > dist/no-torch.txt

# Only who changes dependencies needs uv. The first lock is for work on the project, the last for who runs it alone.
lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --all-extras --group test --group build pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --group lint -c requirements.lock -o requirements-lint.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --group docs -c requirements.lock -o requirements-docs.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  pyproject.toml -c requirements.lock -o requirements-run.lock

clean:
	rm -rf $(VENV) dist reports reports.study site build
