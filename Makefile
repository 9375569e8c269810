# make lab    open the course          make edit   open the sources
# make test   run every test           make bench  measure against peers
# make claims test every claim of every lesson on fresh seeds, and write docs/claims.md and docs/article.md
# make screens keep pictures of every lesson and widget in build/screens, to be looked at
# make docs   build the site in build/site/html
# make lesson N=12 NAME=convolution   begin a lesson; without NAME: make all that is derived from lesson 12, and test it
# make readme write what is told of the lessons in the README and in lessons/index.ipynb, and the map in CONTRIBUTING.md
# make atlas  record the runs behind the lessons' sliders, where their code has changed
# make test-processors                 run what computes under settings that round as other processors do: hours, by hand; ARGS="02 07 --only atlas lessons"
# make test-lowest                     run every test with the lowest versions that pyproject.toml allows (needs Python 3.11)
# Settings: PYTHON, PORT, IP, BROWSER=no, FOLDER (your working copy). pip's own variables are honoured.

PYTHON ?= python3
PORT ?= 8888
IP ?= localhost
BROWSER ?= yes
FOLDER ?= my-lessons

VENV := .venv
BIN := $(VENV)/bin
QUIET := $(if $(filter no,$(BROWSER)),--no-browser)

.PHONY: lab edit lesson test screens test-lowest test-processors bench claims atlas docs readme pictures animation clean

lab: $(VENV)/.lab
	$(BIN)/coursekit lab $(FOLDER) --port $(PORT) --ip $(IP) $(QUIET)

edit: $(VENV)/.dev
	$(BIN)/coursekit lab --sources --port $(PORT) --ip $(IP) $(QUIET)

lesson: $(VENV)/.dev
	PATH="$(CURDIR)/$(BIN):$$PATH" OMP_NUM_THREADS=1 $(BIN)/python docs/lesson.py $(N) $(NAME) $(ARGS)

test: $(VENV)/.dev
	$(BIN)/python tests/run.py

screens: $(VENV)/.dev
	PATH="$(CURDIR)/$(BIN):$$PATH" OMP_NUM_THREADS=1 COURSEKIT_SCREENS=1 $(BIN)/python -m pytest -n 2 --no-loadscope-reorder -m screens $(ARGS)

test-lowest:
	$(PYTHON) tests/lowest.py

test-processors: $(VENV)/.dev
	OMP_NUM_THREADS=1 $(BIN)/python tests/processors.py $(ARGS)

bench: $(VENV)/.dev
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/sweep.py
	$(BIN)/python benchmarks/scenes.py
	$(BIN)/python benchmarks/latency.py
	$(BIN)/python benchmarks/live.py

claims: $(VENV)/.dev
	OMP_NUM_THREADS=1 $(BIN)/python docs/claims.py
	$(MAKE) readme

atlas: $(VENV)/.dev
	OMP_NUM_THREADS=1 $(BIN)/python docs/atlas.py

docs: $(VENV)/.dev
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python docs/pages.py

readme: $(VENV)/.dev
	$(BIN)/python docs/lists.py
	$(BIN)/python docs/rooms.py
	$(BIN)/python docs/readme.py

pictures: $(VENV)/.dev
	$(BIN)/python docs/pictures.py

animation: $(VENV)/.dev
	$(BIN)/python docs/animate.py

clean:
	rm -rf build dist *.egg-info

$(BIN)/python:
	$(PYTHON) -c "import sys; v = sys.version_info; sys.exit(v < (3, 11) and f'coursekit needs Python 3.11 or newer, and $(PYTHON) is {v[0]}.{v[1]}: make PYTHON=python3.12 ...')"
	$(PYTHON) -m venv $(VENV)

# A torch that is there already and works with its torchvision is kept: pip finds the requirement fulfilled.
$(VENV)/.lab: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install -e ".[lab]"
	touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install -e ".[lab,dev]"
	touch $(VENV)/.lab $@
