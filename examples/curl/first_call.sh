#!/usr/bin/env bash
# Who am I, and whom should I meet? first_call.sh PERSON, with the server in CORTADO_ADDRESS and a token in CORTADO_TOKEN.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
readonly person=people/$1 language=${LANG:-en}

# call SERVICE/METHOD REQUEST: the answer as JSON.
call() {
  node_modules/.bin/buf curl --schema protos --protocol grpc --http2-prior-knowledge \
    --header "authorization: Bearer $CORTADO_TOKEN" --header "accept-language: ${language%%_*}" \
    --data "$2" "http://$CORTADO_ADDRESS/$1"
}

call cortado.profile.v1.ProfileService/GetPerson "{\"name\": \"$person\"}" |
  jq -r '"You are \(.displayName), \(.title), in \(.timeZone)."'
call cortado.matching.v1.MatchingService/SuggestRoleModels "{\"person\": \"$person\", \"page_size\": 5}" |
  jq -r '.suggestions[]? | "\n\(.person.displayName), \(.person.title):", (.parts[].reason.text // empty | "  - \(.)")'
