#!/usr/bin/env bash
# Everything that can be said about the code without running it: tools/lint.sh [FILE.cc...]. Runs every check even when an
# earlier one fails, and fails if any did. Files given limit clang-tidy, the slow one; without them it looks at all.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

failed=()
check() {
  local -r name=$1 started=$SECONDS
  shift
  if "$@"; then
    echo "lint: $name ok ($((SECONDS - started)) s)"
  else
    echo "lint: $name FAILED" >&2
    failed+=("$name")
  fi
}

formatted() {
  git ls-files -z --cached --others --exclude-standard '*.h' '*.cc' | xargs -0 -r clang-format-14 --dry-run -Werror ||
    { echo "make format puts this right" >&2; return 1; }
}

# Every public header compiles alone (CMAKE_VERIFY_INTERFACE_HEADER_SETS).
headers() { tools/build.sh release all_verify_interface_header_sets; }

check layers python3 tools/check_layers.py
check clang-format formatted
check "buf lint" node_modules/.bin/buf lint
check "typescript" tools/node.sh npm run --silent lint
# LINT=quick leaves out the two that compile everything again.
if [[ ${LINT:-} != quick ]]; then
  check headers headers
  check clang-tidy python3 tools/tidy.py "$@"
fi

[[ ${#failed[@]} == 0 ]] || { echo "lint: failed: ${failed[*]}" >&2; exit 1; }
