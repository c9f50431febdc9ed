#!/usr/bin/env bash
# deploy/redis/cluster makes nine nodes with the settings of k8s/overlays/cluster one cluster, once; nodes that come back under
# other addresses are greeted; a node that lost its volume is told of. Ends what it starts: tests/deploy/redis_cluster_test.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

work=$(mktemp -d "${TMPDIR:-/tmp}/cortado-cluster.XXXXXX")
readonly work secrets=$work/secrets
declare -A node_of
# As a machine that goes away: a master that is asked to end waits for its replicas.
stop() {
  local number
  for number in "$@"; do kill -KILL "${node_of[$number]}" 2>/dev/null || true; done
  for number in "$@"; do
    wait "${node_of[$number]}" 2>/dev/null || true
    unset "node_of[$number]"
  done
}
finish() {
  stop "${!node_of[@]}"
  rm -rf "$work"
}
trap finish EXIT
fail() {
  printf "redis_cluster_test: FAILED: %s\n" "$*" >&2
  tail -n 5 "$work/form.log" >&2 || true
  exit 1
}
await() {
  local -r give_up=$((SECONDS + 30))
  until "$@"; do
    ((SECONDS < give_up)) || fail "waited 30 s for: $*"
    sleep 0.1
  done
}

deploy/make_secrets.sh "$secrets"
REDISCLI_AUTH=$(<"$secrets/redis/operator.password")
export REDISCLI_AUTH REDIS_CLI='--user operator'
cli() { redis-cli --no-auth-warning --user operator -p "$1" "${@:2}"; }
answers() { [[ $(cli "$1" PING 2>/dev/null) == PONG ]]; }

# start NUMBER PORT: as the pod's container does it. Three ports each: clients, TLS, and the bus.
start() {
  local -r home=$work/$1 port=$2
  mkdir -p "$home"
  sed "s#/run/cortado/redis.sock#$home/sock#; s#/var/lib/cortado#$home#; s#/run/secrets/cortado#$secrets/redis#" deploy/redis/redis.conf >"$home.conf"
  redis-server "$home.conf" --include "$PWD/deploy/redis/cluster/redis.conf" --include "$secrets/redis/replica.conf" --cluster-node-timeout 1000 \
    --bind 127.0.0.1 --port "$port" --tls-port $((port + 20)) --cluster-port $((port + 40)) --cluster-announce-ip 127.0.0.1 \
    --tls-cert-file "$secrets/redis/tls.crt" --tls-key-file "$secrets/redis/tls.key" --tls-ca-cert-file "$secrets/redis/ca.pem" \
    >>"$home.log" 2>&1 </dev/null &
  node_of[$1]=$!
  await answers "$port"
}
start_all() {
  local number
  nodes=()
  for number in {0..8}; do
    start "$number" $(($1 + number))
    nodes+=("localhost:$(($1 + number))")
  done
}
form() { deploy/redis/cluster/form_cluster.sh 2 "${nodes[@]}" >"$work/form.log" 2>&1; }
masters() { cli "$1" CLUSTER NODES | grep -c ' \(myself,\)\?master ' || true; }
synced() { [[ $(cli "$1" INFO replication | grep -c 'state=online') == 2 ]]; }

base=$((20000 + RANDOM % 8000))
start_all $base
form || { cat "$work/form.log"; fail "no cluster was made"; }
await form
[[ $(masters $base) == 3 ]] || fail "not three masters"
await synced $base
cli $base -c SET '{org}:key' kept >/dev/null

# All of them come back under other addresses, as pods do.
stop "${!node_of[@]}"
start_all $((base + 1000))
await form
await synced $((base + 1000))
[[ $(cli $((base + 1000)) -c GET '{org}:key') == kept ]] || fail "what was written is gone"

# One comes back without its volume: nobody makes a second cluster, and somebody is told.
stop 8
rm -rf "$work/8"
start 8 $((base + 1008))
! form || fail "a node that lost its volume went unnoticed"
grep -q 'Was a volume lost' "$work/form.log" || fail "nobody was told why"
echo "redis_cluster_test: passed in $SECONDS s"
