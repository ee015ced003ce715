#!/usr/bin/env bash
# Runs a program with the library preloaded; builds it first when it is missing or out of date.
#
# Usage: Scripts/run.sh PROGRAM [ARGUMENTS…]
set -eu
if [ $# -eq 0 ]; then
  echo "usage: Scripts/run.sh PROGRAM [ARGUMENTS…]" >&2
  exit 2
fi
root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
library=$root/dist/libswiftmalloc.so
case $library in
  *[' ':]*)
    echo "Scripts/run.sh: LD_PRELOAD cannot hold a path with a space or a colon: \"$library\"; move the checkout" >&2
    exit 1
    ;;
esac
if [ ! -f "$library" ] ||
  [ -n "$(find "$root/Sources" "$root/CShims" "$root/Package.swift" \
    -newer "$library" -type f ! -name '*.md' -print -quit)" ]; then
  # The program's output is its own: what the build says goes to standard error, if it fails.
  log=$(mktemp)
  if ! "$root/Scripts/build.sh" library >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    exit 1
  fi
  rm -f "$log"
fi
command -v "$1" >/dev/null || { echo "Scripts/run.sh: no program \"$1\" found" >&2; exit 127; }
exec env LD_PRELOAD="$library${LD_PRELOAD:+:$LD_PRELOAD}" "$@"
