#!/bin/sh
# Inside an image: installs the packages "$@" and Cortado's user, and removes what differs from one build to the next.
set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -qq -y --no-install-recommends "$@" >/dev/null
echo 'cortado:x:10001:10001:Cortado:/var/lib/cortado:/usr/sbin/nologin' >>/etc/passwd
echo 'cortado:x:10001:' >>/etc/group
# Volumes that are mounted here take their owner from the image.
install -d -o 10001 -g 10001 -m 700 /var/lib/cortado /var/lib/cortado-erasures /run/cortado
apt-get clean
# Times of day and names of machines; the certificates' hash links stay.
rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* /var/lib/dpkg/*-old /var/lib/systemd /etc/passwd- /etc/group- /etc/shadow- \
  /etc/gshadow- /etc/machine-id /tmp/* /usr/share/doc-base /usr/share/man /usr/share/info /usr/share/locale
# Licences stay where Debian puts them; the rest of the documentation goes.
find /usr/share/doc -type f ! -name copyright -delete
find /usr/share/doc -type d -empty -delete
