# The one entry point. Every target installs the Debian packages that it needs and that are missing; nothing else is
# installed, and with all of them there no rights are needed.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run build test static lint format bench link-order clean

SWIFT ?= swift
debug := .build/debug/foster
static := dist/foster

# An ordinary user's PATH on Debian lacks the directory of nginx; .build-tools holds what is not in Debian.
export PATH := $(PATH):/usr/sbin:/sbin:$(CURDIR)/.build-tools/bin

# Every Swift file imports _StringProcessing in silence, and its 1.4 MB are linked although no regular expression is there.
without_regex := -Xswiftc -Xfrontend -Xswiftc -disable-implicit-string-processing-module-import

# What runs at the start and when idle lies side by side: see Tests/Scripts/link-order.
in_order := -Xswiftc -use-ld=lld -Xlinker --symbol-ordering-file=$(CURDIR)/Sources/LinkOrder.txt \
	-Xlinker --no-warn-symbol-ordering

packages := Tests/Scripts/packages
for_build := binutils git libsystemd-dev libyaml-dev pkg-config
for_demo := curl nginx redis-server util-linux
for_test := bash catatonit docker.io dumb-init iproute2 podman procps prometheus python3-venv runc systemd systemd-container tini
for_lint := python3 shellcheck
for_bench := catatonit curl dumb-init gcc libc6-dev nginx-light procps python3 tini

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

run: ## build, and start redis and nginx under foster as a real PID 1, until ^C
	@$(packages) $(for_build) $(for_demo)
	$(SWIFT) build --product foster
	@deploy/demo/run $(debug)

build: ## debug build of everything, tests too
	@$(packages) $(for_build)
	$(SWIFT) build --build-tests

test: build static ## all tests with the default build, and the end-to-end tests again with the static one
	@$(packages) $(for_demo) $(for_test)
	@Tests/Scripts/openapi-validator
	openapi-spec-validator openapi.yaml
	@$(SWIFT) test list --skip-build | grep --count '^EndToEndTests\.' >/dev/null # a filter that matches nothing passes
	FOSTER_BINARY=$(CURDIR)/$(debug) $(SWIFT) test --skip-build --disable-xctest
	FOSTER_BINARY=$(CURDIR)/$(static) $(SWIFT) test --skip-build --disable-xctest --filter EndToEndTests

static: ## dist/foster, the one file that runs anywhere
	@$(packages) $(for_build)
	$(SWIFT) build --configuration release --product foster --scratch-path .build-static \
	    --disable-default-traits --static-swift-stdlib -Xswiftc -static-executable \
	    -Xswiftc -cross-module-optimization $(without_regex) $(in_order)
	@mkdir -p dist
	strip -o $(static).new .build-static/release/foster
	@mv $(static).new $(static)
	@Tests/Scripts/fully-static $(static)
	@Tests/Scripts/foundation-free $(static)

# The checks that could pass by not looking are shown something they must refuse first.
lint: ## format, layers, no Foundation in the agent, shell scripts
	@$(packages) $(for_build) $(for_lint)
	$(SWIFT) format lint --strict --parallel --recursive Package.swift Sources Tests
	@Tests/Scripts/layers --prove
	Tests/Scripts/layers
	$(SWIFT) build --product foster
	@Tests/Scripts/foundation-free --prove
	Tests/Scripts/foundation-free $(debug)
	shellcheck $$(find .ci Tests deploy -type f -exec awk 'FNR == 1 && /^#!.*sh$$/ { print FILENAME }' {} \;)

format: ## rewrite the Swift files in the project's format
	$(SWIFT) format --in-place --parallel --recursive Package.swift Sources Tests

bench: static ## compare with tini, dumb-init, catatonit and nginx
	@$(packages) $(for_bench)
	Tests/Benchmarks/run $(CURDIR)/$(static)

link-order: static ## record anew which functions the linker puts side by side
	@$(packages) curl valgrind
	Tests/Scripts/link-order .build-static/release/foster Sources/LinkOrder.txt

clean: ## remove what was built
	rm -rf .build .build-static .build-tools dist
