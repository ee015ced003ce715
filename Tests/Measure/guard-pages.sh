#!/usr/bin/env bash
# The time of a guarded block's life under DEBUG=guard, of two libraries in turn: medians and their ratio.
#
# usage: Tests/Measure/guard-pages.sh BEFORE [--blocks N] [--runs N] [LIBRARY]
set -eu
before=$(realpath -e "${1:?usage: guard-pages.sh BEFORE [--blocks N] [--runs N] [LIBRARY]}")
shift
cd "$(dirname "$0")/../.."
blocks=10000 runs=11
while [[ "${1:-}" == --* ]]; do
  case $1 in
    --blocks) blocks=$2 ;;
    --runs) runs=$2 ;;
    *) echo "no such option: $1" >&2; exit 2 ;;
  esac
  shift 2
done
after=$(realpath -e "${1:-dist/libswiftmalloc.so}")
area=$(mktemp -d)
trap 'rm -rf "$area"' EXIT
"${CC:-gcc}" -O1 -o "$area/pages" Tests/Measure/guard_pages.c
for ((run = 0; run < runs; run++)); do
  SWIFTMALLOC_DEBUG=guard LD_PRELOAD=$before "$area/pages" "$blocks" 3 >>"$area/before"
  SWIFTMALLOC_DEBUG=guard LD_PRELOAD=$after "$area/pages" "$blocks" 3 >>"$area/after"
done
median() { sort -n "$1" | sed -n "$(((runs + 1) / 2))p"; }
echo "$blocks blocks: $(median "$area/before") ns before, $(median "$area/after") ns after," \
  "ratio $(awk -v a="$(median "$area/after")" -v b="$(median "$area/before")" 'BEGIN { printf "%.2f", a / b }')"
