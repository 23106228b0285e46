# Each command is a function of tools/environment.py; any Python 3.7 or later can start it.
.PHONY: help run test bench lock clean

start = python=$$(command -v python3 || command -v python3.13 || command -v python3.12 || \
	command -v python3.11 || command -v python3.10) || \
	{ echo "The app needs Python 3.10, 3.11, 3.12 or 3.13, but on the PATH there is no Python 3." >&2; exit 1; }; \
	exec "$$python" -m tools.environment

help: ## list the commands
	@sed -n 's/^\([a-z]*\):.*## /make \1: /p' Makefile

run: ## start the app on localhost:8501 (another port: make run PORT=8502) and open it
	@$(start) run

test: ## run every check (a few tests: make test TESTS="tests/network -x")
	@$(start) test

bench: ## measure, each figure beside its reference
	@$(start) bench

lock: ## pin the requirements anew (to the newest versions: make lock UPGRADE=1)
	@$(start) lock

clean: ## delete the environment and the caches; data and runs stay
	@$(start) clean
