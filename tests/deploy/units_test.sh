#!/usr/bin/env bash
# systemd takes the units without a complaint, rates each as little exposed, and they start what is shipped with files that are
# shipped. Without systemd's tools nothing is looked at: tests/deploy/units_test.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

command -v systemd-analyze >/dev/null || { echo "units_test: systemd-analyze is not installed"; exit 0; }
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
readonly root most_exposed=15 # tenths, of 100

mkdir -p "$root"/{usr/bin,etc/systemd/system,etc/cortado,usr/lib}
cp -r /usr/lib/systemd "$root/usr/lib/"
cp deploy/systemd/*.service deploy/systemd/*.timer "$root/etc/systemd/system/"
cp deploy/etc/* "$root/etc/cortado/"
for program in cortado cortadoctl find profile_server matching_server scheduling_server redis-server env; do
  printf '#!/bin/sh\n' >"$root/usr/bin/$program"
  chmod 755 "$root/usr/bin/$program"
done

units=(cortado cortado-redis cortado@profile cortado@matching cortado@scheduling cortado-web cortado-slack cortado-backup)
failed=0
for unit in "${units[@]}"; do
  # An instance of a template is looked at as a unit of its own.
  [[ $unit != *@* ]] || sed "s/%i/${unit#*@}/g" "deploy/systemd/cortado@.service" >"$root/etc/systemd/system/$unit.service"
  said=$(systemd-analyze verify --root="$root" --man=no "$unit.service" 2>&1 | grep -F "$unit" || true)
  [[ -z $said ]] || { echo "$said"; failed=1; }
  rating=$(systemd-analyze security --offline=true --root="$root" --no-pager --threshold=$most_exposed "$unit.service" 2>&1 | tail -n 1) || failed=1
  echo "${rating#*→ }"
  for file in $(grep -oE '(flagfile=|EnvironmentFile=-?)/etc/cortado/[a-z.]+' "$root/etc/systemd/system/$unit.service" | cut -d = -f 2 | sed 's/^-//'); do
    [[ -e $root$file ]] || { echo "$unit: $file is not shipped"; failed=1; }
  done
done
said=$(systemd-analyze verify --root="$root" --man=no cortado-backup.timer 2>&1 | grep -F cortado-backup || true)
[[ -z $said ]] || { echo "$said"; failed=1; }
exit $failed
