# Everything is a target here; `make help` lists them. Only Python 3.11 or newer and make are needed; targets that need
# a Docker engine say so.

PYTHON ?= $(firstword $(foreach name,python3.13 python3.12 python3.11 python3,$(shell $(name) -c 'import sys; print(sys.executable) if sys.version_info >= (3, 11) else None' 2>/dev/null | grep -v None)))
BIN := .venv/bin
RUNTIME := .venv/runtime.installed
DEVELOPMENT := .venv/development.installed
ARGS ?=
OUT ?= var/audit-export
PROCESSES ?= auto
SEEDS ?= 200
MINUTES ?= 30

.DEFAULT_GOAL := help
export COMPOSE_PROJECT_NAME ?= sangsaeng
export COMPOSE_PROGRESS ?= quiet
URL ?= http://localhost:8000

# No target is a file.
.PHONY: $(shell sed -n 's/^\([a-z][a-z0-9-]*\):.*/\1/p' $(MAKEFILE_LIST))

help: ## List all targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

$(RUNTIME): requirements/runtime.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; install it or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.13" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing the locked packages ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(DEVELOPMENT): requirements/development.txt $(RUNTIME)
	@echo "installing the locked packages for tests and checks ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

run: $(RUNTIME) ## Set up, hold the 2023 fair, print it, serve it at http://localhost:8000 (ARGS=--once: print and end)
	@$(BIN)/python -m services run $(ARGS)

test: $(DEVELOPMENT) ## Set up and run unit, contract and embedded end-to-end tests; no Docker needed
	@$(BIN)/python -m pytest -q -n $(PROCESSES) --dist loadfile -m "not docker" $(ARGS)

test-all: $(DEVELOPMENT) ## All tests, with real PostgreSQL and Kafka (needs a Docker engine with compose)
	@$(BIN)/python -m pytest -q -n $(PROCESSES) --dist loadfile -m "not docker" $(ARGS)
	@$(BIN)/python -m pytest -q -m "docker and not long and not faults and not production" $(ARGS)

test-long: $(DEVELOPMENT) ## Deployments scaled, restored from backups and rebuilt from Kafka (half an hour; needs Docker)
	@$(BIN)/python -m pytest -q -m long tests/e2e/deployed $(ARGS)

test-faults: $(DEVELOPMENT) ## Strike a stack of its own under load for FAULT_SECONDS=600 (120: each kind once; needs Docker)
	@$(BIN)/python -m pytest -q -s -m faults tests/faults $(ARGS)

test-production: $(DEVELOPMENT) ## The overlay for production, brokers killed under load (15 minutes; needs Docker, 4 GB)
	@$(BIN)/python -m pytest -q -m production tests/e2e/production $(ARGS)
	@cat var/production/measured.txt

check: $(DEVELOPMENT) ## Format, lint, types, import rules, dead links in the documents
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python docs/check_links.py

serve: $(RUNTIME) ## Serve the suite on the data under var/ without holding the fair
	@$(BIN)/python -m services serve $(ARGS)

replay: $(RUNTIME) ## Rebuild all read models from stores and from the bus; show every difference
	@$(BIN)/python -m services replay $(ARGS)

audit-export: $(RUNTIME) ## Write all events with a manifest (OUT=dir); check with: python contracts/verify.py dir
	@$(BIN)/python -m services audit-export --out $(OUT) $(ARGS)

contracts: $(DEVELOPMENT) ## Regenerate contracts/published/, docs/events.md and missing golden payloads
	@$(BIN)/python -m contracts $(ARGS)
	@$(BIN)/python -m contracts golden $(ARGS)

docs: $(DEVELOPMENT) ## Regenerate docs/settings.md and docs/metrics.md
	@$(BIN)/python -m services.chassis.configuration > docs/settings.md
	@$(BIN)/python -m services.chassis.metrics > docs/metrics.md

secrets: ## Draw the secrets of a deployment into secrets/; what is there stays as it is
	@deploy/secrets.sh

certificates: ## Make the internal authority and the certificates of compose.prod.yml (ARGS=--renew: new ones)
	@deploy/certificates.sh $(ARGS)

watch: secrets ## Prometheus at http://localhost:9090 and Grafana at http://localhost:3000 beside the deployment
	@docker compose --profile observability up --detach --wait prometheus grafana

up: secrets ## Build and start the deployment at http://localhost:8000 (needs a Docker engine with compose)
	@echo "building the image ..."
	@docker compose build --quiet topics >/dev/null
	@echo "starting ..."
	@docker compose up --detach --wait
	@docker compose ps --format 'table {{.Service}}\t{{.Status}}\t{{.Ports}}'

down: ## Stop the deployment; its data stays (ARGS=--volumes: delete the data, too)
	@docker compose down $(ARGS)

demo: $(RUNTIME) ## Hold the 2023 fair on the deployment, through its gateway (URL=...)
	@TOKEN_KEY_FILE=$${SECRETS_DIR:-secrets}/token_key $(BIN)/python -m services demo --url $(URL) $(ARGS)

scale: ## Run more or fewer replicas: SERVICE=matching API=3 WORKERS=2
	@SERVICE='$(SERVICE)' API='$(API)' WORKERS='$(WORKERS)' deploy/scale.sh

logs: ## Follow the logs of the deployment (SERVICE=matching-api: of one)
	@docker compose logs --follow --tail 100 $(SERVICE)

upgrade: ## Replace all running services by what is in this folder, without a failed request
	@deploy/upgrade.sh

backup: ## Back all databases up into backups/<time>/ while the deployment works on; keep secrets/ apart
	@deploy/backup.sh

restore: ## Restore databases from FROM=backups/<time> (ONLY=matching: one) and from the topics what came after
	@deploy/restore.sh

replay-from-kafka: ## Delete all databases, rebuild them from the topics alone, compare with a backup taken before
	@deploy/replay-from-kafka.sh

audit-replay: ## Replay everything beside a deployment that works on, compare, disturb nothing
	@deploy/audit-replay.sh

bench-scale: $(DEVELOPMENT) ## A whole deployment under full load with 1, 2 and 4 of everything, and what limits it (needs a Docker engine)
	@$(BIN)/python -m tests.benchmarks.bench_scale $(ARGS)

soak: $(DEVELOPMENT) ## A deployment under half its load for MINUTES=30: does memory, lag or anything grow? (needs a Docker engine)
	@$(BIN)/python -m tests.benchmarks.soak --minutes $(MINUTES) $(ARGS)

bench: bench-store bench-replay bench-bus ## All benchmarks

bench-store: $(DEVELOPMENT) ## Commands per second against bare driver inserts (PostgreSQL with a Docker engine)
	@$(BIN)/python -m tests.benchmarks.bench_store $(ARGS)

bench-replay: $(DEVELOPMENT) ## Events per second from store to read models against a bare fetch and decode
	@$(BIN)/python -m tests.benchmarks.bench_replay $(ARGS)

bench-bus: $(DEVELOPMENT) ## The bus against bare kafka-python, and latency to the other service's read model
	@$(BIN)/python -m tests.benchmarks.bench_bus $(ARGS)

bench-timetable: $(DEVELOPMENT) ## The planner on the public fair timetables, judged, beside greedy and plain CP-SAT (ARGS="--x50 --peer 10")
	@$(BIN)/python -m tests.benchmarks.bench_timetable $(ARGS)

bench-b2b: $(DEVELOPMENT) ## The 80 published business-to-business instances, solved to proof and compared (ARGS="--only original --data FOLDER")
	@$(BIN)/python -m tests.benchmarks.bench_b2b $(ARGS)

bench-scoring: $(DEVELOPMENT) ## Does the score find who fits whom? nDCG and recall beside plain BM25 and trigrams
	@$(BIN)/python -m tests.benchmarks.bench_scoring $(ARGS)

simulate: $(DEVELOPMENT) ## Crash, lose, double and reorder whole fairs under a seeded scheduler (SEEDS=1000; ARGS="--seed 7 --history")
	@$(BIN)/python -m tests.simulation --seeds $(SEEDS) $(ARGS)

format: $(DEVELOPMENT) ## Format the code and mend what the linter can
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

exports: $(RUNTIME) ## Write the 2023 fair's timetable of a running suite to var/exports/ (ARGS=--calendars: them too)
	@$(BIN)/python -m services exports $(ARGS)

lock: $(DEVELOPMENT) ## Lock the dependencies of pyproject.toml anew (uses uv)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml -o requirements/runtime.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --group dev pyproject.toml -c requirements/runtime.txt -o requirements/development.txt

clean: ## Remove the data under var/ and all caches
	rm -rf var .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
