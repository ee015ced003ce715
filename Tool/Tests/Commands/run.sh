#!/usr/bin/env bash
# The built tool from end to end: what it prints, how it ends, what its server answers. Processes are shown that do not
# have the library: publish.py writes for them, so every number is known. The last line counts.
#
# Usage: Tool/Tests/Commands/run.sh [TOOL]
#   TOOL   the built tool; dist/swiftmallocctl if absent
set -u
cd "$(dirname "$0")/../../.."
tool=$(realpath "${1:-dist/swiftmallocctl}")
[ -x "$tool" ] || { echo "$tool: no such program; Scripts/build.sh makes it" >&2; exit 2; }
. Scripts/packages.sh
. Scripts/load.sh
need_packages g++ gcc libc6-dev binutils curl python3 python3-prometheus-client || exit 2

passed=0 failed=0
area=$(mktemp -d)
started=()
trap 'for id in "${started[@]}"; do kill "$id" 2>/dev/null; done; rm -rf "$area"' EXIT
unset NO_COLOR LD_PRELOAD
export SWIFTMALLOCCTL_DIRECTORY=$area/live TMPDIR=$area
output=$area/output
# "run" preloads the library that lies beside the tool.
if [ "$tool" != "$PWD/dist/swiftmallocctl" ]; then
  mkdir "$area/dist"
  cp dist/libswiftmalloc.so "$area/dist" && cp "$tool" "$area/dist/swiftmallocctl" || exit 2
  tool=$area/dist/swiftmallocctl
fi

# check NAME COMMAND…: passes when the command succeeds.
check() {
  local name=$1
  shift
  if "$@" >"$area/check" 2>&1; then
    passed=$((passed + 1))
    echo "passed  $name"
  else
    failed=$((failed + 1))
    echo "FAIL    $name"
    { cat "$area/check"; head -c 2000 "$output"; } | sed 's/^/        /' | head -40
  fi
}

# ends STATUS ARGUMENTS…: the tool ends so; what it prints is in $output.
ends() {
  local expected=$1 status=0
  shift
  timeout "$(under_load 60)" "$tool" "$@" >"$output" 2>&1 </dev/null || status=$?
  [ "$status" -eq "$expected" ] || { echo "ends with $status, not $expected"; return 1; }
}
# prints PATTERN…: each matches a line of $output (grep -E).
prints() {
  local pattern
  for pattern; do grep -qE -- "$pattern" "$output" || { echo "no line matches: $pattern"; return 1; }; done
}
lacks() { ! grep -qE -- "$1" "$output" || { echo "a line matches: $1"; return 1; }; }
both() { "$1" && "$2"; }

. Tool/Tests/Commands/connections.sh
. Tool/Tests/Commands/commands.sh
. Tool/Tests/Commands/runs.sh
. Tool/Tests/Commands/tune.sh
. Tool/Tests/Commands/trim.sh
. Tool/Tests/Commands/profile.sh
. Tool/Tests/Commands/reports.sh
. Tool/Tests/Commands/core.sh
. Tool/Tests/Commands/heap.sh
. Tool/Tests/Commands/heap_held.sh
. Tool/Tests/Commands/heap_let_in.sh
. Tool/Tests/Commands/run_types.sh
. Tool/Tests/Commands/server.sh
. Tool/Tests/Commands/heap_server.sh
. Tool/Tests/Commands/profile_process.sh
. Tool/Tests/Commands/terminal.sh
check "half a request is closed after a while" slow_client

echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
