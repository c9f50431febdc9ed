#!/usr/bin/env bash
# Configures (when needed) and builds one preset: tools/build.sh PRESET [TARGET...]. Quiet but for ninja's progress;
# what went wrong is printed when something does. JOBS sets how many compilers run at once.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Every clone of this repository on a machine shares what was compiled: paths count relative to the clone.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

readonly preset=$1
readonly tree=build/$preset
shift

# Ninja itself configures again when a CMakeLists.txt changes, but it does not know of the presets.
if [[ ! -f $tree/build.ninja || CMakePresets.json -nt $tree/build.ninja ]]; then
  mkdir -p "$tree"
  echo "configuring $tree"
  if ! cmake --preset "$preset" >"$tree/configure.log" 2>&1; then
    grep -v '^-- ' "$tree/configure.log" >&2 || true
    echo "configuring failed; the whole log is $tree/configure.log. Is something not installed? Try deploy/setup.sh run" >&2
    exit 1
  fi
  touch "$tree/build.ninja"
fi

targets=()
for target in "$@"; do targets+=(--target "$target"); done
started=$SECONDS
export NINJA_STATUS="[%f/%t, %es] "
cmake --build "$tree" -j "${JOBS:-$(nproc)}" "${targets[@]}"
echo "built $tree in $((SECONDS - started)) s"
