#!/usr/bin/env bash
# Builds and runs the programs of this folder, each in its own process with the library preloaded. README.md has the keys
# of a program's head. Usage: run.sh [--library PATH|none] [--only REGEX] [--first | --all] [--also MODE] [--jobs N]
# [--times]
# EXTRA_ENV="K=V K=V" is added to the environment of every program.
set -eu
folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$folder/../../Scripts/packages.sh"
command -v python3 >/dev/null || need_packages python3
PYTHONDONTWRITEBYTECODE=1 exec python3 "$folder/judge/judge.py" "$@"
