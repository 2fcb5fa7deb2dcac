# Everything one does with Xuelin. Needs Python 3.11, make and the package registries; `make help` lists the ways in.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test check bench messages screenshots clean

PORT ?= 8000
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
DEMO := XUELIN_MODE=demo SITE_URL=http://127.0.0.1:$(PORT) $(BIN)/python manage.py
CHECK := XUELIN_MODE=test $(BIN)/python manage.py
LOCALE := site/home/locale
# What the Chinese catalogs of Wagtail lack.
LOCALE_WAGTAIL := $(wildcard site/home/locale_wagtail/zh_Hans/LC_MESSAGES/*.po)

help: ## list what make can do
	@echo "Xuelin 学林. First steps: make demo, then make test."
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "  make %-12s %s\n", $$1, $$2}'

demo: .venv/site.stamp messages-compiled ## the site with sample content at http://127.0.0.1:8000 (PORT= to change); keeps its data
	@$(DEMO) demo --port $(PORT)

demo-reset: .venv/site.stamp ## throw the demo's data away; the next `make demo` starts over
	@$(DEMO) demo --reset

test: .venv/tests.stamp messages-compiled ## the whole suite, on SQLite and on a PostgreSQL that it starts itself
	@sh .ci/install
	@$(BIN)/python tests/run.py

check: .venv/tests.stamp messages-compiled ## lint, format, migrations, translations, production settings
	@status=0; \
	$(BIN)/ruff check . || status=1; \
	$(BIN)/ruff format --check . || status=1; \
	$(CHECK) makemigrations --check --dry-run || status=1; \
	$(BIN)/python tests/translations.py || status=1; \
	$(BIN)/python tests/production.py || status=1; \
	exit $$status

bench: .venv/tests.stamp messages-compiled ## measure the site as in production, side by side with references (BENCH=--quick: shorter)
	@$(BIN)/python -m tests.bench $(BENCH)

messages: .venv/tests.stamp ## collect the strings to translate, and say which have no Chinese yet (needs gettext)
	@command -v xgettext >/dev/null || { echo "No gettext: apt-get install gettext"; exit 1; }
	@$(CHECK) makemessages -l zh_Hans --no-location --no-obsolete --ignore .venv --ignore var --ignore tests
	@$(BIN)/python tests/translations.py --tidy

screenshots: .venv/tests.stamp messages-compiled ## take the pictures of the README from sample content
	@$(BIN)/python tests/screenshots.py

clean: ## remove the virtual environment and everything made in var/
	rm -rf .venv var

# --- What the ways in stand on ----------------------------------------------------------------------

.PHONY: messages-compiled
messages-compiled: $(LOCALE)/zh_Hans/LC_MESSAGES/django.mo $(LOCALE_WAGTAIL:.po=.mo)
$(LOCALE_WAGTAIL:.po=.mo): %.mo: %.po | .venv/site.stamp
	@$(BIN)/pybabel --quiet compile -i $< -o $@ -l zh_Hans
$(LOCALE)/zh_Hans/LC_MESSAGES/django.mo: $(wildcard $(LOCALE)/zh_Hans/LC_MESSAGES/django.po) | .venv/site.stamp
	@if [ -f $(LOCALE)/zh_Hans/LC_MESSAGES/django.po ]; then $(BIN)/pybabel --quiet compile -d $(LOCALE) -D django; fi

# uv is about four times as quick as pip, and used where it is there.
define install
	@[ -n "$(PYTHON)" ] || { echo "No Python: apt-get install python3.11 python3.11-venv"; exit 1; }
	@if uv --version >/dev/null 2>&1; then \
		[ -x $(BIN)/python ] || uv venv --quiet --seed --python "$(PYTHON)" .venv; \
		uv pip install --quiet --python $(BIN)/python -r $(1); \
	else \
		[ -x $(BIN)/pip ] || "$(PYTHON)" -m venv .venv || { echo "No venv: apt-get install python3-venv"; exit 1; }; \
		$(BIN)/pip install --quiet --disable-pip-version-check -r $(1); \
	fi
	@touch $@
endef

.venv/site.stamp: requirements.txt
	@echo "Installing what the site runs on, into .venv ..."
	$(call install,requirements.txt)

.venv/tests.stamp: tests/requirements.txt .venv/site.stamp
	@echo "Installing what the tests need, into .venv ..."
	$(call install,tests/requirements.txt)
