#!/bin/sh
# Inside an image, as root: fills the volumes of secrets that deploy/compose.yaml mounts, once each start.
#
#   cortado-prepare-volumes GIVEN VOLUMES    what GIVEN holds counts (as GIVEN/slack/app.json); what is missing is made
set -eu
umask 077
cp -rL "$1/." "$2/"
cortado-make-secrets "$2"
chown -R 10001:10001 "$2"
chmod -R u=rwX,go= "$2"
