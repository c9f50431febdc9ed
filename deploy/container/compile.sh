#!/usr/bin/env bash
# Inside an image: compiles the source in the working directory and stages what is shipped into FOLDER: compile.sh FOLDER
set -euo pipefail
deploy/setup.sh run clients
tools/build.sh release cortado cortadoctl profile_server matching_server scheduling_server
tools/node.sh npm run --silent build
deploy/stage.sh "$1"
