# souk: `make demo` runs it, `make test` tests it. `make help` lists the rest.

.PHONY: demo test test-embedded test-full mutants chaos bench check fmt help

demo: ## Build souk, load the catalogue, serve it on 127.0.0.1:8080
	@scripts/need cargo cc
	cargo run --locked --package souk --no-default-features -- demo

test: ## Everything that must hold before a change lands
	@scripts/need cargo cc
	@scripts/test

test-embedded: ## The same without servers: nothing but the Rust toolchain is needed
	@scripts/need cargo cc
	@scripts/test embedded

test-full: ## Everything that must hold before a release, in parts (scripts/test-full PART…)
	@scripts/need cargo cc
	@scripts/test-full

mutants: ## Break souk on purpose; each break must be caught
	@scripts/need cargo cc
	@scripts/mutants

chaos: ## Stop, kill, freeze and restart each server under load, and write down what happened
	@scripts/need cargo cc
	@scripts/chaos

bench: ## Measure souk beside the bare engines (takes some minutes)
	@scripts/need cargo cc
	@scripts/bench

check: ## The quick part of the tests: formatting, lints, unit tests
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo test --workspace --lib --locked

fmt: ## Format the sources
	cargo fmt --all

help: ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12
