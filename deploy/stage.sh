#!/usr/bin/env bash
# Puts what was built together as it is shipped, without tests and debug symbols: into images (deploy/Containerfile) and
# archives (deploy/dist.sh). Build first.
#
#   deploy/stage.sh FOLDER [programs] [clients]      FOLDER must be empty or absent; neither word means both
#
#   FOLDER/bin        our programs, stripped            FOLDER/node/bin/node   the Node that deploy/setup.sh found or installed
#   FOLDER/clients    the Slack bot and the answer page with the npm packages they run on
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly programs=(cortado cortadoctl profile_server matching_server scheduling_server)
readonly workspaces=(slack web)
readonly folder=$1
shift
fail() { printf 'stage: %s\n' "$*" >&2; exit 1; }
[[ -z $(ls -A "$folder" 2>/dev/null) ]] || fail "$folder is not empty"
umask 022
mkdir -p "$folder"

stage_programs() {
  local name
  mkdir -p "$folder/bin"
  for name in "${programs[@]}"; do
    [[ -x build/release/bin/$name ]] || fail "$name is not built: tools/build.sh release ${programs[*]}"
    strip -o "$folder/bin/$name" "build/release/bin/$name"
    chmod 755 "$folder/bin/$name"
  done
}

# npm installs what the lock file pins for these workspaces; every workspace's package.json has to be there for that.
stage_clients() {
  local manifest name only=()
  for name in "${workspaces[@]}"; do
    [[ -e clients/$name/dist/main.js ]] || fail "clients/$name is not built: tools/node.sh npm run build"
    only+=(--workspace "clients/$name")
  done
  mkdir -p "$folder/clients" "$folder/node/bin"
  cp package.json package-lock.json .npmrc "$folder/clients/"
  for manifest in clients/*/package.json examples/typescript/package.json tests/*/package.json; do
    install -D -m 644 "$manifest" "$folder/clients/$manifest"
  done
  tools/node.sh npm ci --prefix "$folder/clients" --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error "${only[@]}" >&2
  for name in api "${workspaces[@]}"; do
    cp -r "clients/$name/dist" "$folder/clients/clients/$name/dist"
    find "$folder/clients/clients/$name/dist" -depth \( -name testing -o -name trial -o -name '*.test.*' -o -name '*.d.ts' -o -name '*.map' -o \
      -name '*.tsbuildinfo' \) -exec rm -rf {} +
  done
  rm -rf "$folder"/clients/{examples,tests,clients/testing,.npmrc} "$folder"/clients/node_modules/{.package-lock.json,.bin,@cortado/testing}
  find "$folder/clients/node_modules" -xtype l -delete
  cp "$(tools/node.sh node -p process.execPath)" "$folder/node/bin/node"
}

for part in "${@:-programs}"; do
  case $part in programs | clients) "stage_$part" ;; *) fail "unknown part '$part'" ;; esac
done
[[ $# != 0 ]] || stage_clients
