#!/bin/sh
# Asks a server by gRPC's health protocol whether it serves; ends with 0 when it says SERVING, with 1 otherwise.
#
#   cortado-health [ADDRESS]    host:port or unix:/path; else $CORTADO_HEALTH, else what the `cortado` of $CORTADO_DATA wrote
#
# Over TLS when CORTADO_TLS_CA is set (with CORTADO_TLS_CERT and CORTADO_TLS_KEY where clients must show a certificate). The
# request is an empty message: five bytes of frame. The answer is the frame of the two bytes that say "status 1".
set -eu

address=${1:-${CORTADO_HEALTH:-}}
[ -n "$address" ] || read -r address <"${CORTADO_DATA:-/var/lib/cortado/data}/run/address"

set -- --silent --show-error --max-time 4 --noproxy '*' --header 'content-type: application/grpc' --header 'te: trailers' \
  --data-binary @-
case $address in
  unix:*) set -- "$@" --http2-prior-knowledge --unix-socket "${address#unix:}" http://localhost ;;
  *)
    if [ -n "${CORTADO_TLS_CA:-}" ]; then
      set -- "$@" --http2 --cacert "$CORTADO_TLS_CA"
      [ -z "${CORTADO_TLS_CERT:-}" ] || set -- "$@" --cert "$CORTADO_TLS_CERT" --key "$CORTADO_TLS_KEY"
      set -- "$@" "https://$address"
    else
      set -- "$@" --http2-prior-knowledge "http://$address"
    fi
    ;;
esac

# The address is the last argument: the method goes behind it.
for last in "$@"; do :; done
answer=$(printf '\0\0\0\0\0' | curl "$@/grpc.health.v1.Health/Check" | od -An -v -tx1 | tr -d ' \n')
[ "$answer" = 00000000020801 ] || { echo "$last does not serve" >&2; exit 1; }
