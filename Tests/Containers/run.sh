#!/usr/bin/env bash
# The Dockerfiles of Examples/Containers as they are committed: podman builds and runs them. No registry is asked. What stands behind
# FROM is made here, from Debian's packages, under the same name:
#
#   debian:bookworm-slim         debootstrap's smallest Debian 12
#   swift:6.3-bookworm           the same with Debian's compiler files, and this machine's Swift in /opt/swift
#   node:22-bookworm-slim        the same with Debian's nodejs, which is 18
#   python:3.13-slim-bookworm    the same with Debian's python3, which is 3.11
#
# Each image is run as it would be in production: not as root, without capabilities, with a root file system that cannot be written,
# under the seccomp profile that the engine has, as process 1. Its memory is printed beside that of the same image without the library.
# Some five minutes the first time, two after that. Root is needed.
#
# Usage: Tests/Containers/run.sh [--package FILE] [NAME…]
#   --package FILE   the package; dist/packages/swiftmalloc_*_amd64.deb if absent
#   NAME             swift-server, distroless, node, python: all if absent
set -eu
cd "$(dirname "$0")/../.."
. Scripts/packages.sh
. Scripts/load.sh
. Tests/Containers/images.sh
package=$(ls dist/packages/swiftmalloc_*_amd64.deb 2>/dev/null | tail -1)
if [ "${1:-}" = --package ]; then package=$2; shift 2; fi
[ -f "$package" ] || { echo "swiftmalloc: there is no package: Scripts/package.sh makes it" >&2; exit 2; }
[ $# -gt 0 ] || set -- swift-server distroless node python
need_packages debootstrap podman runc curl util-linux
swift=$(dirname "$(dirname "$(dirname "$(realpath "$(command -v swift)")")")")

folder=.build/containers
mkdir -p "$folder"
folder=$(realpath "$folder")
area=$(mktemp -d)
started=()
clean_up() {
  for container in "${started[@]}"; do engine rm --force --time 1 "$container" >/dev/null 2>&1 || true; done
  rm -rf "$area"
}
trap clean_up EXIT
passed=0 failed=0

# check WHAT COMMAND…: whether it succeeds within ten seconds of a quiet machine; if not, what it printed last.
check() {
  local what=$1 end=$((SECONDS + $(under_load 10)))
  shift
  until [ $SECONDS -gt $end ]; do
    if "$@" >"$area/printed" 2>&1; then
      passed=$((passed + 1))
      echo "passed  $what"
      return
    fi
    sleep 0.25
  done
  failed=$((failed + 1))
  echo "FAIL    $what"
  tail -15 "$area/printed" | sed 's/^/        /'
}

# start NAME OPTION…: a container of the image NAME; $container and $process are its number and that of its process 1.
start() {
  local name=$1
  shift
  container=$(engine run --detach --ulimit nofile=4096:4096 --ulimit nproc=4096:4096 --health-interval disable --network none --memory 512m --read-only --cap-drop all --security-opt no-new-privileges "$@" "$name")
  started+=("$container")
  process=$(engine inspect --format '{{.State.Pid}}' "$container")
}
inside() { nsenter --target "$process" --net curl --silent --max-time 60 "http://127.0.0.1:$1"; }
answers() { [ "$(inside 8080/health)" = well ]; }
has_library() { grep -q libswiftmalloc "/proc/$process/maps"; }
is_not_root() { grep -q '^Uid:.10001.10001' "/proc/$process/status"; }
is_filtered() { grep -q '^Seccomp:.2' "/proc/$process/status"; }
healthy() { engine healthcheck run "$container"; }
resident() { awk '/^VmRSS/ { print int($2 / 1024) }' "/proc/$process/status"; }
# Eight requests at once, and three seconds of rest.
burst() {
  local clients=() i
  before=$(resident)
  for i in 1 2 3 4 5 6 7 8; do
    inside "8080/report?rows=40000" >/dev/null &
    clients+=($!)
  done
  wait "${clients[@]}"
  sleep 3
  echo "        $1: $before MB at the start, $(resident) MB three seconds after eight requests at once"
}
stops() {
  local began=$SECONDS patience
  patience=$(under_load 8)
  engine stop --time "$patience" "$container" >/dev/null
  [ $((SECONDS - began)) -lt "$patience" ] && [ "$(engine inspect --format '{{.State.ExitCode}}' "$container")" = 0 ]
}
has_statistics() { engine logs "$container" 2>&1 | grep -q 'resident'; }

# beside OPTION…: the tool, as a second container that sees the processes and the /dev/shm of the first.
beside() {
  engine run --rm --ulimit nofile=4096:4096 --ulimit nproc=4096:4096 --pid "container:$container" --ipc "container:$container" "$@"
}
has_numbers() { inside 8137/metrics | grep '^swiftmalloc_resident_bytes{pid="1"'; }
types() { beside swiftmalloc-tool swiftmallocctl types 1; }
# A process of one thread answers at its next call: here, when it has a request.
trims() {
  inside "8080/report?rows=200000" >/dev/null &
  beside --cap-drop all --read-only swiftmalloc-tool swiftmallocctl trim 1
}

stand_ins "$folder/debian" "$swift"
image swiftmalloc-tool Examples/Containers/tool tool
for name in "$@"; do
  echo "== $name"
  case $name in
    distroless) image distroless Examples/Containers/swift-server distroless --volume "$swift:$swift:ro" ;;
    swift-server) image swift-server Examples/Containers/swift-server swift-server --volume "$swift:$swift:ro" ;;
    *) image "$name" "Examples/Containers/$name" "$name" ;;
  esac
  start "$name" --env LD_PRELOAD= --env PYTHONMALLOC=
  check "$name without the library answers" answers
  burst 'without'

  start "$name" --env SWIFTMALLOC_STATS=1 --env SWIFTMALLOC_LIVE=1
  check "$name answers" answers
  check 'the library is in force' has_library
  check 'it is not root' is_not_root
  check 'under a seccomp profile' is_filtered
  check 'HEALTHCHECK finds it well' healthy
  burst 'with'
  tool=$(beside --detach --cap-drop all --read-only --network "container:$container" swiftmalloc-tool)
  started+=("$tool")
  check 'a container beside it has its numbers' has_numbers
  check 'it lists the types' types
  check 'it has memory given back' trims
  check 'it stops at SIGTERM, as process 1' stops
  check 'its statistics are in the log' has_statistics

  for mode in DEBUG=1 LEAKS=1 GUARD_SAMPLE=64k; do
    start "$name" --env "SWIFTMALLOC_$mode"
    check "it answers with $mode" answers
    check "and stops" stops
    engine logs "$container" 2>&1 | grep -E 'WARNING|ERROR' | head -3 | sed 's/^/        /' || true
  done
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
