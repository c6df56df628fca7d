# What people and CI run. Every target sets up what it needs; a second run costs a moment.
.DEFAULT_GOAL := help
.PHONY: help run test check fix generate prove fuzz replay campaign scale breaking mutants bench crash chaos corpus capabilities sdk readme release image audit serve-setup dev-setup
MAKEFLAGS += --no-print-directory
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export DO_NOT_TRACK := 1
# Most of what is run starts many processes: each would compile all that it imports.
unexport PYTHONDONTWRITEBYTECODE

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*##/\1##/p' $(MAKEFILE_LIST) | awk -F '## *' '{printf "make %-13s%s\n", $$1, $$2}'

run: serve-setup  ## start the store and its six fake downstream services
	@exec python -m impl dev

test: dev-setup  ## every test
	@python -m pytest -n auto --dist loadfile

check: dev-setup  ## gates on contract text, style, types, import rules, quick tests; edits nothing
	@scripts/check

fix: dev-setup  ## mend what can be mended by a tool
	ruff check --fix --quiet .
	ruff format --quiet .

generate: dev-setup  ## write generated/ and clients/ from the contracts
	@accord generate

prove: dev-setup  ## every gate on one page, also those that run the store, under 3 minutes
	@accord check --report markdown=build/prove.md $(ARGS)

fuzz: dev-setup  ## Schemathesis against the running store; ARGS="store/v2 --max-examples 500"
	@accord fuzz $(ARGS)

replay: dev-setup  ## what earlier releases promised and did, before the store; ARGS="store/v2@1.0.0"
	@accord replay $(ARGS)

campaign: dev-setup  ## 20,000 requests made of the contracts, on SQLite and PostgreSQL; ARGS="--cases 2000"
	@python -m scripts.campaign $(ARGS)

scale: dev-setup  ## pages and the export of 100,000 items, on SQLite and PostgreSQL; ARGS="--items 10000"
	@python -m scripts.scale $(ARGS)

breaking: dev-setup  ## contracts against their frozen releases; ARGS="OLD NEW" for two files
	@accord breaking $(ARGS)

mutants: dev-setup  ## broken and sound edits of contracts before the breaking gate
	@python -m scripts.mutants $(ARGS)

bench: dev-setup  ## measure against the rivals, interleaved; ARGS="--short"
	@python -m scripts.bench $(ARGS)

crash: dev-setup  ## kill -9 at every boundary of the sagas of orders; ARGS="--short --database sqlite"
	@python -m scripts.crash $(ARGS)

chaos: dev-setup  ## three replicas under load while everything around them breaks; ARGS="--short"
	@python -m scripts.chaos $(ARGS)

corpus: dev-setup  ## others' contracts through everything; ARGS="--short" or "--only stripe"
	@python -m scripts.corpus $(ARGS)

sdk: dev-setup  ## build the packages that consumers install into build/sdk
	@scripts/build-sdk

capabilities: dev-setup  ## write docs/capabilities.md: what is enforced of each contract of the corpus
	@python -m scripts.capabilities

readme: dev-setup  ## the README's tour in a fresh clone, timed
	@python -m scripts.readme

release: dev-setup  ## freeze a served contract, its client and what the store answers; ARGS="store/v2 1.0.0"
	@accord release $(ARGS)

image:  ## the container image; IMAGE=registry/store:1.2.0, TARGET=fakes, ENGINE=buildah
	@deploy/build-image $(ARGS)

audit: dev-setup  ## known vulnerabilities of what serves and of what builds it
	@pip-audit --strict --disable-pip --require-hashes -r requirements.lock -r requirements-dev.lock $(ARGS)

serve-setup:
	@scripts/setup serve

dev-setup:
	@scripts/setup dev
