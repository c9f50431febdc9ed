#!/usr/bin/env bash
# Builds the images and does the main job by servers inside them: keys made in the image, a Redis, three servers that speak
# mTLS with one another, the answer page, the health probe, SIGTERM; then all in one. Nothing may be written but into the
# volumes. Needs root, and what `tools/build.sh release` and `npm run build` made: tests/deploy/images_test.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

images=${CORTADO_IMAGES:-build/images}
volumes=$(mktemp -d "${TMPDIR:-/tmp}/cortado-images.XXXXXX")
readonly images volumes tag=test
readonly addresses=profile=localhost:17411,matching=localhost:17412,scheduling=localhost:17413
running=()         # names of what runs, the oldest first; the process of each is in the volume `run`
declare -A engine  # the `buildah run` of each
declare -A redis_of=([matching]=tunnel)

say() { printf 'images_test: %s\n' "$*"; }
fail() { printf 'images_test: FAILED: %s\n' "$*" >&2; exit 1; }
buildah() { command buildah --root "$images/storage" --runroot "$images/run" --storage-driver "${STORAGE_DRIVER:-vfs}" "$@"; }
await() {
  local -r give_up=$((SECONDS + 30))
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < give_up)) || fail "waited 30 s for: $*"
    sleep 0.1
  done
}

# inside IMAGE [OPTION of `buildah run`]... -- COMMAND...: as the images' user, without a capability.
inside() {
  local -r image=$1
  shift
  local options=()
  while [[ $1 != -- ]]; do options+=("$1") && shift; done
  buildah run --isolation chroot --user 10001:10001 --cap-drop ALL -v "$volumes/run:/run/cortado" "${options[@]}" "cortado-test-$image" "$@"
}

# start NAME IMAGE [OPTION]... -- COMMAND...: in the background. Chroot isolation shares process ids with this machine.
start() {
  local -r name=$1 image=$2
  shift 2
  local options=()
  while [[ $1 != -- ]]; do options+=("$1") && shift; done
  shift
  inside "$image" "${options[@]}" -- sh -c 'echo $$ >"/run/cortado/$0.pid"; exec "$@"' "$name" "$@" >"$volumes/$name.log" 2>&1 </dev/null &
  engine[$name]=$!
  running+=("$name")
}

# Ends everything by SIGTERM, the newest first; each must end with 0 within 30 s.
stop_all() {
  local name pid
  while ((${#running[@]})); do
    name=${running[-1]} pid=$(<"$volumes/run/${running[-1]}.pid")
    kill -TERM "$pid"
    timeout 30 tail --pid="$pid" -f /dev/null || fail "$name did not end within 30 s"
    unset 'running[-1]'
    # socat says 143 for SIGTERM; whatever is ours says 0.
    wait "${engine[$name]}" || [[ $name == tunnel ]] || fail "$name ended with $?"
  done
}

finish() {
  local -r status=$?
  local name
  trap - EXIT
  ((status == 0)) || tail -n 6 "$volumes"/*.log >&2 || true
  for name in "${running[@]}"; do
    kill -KILL "$(<"$volumes/run/$name.pid")" 2>/dev/null || true
    wait "${engine[$name]}" 2>/dev/null || true
  done
  buildah rm cortado-test-services cortado-test-web cortado-test-slack >/dev/null 2>&1 || true
  rm -rf "$volumes"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

make_containers() {
  local name
  say "building"
  deploy/build_images.sh --staged --tag $tag
  for name in services web slack; do
    buildah rm "cortado-test-$name" >/dev/null 2>&1 || true
    buildah from --quiet --pull-never --signature-policy "$images/policy.json" --name "cortado-test-$name" "localhost/cortado-$name:$tag" >/dev/null
  done
  for name in run secrets redis records; do install -d -o 10001 -g 10001 -m 700 "$volumes/$name"; done
}

# What a service is given; sets $given.
give() {
  local -r secrets=/run/secrets/cortado
  given=(-v "$volumes/secrets/$1:$secrets:ro" -v "$volumes/secrets/keys:/run/secrets/keys" -v "$volumes/records:/var/lib/cortado"
    --env "CORTADO_TLS_CA=$secrets/ca.pem" --env "CORTADO_TLS_CERT=$secrets/tls.crt" --env "CORTADO_TLS_KEY=$secrets/tls.key"
    --env "CORTADO_KEY_FILE=/run/secrets/keys/token.pem" --env "CORTADO_ADDRESS=$addresses" --env "CORTADO_ORGANIZATION=${organization:-}")
}

# serve NAME PORT ARGUMENT...: one of the three servers, as deploy/compose.yaml starts it. On this machine's loopback, where
# --dev is allowed: the main job is then done by `--as PERSON` instead of logins.
serve() {
  local -r name=$1 port=$2
  shift 2
  give "$name"
  start "$name" services "${given[@]}" -v "$PWD/deploy/compose.flags:/etc/cortado/server.flags:ro" --env "FLAGS_audit_dir=/var/lib/cortado/audit-$name" \
    --env "FLAGS_redis=unix://$name@/run/cortado/${redis_of[$name]:-redis}.sock" --env FLAGS_web_url=https://cortado.example.com -- \
    "${name}_server" --flagfile=/etc/cortado/server.flags --dev "--listen=127.0.0.1:$port" --metrics_port=-1 "$@"
}
healthy() { give "$1" && inside services "${given[@]}" -- cortado-health "localhost:$2"; }

three_servers() {
  mkdir "$volumes/given"
  buildah run --isolation chroot --user 0:0 -v "$volumes/given:/given:ro" -v "$volumes/secrets:/volumes" \
    cortado-test-services -- cortado-prepare-volumes /given /volumes
  start redis services -v "$volumes/redis:/var/lib/cortado" -v "$volumes/secrets/redis:/run/secrets/cortado:ro" \
    -v "$PWD/deploy/redis/redis.conf:/etc/cortado/redis.conf:ro" -- redis-server /etc/cortado/redis.conf \
    --bind 127.0.0.1 --tls-port 17410 --tls-cert-file /run/secrets/cortado/tls.crt --tls-key-file /run/secrets/cortado/tls.key \
    --tls-ca-cert-file /run/secrets/cortado/ca.pem
  await test -S "$volumes/run/redis.sock"
  # One of the three goes through the tunnel that pods have (k8s/base/patches/server.yaml).
  give matching
  local -r far=$(sed -n 's/^ *- OPENSSL:redis:6380,/OPENSSL:localhost:17410,/p' k8s/base/patches/server.yaml)
  start tunnel services "${given[@]}" -- socat UNIX-LISTEN:/run/cortado/tunnel.sock,fork,unlink-early,mode=600 "$far"
  await test -S "$volumes/run/tunnel.sock"
  serve profile 17411 --matching=localhost:17412 --scheduling=localhost:17413
  serve matching 17412 --profile=localhost:17411 --scheduling=localhost:17413
  serve scheduling 17413 --profile=localhost:17411 --matching=localhost:17412 --fromenv=web_url
  await healthy profile 17411
  await healthy matching 17412
  await healthy scheduling 17413
  # Without a certificate of ours nobody gets in, and a port where nobody serves is not healthy.
  ! inside services -v "$volumes/secrets/profile:/run/secrets/cortado:ro" --env CORTADO_TLS_CA=/run/secrets/cortado/ca.pem -- \
    cortado-health localhost:17411 2>/dev/null || fail "a stranger was let in"
  ! healthy profile 17414 2>/dev/null || fail "nobody serves there, and it counts as healthy"
}

ctl() { give profile && inside services "${given[@]}" -- cortadoctl "$@"; }
main_job() {
  local asked
  organization=$(ctl org create "In images" --json | jq -r '.name | ltrimstr("organizations/")')
  [[ -n $organization ]] || fail "no organisation"
  ctl doctor
  ctl org generate 120 --out /var/lib/cortado/people.csv >/dev/null
  ctl people import /var/lib/cortado/people.csv --assume-open >/dev/null
  # Whoever asks and whoever is asked: the first who fits by the list itself.
  asked=$(ctl match suggest --as e100045 --json | jq -r '.suggestions[0].person.person')
  [[ $asked == people/* ]] || fail "nobody is suggested"
  asked=${asked#people/}
  local -r request=$(ctl match request "$asked" --message "Coffee?" --as e100045 --json | jq -r .name)
  ctl match accept "$request" --as "$asked" >/dev/null
  local -r from=$(ctl chat times "$asked" --as e100045 --json | jq -r '.times[0].startTime')
  ctl chat book "$asked" --at "$from" --as e100045 >/dev/null
  [[ $(ctl chat list --as e100045 --json | jq '.chats | length') == 1 ]] || fail "the chat is not there"
  say "asked, accepted and booked"
}

answer_page() {
  give web
  start web web "${given[@]}" -- node /usr/local/lib/cortado/clients/web/dist/main.js --listen 127.0.0.1:17415 --ops_listen 127.0.0.1:17416 \
    --web_url http://127.0.0.1:17415 --services_ca /run/secrets/cortado/ca.pem --services_cert /run/secrets/cortado/tls.crt \
    --services_key /run/secrets/cortado/tls.key --secret_file /run/secrets/cortado/form.key
  await curl --silent --fail http://127.0.0.1:17416/readyz
  [[ $(curl --silent --output /dev/null --write-out '%{http_code}' http://127.0.0.1:17415/answer/nothing) =~ ^4 ]] || fail "the answer page does not answer"
  inside slack -- node /usr/local/lib/cortado/clients/slack/dist/main.js --help >/dev/null
}

all_in_one() {
  install -d -o 10001 -g 10001 -m 700 "$volumes/one"
  start cortado services -v "$volumes/one:/var/lib/cortado" -- cortado --metrics_port=-1
  await inside services -v "$volumes/one:/var/lib/cortado" -- cortado-health
  inside services -v "$volumes/one:/var/lib/cortado" -- cortadoctl doctor
}

# The root file systems are as they were, so that they may be read-only (places to mount on are empty).
nothing_written() {
  local name written
  for name in services web; do
    written=$(find "$(buildah mount "cortado-test-$name")" -xdev -newer "$volumes/began" -type f -size +0 | sed 's/^/  /')
    buildah umount "cortado-test-$name" >/dev/null
    [[ -z $written ]] || fail "$name wrote outside its volumes:"$'\n'"$written"
  done
}

make_containers
touch "$volumes/began"
three_servers
main_job
answer_page
stop_all
all_in_one
stop_all
nothing_written
say "passed in $SECONDS s"
