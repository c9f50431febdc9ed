#!/usr/bin/env bash
# What `make dist` writes is the same bytes twice, works from wherever it is unpacked, and its bill of materials names every
# npm package in it and every library its programs load. Build first: tests/deploy/dist_test.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
readonly work
fail() { printf 'dist_test: FAILED: %s\n' "$*" >&2; exit 1; }

SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
deploy/dist.sh "$work/one" >/dev/null
# Another time of day, folder and language.
LC_ALL=C.UTF-8 TZ=Pacific/Auckland deploy/dist.sh "$work/two" >/dev/null
for file in "$work"/one/*; do cmp "$file" "$work/two/${file##*/}" || fail "${file##*/} differs from one run to the next"; done
(cd "$work/one" && sha256sum --check --quiet SHA256SUMS) || fail "SHA256SUMS does not fit"

mkdir "$work/archive" "$work/package"
tar --extract --gzip --strip-components 1 -f "$work"/one/*.tar.gz -C "$work/archive"
dpkg-deb --extract "$work"/one/*.deb "$work/package"
for root in "$work/archive/bin" "$work/package/usr/bin"; do
  for program in cortado cortadoctl profile_server matching_server scheduling_server; do
    "$root/$program" --version | grep -q '[0-9]' || fail "$root/$program does not start"
  done
done
for root in "$work/archive/lib" "$work/package/usr/lib/cortado"; do
  for client in web slack; do tools/node.sh node "$root/clients/$client/dist/main.js" --help >/dev/null || fail "$client does not start"; done
done
for unit in "$work"/package/usr/lib/systemd/system/*.service; do
  program=$(sed -n 's/^ExecStart=\(\S*\).*/\1/p' "$unit")
  [[ $program == *%i* || $program == /usr/bin/env || $program == /usr/bin/redis-server || -x $work/package$program ]] || fail "${unit##*/} starts $program, which is not there"
done
[[ -z $(find "$work/package" -perm /022 -not -type l) ]] || fail "something may be written by others"

readonly bill=$work/one/cortado.cdx.json
jq -e '.bomFormat == "CycloneDX" and .specVersion == "1.5" and all(.components[]; .name != "" and .version != "" and (.purl | startswith("pkg:")) and (.licenses | length) > 0)' \
  "$bill" >/dev/null || fail "the bill of materials is not well made"
find "$work/archive/lib/node_modules" -regex '.*/node_modules/\(@[^/]*/\)?[^/@]*/package.json' -print0 | xargs -0 jq -r '"\(.name)@\(.version)"' |
  grep -v '^@cortado/' | sort -u >"$work/shipped"
jq -r '.components[] | select(.purl | startswith("pkg:npm")) | "\(.name)@\(.version)"' "$bill" | sort -u >"$work/billed"
differ=$(diff "$work/shipped" "$work/billed") || fail "shipped (<) and billed (>) differ: $differ"
grep -q '"libgrpc++1.51"' "$bill" && grep -q '"redis-tools"' "$bill" || fail "what is linked is not billed"
echo "dist_test: passed in $SECONDS s"
