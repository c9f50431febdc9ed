# The one door to Cortado: `make` lists what it does. Every target installs what it needs first (deploy/setup.sh; asks for
# root only when something is missing) and says what went wrong when something does.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo run dev web test bench verify docs licences images dist format lint asan tsan clean uninstall
MAKEFLAGS += --no-print-directory

SERVERS := cortado cortadoctl profile_server matching_server scheduling_server
DATA := $(or $(CORTADO_DATA),$(or $(XDG_DATA_HOME),$(HOME)/.local/share)/cortado)

# What a caller may set; see `make help`.
PEOPLE ?=
TOPOLOGY ?= allinone
WHAT ?= main
ONLY ?= .
FILES ?=
ARGS ?=
export PEOPLE TOPOLOGY
# A factor on how much random input, how many trials and how long a load the tests take: 1 on every change, more by
# `make verify`, less under the sanitizers, which are five to ten times slower.
scale = $(or $(CORTADO_TEST_SCALE),$(1))
define run_tests
echo "CORTADO_TEST_SCALE=$(call scale,$(2))"
CORTADO_TEST_SCALE=$(call scale,$(2)) ctest --preset $(1) -R '$(ONLY)'
endef

help: ## this list
	@echo "make TARGET, where TARGET is one of:"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 12

demo: ## the main job as a story on the terminal; PEOPLE=FILE.csv[.gz] for your own organisation, TOPOLOGY=separate; SLACK=1 as a conversation in Slack; PROGRAM=1 as a programme of 500
ifdef SLACK
	@deploy/setup.sh run clients
	@tools/build.sh release cortado_dev cortadoctl
	@deploy/demo.sh slack
else ifdef PROGRAM
	@deploy/setup.sh run
	@tools/build.sh release cortado_dev cortadoctl
	@deploy/demo.sh program
else
	@deploy/setup.sh run
	@tools/build.sh release $(SERVERS)
	@deploy/demo.sh "$(PEOPLE)" "$(TOPOLOGY)"
endif

run: ## start Cortado and stay up until Ctrl-C; ARGS="--help" shows what it takes
	@deploy/setup.sh run
	@tools/build.sh release $(SERVERS)
	@exec build/release/bin/cortado $(ARGS)

dev: ## the same for developers: a clock that can be moved, and seeds (docs/developing.md); ARGS="--data FOLDER"
	@deploy/setup.sh run
	@tools/build.sh release cortado_dev cortadoctl
	@exec build/release/bin/cortado_dev $(ARGS)

web: ## the answer page behind the links in mails (docs/web.md); ARGS="--help" shows what it takes
	@deploy/setup.sh clients
	@tools/node.sh npm run --silent build
	@exec tools/node.sh node clients/web/dist/main.js $(ARGS)

test: ## build everything and run every test; ONLY=REGEX for some, CORTADO_TEST_SCALE=10 for ten times the trials
	@deploy/setup.sh run test
	@tools/build.sh release
	@$(call run_tests,release,1)

bench: ## measure the named figures: a table here, build/bench/results.json for programs
	@deploy/setup.sh run
	@tools/build.sh release cortado_bench $(SERVERS)
	@mkdir -p build/bench
	@build/release/bin/cortado_bench build/bench/results.json

verify: ## the acceptance figures at full scale, each with its goal; WHAT=main
	@deploy/setup.sh run test $(if $(filter deploy,$(WHAT)),images)
	@tools/build.sh release
	@$(if $(filter deploy,$(WHAT)),tools/build_previous.sh,:)
	@python3 tools/verify.py "$(WHAT)"

docs: ## the references made of the protos and the programs: docs/access.md, errors.md and configuration.md
	@deploy/setup.sh run clients
	@tools/build.sh release cortado_reference cortado_protoset $(SERVERS) clients_typescript
	@build/release/bin/cortado_reference build/release/generated/cortado.protoset docs
	@python3 tools/configuration.py build/release/bin >docs/configuration.md.new && mv docs/configuration.md.new docs/configuration.md

licences: ## docs/third-party.md, made of what is linked and package-lock.json
	@deploy/setup.sh run
	@tools/build.sh release $(SERVERS)
	@rm -rf build/third-party && mkdir -p build/third-party
	@cp $(SERVERS:%=build/release/bin/%) build/third-party/
	@python3 tools/third_party.py table build/third-party >docs/third-party.md

images: ## container images of the services, the answer page and the bot in build/images/archives; as root
	@deploy/setup.sh run clients images
	@tools/build.sh release $(SERVERS)
	@tools/node.sh npm run --silent build
	@deploy/build_images.sh --staged --archives build/images/archives

dist: ## an archive, a Debian package, the bill of materials and SHA256SUMS in build/dist
	@deploy/setup.sh run clients
	@tools/build.sh release $(SERVERS)
	@tools/node.sh npm run --silent build
	@deploy/dist.sh

format: ## put every C++ source into the house's format
	@deploy/setup.sh lint
	@git ls-files -z --cached --others --exclude-standard '*.h' '*.cc' | xargs -0 -r clang-format-14 -i

lint: ## include table, format, protos, headers alone, clang-tidy; FILES="a.cc b.cc" limits clang-tidy
	@deploy/setup.sh run lint
	@tools/build.sh release
	@tools/lint.sh $(FILES)

asan: ## every test under AddressSanitizer and UndefinedBehaviorSanitizer
	@deploy/setup.sh run test
	@tools/build.sh asan
	@$(call run_tests,asan,0.1)

tsan: ## the pure and store tests under ThreadSanitizer
	@deploy/setup.sh run test
	@tools/build.sh tsan tests_pure tests_store
	@$(call run_tests,tsan,0.1)

clean: ## remove what was built; keeps the tools that came from the network
	@if [ -d build ]; then find build -mindepth 1 -maxdepth 1 ! -name tools -exec rm -rf {} +; fi

uninstall: ## remove all of build/; asks for ERASE=yes to remove the data too
	@rm -rf build
	@if [ ! -e "$(DATA)" ]; then echo "no data at $(DATA)"; \
	elif [ "$(ERASE)" = yes ]; then rm -rf "$(DATA)"; echo "removed $(DATA)"; \
	else echo "your data is kept in $(DATA); remove it with: make uninstall ERASE=yes"; fi
