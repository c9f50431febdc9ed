#!/usr/bin/env bash
# A mentoring programme of 500 generated people by the command line alone, from their file to first chats: `make demo
# PROGRAM=1` (deploy/demo.sh program) starts the servers it needs, whose time it moves on, and calls it with the directory
# that files may lie in. CORTADO_BIN is where the programs are, CORTADO_DATA the data directory of the server.
set -euo pipefail

readonly folder=$1 people=${2:-500} chats=10
readonly ctl=$CORTADO_BIN/cortadoctl
export COLUMNS=${COLUMNS:-110}

bold='' plain=''
if [[ -t 1 ]]; then bold=$'\e[1m' plain=$'\e[0m'; fi

chapter() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
# Shows a command as one would type it, and runs it.
run() {
  printf '\n  $ cortadoctl'
  printf ' %q' "$@"
  printf '\n\n'
  "$ctl" "$@" | sed 's/^/  /'
}
json() { "$ctl" --json "$@"; }

chapter "An organisation of $people people"
run org generate "$people" --seed 7 --out "$folder/people.csv"
run people import "$folder/people.csv"

chapter "A programme, and whom it is for"
run program create "Spring mentoring" --kind cohort --goal coverage --rule "forbid own-line" --rule "prefer more-experience=24@30"
program=$(json program list | jq -r '.programs[0].name | ltrimstr("programs/")')
json people list --limit 0 >"$folder/list.json"
jq -r '.people[].name' "$folder/list.json" >"$folder/everybody"
jq -r '.people[] | select((.yearsExperience // 0) >= 10) | .name' "$folder/list.json" >"$folder/mentors"
# HR does not see what anybody wants to learn: everybody else is asked, and may answer otherwise.
grep -vxFf "$folder/mentors" "$folder/everybody" >"$folder/learners" || true
mapfile -t mentors <"$folder/mentors"
mapfile -t learners <"$folder/learners"
printf '\n  $ cortadoctl program invite %s --mentor --places 2 (the %d people with ten years behind them)\n\n' "$program" "${#mentors[@]}"
"$ctl" program invite "$program" --mentor --places 2 "${mentors[@]}" | sed 's/^/  /'
printf '\n  $ cortadoctl program invite %s --mentee (the %d others)\n\n' "$program" "${#learners[@]}"
"$ctl" program invite "$program" --mentee "${learners[@]}" | sed 's/^/  /'

chapter "Each answers for themselves: one in ten says not now"
answered=0
for person in "${mentors[@]}" "${learners[@]}"; do
  answered=$((answered + 1))
  answer=join
  ((answered % 10)) || answer=not-now
  "$ctl" --as "$person" program "$answer" "$program" >"$folder/answer"
done
printf '\n  %d answers, as  cortadoctl --as %s program join %s\n' "$answered" "${mentors[0]#people/}" "$program"

chapter "A round: worked out, looked at, published"
round=$program/$(json round create "$program" | jq -r '.name | split("/")[-1]')
run round run "$round"
run round pairs "$round" | sed -n '1,14p'
run round unmatched "$round" | sed -n '1,12p'
run round publish "$round"

chapter "A quarter of an hour later people are told"
run dev advance 16m
until [[ $(json round show "$round" | jq -r .state) == STATE_ANNOUNCED ]]; do sleep 0.1; done
run round show "$round"
json round pairs "$round" >"$folder/pairs.json"
pairs=$(jq '.pairs | length' "$folder/pairs.json")
mentee=$(jq -r '.pairs[0].people[0].person' "$folder/pairs.json")
until json --as "${mentee#people/}" notification list | grep -q PAIR_MATCHED; do sleep 0.1; done
run --as "${mentee#people/}" notification list

chapter "First chats"
booked=0
while read -r mentee mentor; do
  ((booked < chats)) || break
  start=$(json --as "$mentee" chat times "$mentor" 2>/dev/null | jq -r '.times[0].startTime // empty') || true
  [[ -n $start ]] || continue
  if "$ctl" --as "$mentee" chat book "$mentor" --at "$start" >"$folder/chat" 2>&1; then
    booked=$((booked + 1))
    ((booked > 1)) || sed 's/^/  /' "$folder/chat"
  fi
done < <(jq -r '.pairs[] | "\(.people[0].person) \(.people[1].person)"' "$folder/pairs.json")
printf '\n  %d first chats are booked\n' "$booked"
((booked == chats)) || { echo "demo: only $booked chats could be booked" >&2; exit 1; }

chapter "From a pair to a chat: one proposes, the other books"
while read -r mentee mentor match; do
  time=$(json --as "$mentee" match times "$match" | jq -r 'select((.chat // "") == "") | .freeTimes[0] // empty')
  [[ -n $time ]] || continue
  run --as "$mentee" match propose "$match" "$time"
  run --as "$mentor" match propose "$match" "$time"
  booked=$((booked + 1))
  break
done < <(jq -r '.pairs[] | "\(.people[0].person) \(.people[1].person) \(.match)"' "$folder/pairs.json")
((booked == chats + 1)) || { echo "demo: no proposed time was booked" >&2; exit 1; }

chapter "A kind reminder for those who have not answered"
run program nudge "$program" no-answer --dry-run

chapter "How it goes"
run insights show "$program"
printf '\nPROGRAM:%d pairs, %d chats\n' "$pairs" "$booked"
