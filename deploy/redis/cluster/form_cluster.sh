#!/usr/bin/env bash
# Makes one Redis Cluster of nodes that run, with two replicas to a master, and mends one whose nodes came back under other
# addresses. Safe to run at any time, one at a time; says what it did.
#
#   deploy/redis/cluster/form_cluster.sh REPLICAS HOST:PORT...     redis-cli's arguments (TLS) in $REDIS_CLI, password in $REDISCLI_AUTH
set -euo pipefail

readonly replicas=$1 nodes=("${@:2}")
read -ra options <<<"${REDIS_CLI:-}"
say() { printf 'form_cluster: %s\n' "$*"; }

# An address as Redis takes it: CLUSTER MEET knows no names.
address() { printf '%s:%s\n' "$(getent ahostsv4 "${1%:*}" | awk '{ print $1; exit }')" "${1##*:}"; }
ask() {
  local -r node=$1
  shift
  redis-cli --no-auth-warning "${options[@]}" -h "${node%:*}" -p "${node##*:}" "$@" | tr -d '\r'
}
# The port on which nodes speak with one another: what stands behind the @ of itself.
bus() { ask "$1" CLUSTER NODES | awk '$3 ~ /myself/ { sub(/.*@/, "", $2); sub(/,.*/, "", $2); print $2 }'; }
fact() { ask "$1" CLUSTER INFO | sed -n "s/^$2://p"; }

addresses=()
for node in "${nodes[@]}"; do
  [[ $(ask "$node" PING) == PONG ]] || { say "$node does not answer"; exit 1; }
  addresses+=("$(address "$node")")
done

fresh=()
for node in "${addresses[@]}"; do
  [[ $(fact "$node" cluster_known_nodes) != 1 || $(fact "$node" cluster_slots_assigned) != 0 ]] || fresh+=("$node")
done
if ((${#fresh[@]} == ${#addresses[@]})); then
  say "no node knows another: making the cluster"
  redis-cli --no-auth-warning "${options[@]}" --cluster create "${addresses[@]}" --cluster-replicas "$replicas" --cluster-yes
  exit
fi
if ((${#fresh[@]})); then
  say "${fresh[*]}: empty, and the others are a cluster. Was a volume lost? Then: redis-cli --cluster add-node ... --cluster-slave"
  exit 1
fi

# Whoever came back under another address is known by its id: one greeting is enough.
met=0
for node in "${addresses[@]}"; do
  for other in "${addresses[@]}"; do
    if ! ask "$node" CLUSTER NODES | awk -v address="$other" '$2 ~ "^" address "@" && $3 !~ /fail|noaddr/ { found = 1 } END { exit !found }'; then
      [[ $(ask "$node" CLUSTER MEET "${other%:*}" "${other##*:}" "$(bus "$other")") == OK ]]
      met=$((met + 1))
    fi
  done
done
say "$met greetings; $(fact "${addresses[0]}" cluster_state), $(fact "${addresses[0]}" cluster_known_nodes) nodes"
[[ $(fact "${addresses[0]}" cluster_state) == ok ]]
