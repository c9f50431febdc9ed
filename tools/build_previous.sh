#!/usr/bin/env bash
# Builds the servers of the version before this one into build/previous/bin, for the tests of upgrades
# (tests/faults/rolling_test.cc): of the last tag, or without one of the commit in tests/faults/previous_version.txt. Takes as
# long as a build from nothing, less with ccache; does nothing when they are there. build/previous/version says which it is.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly servers=(profile_server matching_server scheduling_server cortado) there=$PWD/build/previous

wanted=$(git describe --tags --abbrev=0 2>/dev/null || cat tests/faults/previous_version.txt)
commit=$(git rev-parse --verify --quiet "$wanted^{commit}") || {
  echo "build_previous: this clone does not have $wanted: git fetch --unshallow --tags" >&2
  exit 1
}
readonly wanted commit
[[ $(cat "$there/version" 2>/dev/null) != "$wanted $commit" ]] || exit 0

rm -rf "$there/version" "$there/bin"
if [[ $(git -C "$there/source" rev-parse HEAD 2>/dev/null) != "$commit" ]]; then
  rm -rf "$there/source"
  git worktree prune
  git worktree add --quiet --detach "$there/source" "$commit"
fi
"$there/source/tools/build.sh" release "${servers[@]}"
mkdir "$there/bin"
for server in "${servers[@]}"; do cp "$there/source/build/release/bin/$server" "$there/bin/"; done
git worktree remove --force "$there/source"
echo "$wanted $commit" >"$there/version"
