#!/usr/bin/env bash
# Writes what is installed on plain machines: an archive, a Debian package, the bill of materials (CycloneDX) and SHA256SUMS.
# Build first (`make dist` does): deploy/dist.sh [FOLDER], build/dist without one. The same build gives the same bytes: every
# file carries the time of the last commit ($SOURCE_DATE_EPOCH), and lists are sorted.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
umask 022
export LC_ALL=C

out=${1:-build/dist}
version=$(sed -n 's/^project(.*VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
architecture=$(dpkg --print-architecture)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
readonly out version architecture name=cortado-$version-linux-$architecture
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
readonly work

# Debian packages of the libraries that our programs ask for themselves; those bring the rest.
needed_packages() {
  local library
  for library in $(objdump -p "$work"/staged/bin/* | awk '/NEEDED/ { print $2 }' | sort -u); do
    { dpkg -S "*/$(g++ -print-multiarch)/$library" 2>/dev/null || true; } | sed -n 's/:.*//p' | grep -v -- '-dev$' | head -n 1
  done | sort -u
}

archive() {
  local -r root=$work/$name
  mkdir -p "$root"
  cp -r "$work/staged/bin" "$root/"
  cp -r "$work/staged/clients" "$root/lib"
  cp -r deploy/systemd deploy/etc deploy/redis "$root/"
  cp deploy/make_secrets.sh "$root/bin/cortado-make-secrets"
  cp deploy/container/health.sh "$root/bin/cortado-health"
  cp -r docs LICENSE README.md CHANGELOG.md SECURITY.md "$work/cortado.cdx.json" "$root/"
  find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
  tar --create --sort=name --owner=0 --group=0 --numeric-owner --mode=u+rwX,go=rX --format=gnu -C "$work" "$name" | gzip -9n >"$out/$name.tar.gz"
}

control() {
  cat <<END
Package: cortado
Version: $version
Section: net
Priority: optional
Architecture: $architecture
Maintainer: The Cortado authors <cortado@example.com>
Depends: $(needed_packages | paste -sd, | sed 's/,/, /g'), ca-certificates, curl, openssl, redis-server, systemd, tzdata
Recommends: nodejs (>= 20.19)
Installed-Size: $(find "$1" -type f -printf '%s\n' | awk '{ bytes += $1 } END { print int(bytes / 1024) }')
Description: pairs employees with role models and books the coffee chat
 Self-hosted: one program with a Redis of its own, or three services, with a
 Slack bot and the answer page behind the links in mails. Nothing starts by
 itself: see /usr/share/doc/cortado/docs/operating.md.
END
}

debian_package() {
  local -r root=$work/deb
  mkdir -p "$root"/{DEBIAN,usr/bin,usr/lib,usr/lib/sysusers.d,usr/lib/systemd/system,usr/share/doc/cortado,etc/cortado}
  install -m 755 "$work"/staged/bin/* "$root/usr/bin/"
  install -m 755 deploy/make_secrets.sh "$root/usr/bin/cortado-make-secrets"
  install -m 755 deploy/container/health.sh "$root/usr/bin/cortado-health"
  cp -r "$work/staged/clients" "$root/usr/lib/cortado"
  install -m 644 deploy/systemd/*.service deploy/systemd/*.timer "$root/usr/lib/systemd/system/"
  install -m 644 deploy/systemd/cortado.sysusers "$root/usr/lib/sysusers.d/cortado.conf"
  install -m 644 deploy/etc/* deploy/redis/redis.conf "$root/etc/cortado/"
  cp -r docs CHANGELOG.md "$work/cortado.cdx.json" "$root/usr/share/doc/cortado/"
  { echo 'Cortado, Apache-2.0. The full text is in /usr/share/common-licenses/Apache-2.0.'; echo 'Software of others: docs/third-party.md beside this file.'; } \
    >"$root/usr/share/doc/cortado/copyright"
  sed -i 's#aclfile .*#aclfile /etc/cortado/secrets/redis/users.acl#; s#^dir .*#dir /var/lib/cortado/redis#' "$root/etc/cortado/redis.conf"
  (cd "$root" && find etc -type f | sort | sed 's#^#/#') >"$root/DEBIAN/conffiles"
  control "$root" >"$root/DEBIAN/control"
  # The user comes with the package; no unit is enabled, for a first start makes keys and a code for the first administrator.
  printf '%s\n' '#!/bin/sh' 'set -e' 'if [ "$1" = configure ]; then' '  systemd-sysusers cortado.conf' \
    '  [ ! -d /run/systemd/system ] || systemctl daemon-reload' 'fi' >"$root/DEBIAN/postinst"
  chmod 755 "$root/DEBIAN/postinst"
  chmod -R u=rwX,go=rX "$root"
  find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
  dpkg-deb --root-owner-group -Zxz --build "$root" "$out/cortado_${version}_$architecture.deb" >/dev/null
}

deploy/stage.sh "$work/staged"
# Which Node runs them is the machine's own.
rm -rf "$work/staged/node"
python3 tools/third_party.py sbom "$work/staged/bin" >"$work/cortado.cdx.json"
archive
debian_package
cp "$work/cortado.cdx.json" "$out/"
(cd "$out" && sha256sum "$name.tar.gz" "cortado_${version}_$architecture.deb" cortado.cdx.json >SHA256SUMS && cat SHA256SUMS)
