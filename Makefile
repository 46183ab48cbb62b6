# `make run` and `make test` are all that a newcomer needs; both begin with `setup`.

SHELL := /bin/bash
# Without the symbols of the whole binary as a way in for others, what nobody calls is left out.
RELEASE_FLAGS := -c release --scratch-path .build-release --static-swift-stdlib -Xlinker --no-export-dynamic
SWIFT_FILES := Package.swift Sources Tests
DATA ?= ./data
DEMO ?= 1
RUNS ?= 1000000

MACHINE := $(shell dpkg --print-architecture)
ARCH ?= $(MACHINE)

.PHONY: help setup web-assets build run test lint format bench fuzz release deb test-deb test-arm64 clean

help:
	@echo "make run      build, start with the data in $(DATA), show simulated cameras (DEMO=0: without)"
	@echo "make test     build and run all tests"
	@echo "make lint     check the layout of all Swift files"
	@echo "make format   put all Swift files into that layout"
	@echo "make bench    measure a release build against the numbers to hold"
	@echo "make fuzz     feed the parsers of what comes over the network $(RUNS) made-up inputs (RUNS=N)"
	@echo "make release  build the binary to install: .build-release/release/lpr-appliance"
	@echo "make deb      make the package to install: .build-deb/lpr-appliance_VERSION_ARCH.deb (ARCH=arm64: for ARM64)"
	@echo "make test-deb install that package into a Debian of its own (DEBIAN_SUITE=bookworm) and use it there (as root)"
	@echo "make test-arm64  the same in short with the package for ARM64, by qemu on other machines (as root)"

setup:
	@packaging/setup.sh run

web-assets: setup
	@web/pack.sh

build: web-assets
	swift build --product lpr-appliance

run: build
	@packaging/run.sh "$(DATA)" "$(DEMO)"

# Those with real clients, brokers and databases have limits of time, which mean nothing while all others run as well.
test: web-assets
	@packaging/setup.sh test
	swift build --build-tests
	swift test --skip-build --parallel --skip '^EndToEnd\.'
	swift test --skip-build --parallel --filter '^EndToEnd\.'

lint:
	swift format lint --strict --recursive --parallel --configuration .swift-format $(SWIFT_FILES)

format:
	swift format --in-place --recursive --parallel --configuration .swift-format $(SWIFT_FILES)

release: web-assets
	swift build $(RELEASE_FLAGS) --product lpr-appliance
	@ls -l .build-release/release/lpr-appliance

ifeq ($(ARCH),$(MACHINE))
deb: release
	@packaging/setup.sh deb
	packaging/deb.sh .build-release/release/lpr-appliance $(ARCH)
else ifeq ($(ARCH),arm64)
deb: web-assets
	@packaging/setup.sh cross
	RELEASE_FLAGS='$(RELEASE_FLAGS)' packaging/cross/deb.sh
else
deb:
	@echo "make: packages are made for $(MACHINE) and for arm64, not for '$(ARCH)'" >&2; exit 64
endif

test-deb: deb
	@packaging/setup.sh test-deb
	packaging/test-deb/run.sh .build-deb/lpr-appliance_*_$(ARCH).deb

test-arm64:
	$(MAKE) deb ARCH=arm64
	@packaging/setup.sh cross
	packaging/cross/try.sh .build-deb/lpr-appliance_*_arm64.deb

bench: release
	@packaging/setup.sh bench
	swift build $(RELEASE_FLAGS) --product benchmarks
	.build-release/release/benchmarks --appliance .build-release/release/lpr-appliance $(BENCH)

fuzz: web-assets
	LPR_FUZZ=1 swift build --scratch-path .build-fuzz --sanitize=fuzzer --product live-fuzzer
	@mkdir -p .build-fuzz/corpus
	.build-fuzz/debug/live-fuzzer .build-fuzz/corpus -runs=$(RUNS) -max_len=4096 -rss_limit_mb=1024

clean:
	rm -rf .build .build-release .build-fuzz .build-python .build-deb .build-cross/swift
