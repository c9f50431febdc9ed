#!/usr/bin/env bash
# The main job as a story, on servers that live only as long as it: deploy/demo.sh [PEOPLE.csv[.gz]] [allinone|separate]
# Everything it makes lies in a temporary directory, but for the invitation, in build/demo. `make demo` calls it.
# deploy/demo.sh slack: the same as the conversation that two people see in Slack, over a stand-in for Slack.
# deploy/demo.sh program [HOW-MANY]: a mentoring programme of 500 generated people instead (program_story.sh).
set -euo pipefail

readonly people=${1:-} topology=${2:-allinone}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly root bin=${CORTADO_BIN:-$root/build/release/bin}

if [[ ${1:-} == slack ]]; then
  cd "$(dirname "${BASH_SOURCE[0]}")/.."
  tools/node.sh npm run --silent build
  exec tools/node.sh node clients/slack/dist/trial/demo.js
fi

fail() { printf 'demo: %s\n' "$*" >&2; exit 1; }

[[ -z $people || $people == program || -r $people ]] || fail "cannot read $people"
[[ $people == program || $topology == allinone || $topology == separate ]] || fail "TOPOLOGY is allinone or separate, not $topology"

data=$(mktemp -d "${TMPDIR:-/tmp}/cortado-demo.XXXXXX")
readonly data
mkdir "$data/log"
umask 077
servers=()

# Ends what was started, the newest first; what does not end within 20 s is killed. A server must end with 0.
finish() {
  local status=$? index pid
  if ((status != 0 && status < 128)); then
    grep -h '"severity":"error"' "$data"/log/* | tail -n 5 >&2 || true
  fi
  for ((index = ${#servers[@]} - 1; index >= 0; --index)); do
    pid=${servers[index]}
    kill -TERM "$pid" 2>/dev/null || continue
    timeout 20 tail --pid="$pid" -f /dev/null || kill -KILL "$pid" 2>/dev/null || true
    if ! wait "$pid" 2>/dev/null && ((status == 0)); then
      echo "demo: a server did not end well; its log:" >&2
      tail -n 5 "$data"/log/* >&2
      status=1
    fi
  done
  rm -rf "$data" "$data.erasures"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# start NAME COMMAND...: in the background, with what it says in log/NAME.
start() {
  local -r name=$1
  shift
  "$@" >"$data/log/$name" 2>&1 </dev/null &
  servers+=($!)
}

# await TEST...: waits until TEST holds; false when the newest server ends before, or 60 s pass.
await() {
  local -r pid=${servers[-1]} give_up=$((SECONDS + 60))
  until "$@"; do
    if ! kill -0 "$pid" 2>/dev/null || ((SECONDS > give_up)); then return 1; fi
    sleep 0.02
  done
}

# serve NAME PROGRAM FILE ARGUMENT...: starts one of our servers, which writes FILE once it listens.
serve() {
  local -r name=$1 file=$3
  start "$name" "$bin/$2" "${@:4}"
  if ! await test -s "$file"; then
    tail -n 15 "$data/log/$name" >&2
    fail "$name did not start; the last lines of its log are above"
  fi
}

# A real mail server, which nothing leaves: it writes down what arrives. Its port is in $data/mail.port once it listens.
start_mail() {
  start mail /usr/bin/python3 "$root/common/testing/mail_server.py" --port-file "$data/mail.port" --mail-file "$data/mail"
  if ! await test -s "$data/mail.port"; then
    tail -n 15 "$data/log/mail" >&2
    fail "the mail server did not start; the last lines of its log are above. Is python3-aiosmtpd installed? Try deploy/setup.sh run"
  fi
  mail=(--smtp "127.0.0.1:$(cat "$data/mail.port")" --smtp_security none --mail_from cortado@demo.example
    --web_url https://cortado.demo.example)
}

tell() {
  local story=(demo --temporary --out "$root/build/demo" --mailbox "$data/mail")
  [[ -z $people ]] || story+=(--people "$people" --assume-open)
  "$bin/cortadoctl" "$@" "${story[@]}"
}

# With a password, since other users of this machine can reach loopback.
start_redis() {
  local attempt port
  REDISCLI_AUTH=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
  export REDISCLI_AUTH
  mkdir "$data/redis"
  printf '%s\n' "$REDISCLI_AUTH" >"$data/redis.password"
  for attempt in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 12000))
    printf '%s\n' "bind 127.0.0.1" "port $port" "dir $data/redis" "appendonly yes" "appendfsync always" 'save ""' \
      "requirepass $REDISCLI_AUTH" >"$data/redis.conf"
    start redis redis-server "$data/redis.conf"
    if await redis_answers "$port"; then
      redis=(--redis "redis://127.0.0.1:$port" --redis_password_file "$data/redis.password")
      return
    fi
  done
  tail -n 15 "$data/log/redis" >&2
  fail "redis-server did not start; the last lines of its log are above"
}
redis_answers() { [[ $(redis-cli -h 127.0.0.1 -p "$1" PING 2>/dev/null) == PONG ]]; }

address() { cat "$data/$1.address"; }

# serve_service NAME ARGUMENT...
serve_service() {
  serve "$1" "$1_server" "$data/$1.address" "${redis[@]}" --token_key_file "$data/token.pem" --dev --metrics_port -1 \
    --address_file "$data/$1.address" --erasure_ledger "$data/erasures" "${@:2}"
}

start_mail
if [[ $people == program ]]; then
  serve cortado cortado_dev "$data/cortado/run/address" --dev --data "$data/cortado" --metrics_port -1 "${mail[@]}"
  mkdir "$data/story"
  CORTADO_BIN=$bin CORTADO_DATA=$data/cortado "$root/deploy/program_story.sh" "$data/story" "${2:-500}"
  exit
fi
case $topology in
  allinone)
    serve cortado cortado "$data/cortado/run/address" --dev --data "$data/cortado" --metrics_port -1 "${mail[@]}"
    tell --data "$data/cortado"
    ;;
  separate)
    start_redis
    serve_service profile
    # Matching and scheduling call each other: one of the two has an address before it starts.
    serve_service matching --profile "$(address profile)" --scheduling "unix:$data/scheduling.socket"
    serve_service scheduling --profile "$(address profile)" --matching "$(address matching)" \
      --listen "unix:$data/scheduling.socket" "${mail[@]}"
    servers_are="profile=$(address profile),matching=$(address matching),scheduling=$(address scheduling)"
    echo "Three servers ($servers_are), a redis-server and a mail server on loopback."
    reach=(--address "$servers_are" --key-file "$data/token.pem")
    organization=$("$bin/cortadoctl" "${reach[@]}" org create "Sample organisation" --json | jq -r .name)
    tell "${reach[@]}" --organization "${organization#organizations/}"
    ;;
esac
