#!/usr/bin/env bash
# Runs a command of the Node world with the Node that deploy/setup.sh found or installed: tools/node.sh npm run build
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

[[ -d node_modules ]] || { echo "node_modules is missing: deploy/setup.sh clients installs it" >&2; exit 1; }
own=build/tools/node/node_modules/.bin
[[ ! -x $own/node ]] || export PATH="$PWD/$own:$PATH"
exec "$@"
