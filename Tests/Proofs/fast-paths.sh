#!/usr/bin/env bash
# The instructions of the fast path of each exported allocation function, plain and where calls are counted, beside those that it may
# have: nobody makes one longer without saying so here. Prints what grew, and with --write what there is.
#
# usage: Tests/Proofs/fast-paths.sh LIBRARY [--write]
set -eu
library=$(realpath "$1")
cd "$(dirname "$0")"
area=$(mktemp -d)
trap 'rm -rf "$area"' EXIT
"${CC:-gcc}" -O1 -Wall -Wextra -fno-builtin -o "$area/fast_paths" fast_paths.c
{
  LD_PRELOAD="$library" "$area/fast_paths" | sed 's/^/plain /'
  LD_PRELOAD="$library" SWIFTMALLOC_LIVE=1 "$area/fast_paths" | sed 's/^/counted /'
} >"$area/counts"
[ "$(wc -l <"$area/counts")" -eq 14 ] || { echo "not every function was counted"; cat "$area/counts"; }
if [ "${2:-}" = --write ]; then
  cp "$area/counts" fast-paths.txt
  exit
fi
join <(sed 's/ /-/' fast-paths.txt | sort) <(sed 's/ /-/' "$area/counts" | sort) |
  awk '$3 > $2 { print $1 ": " $3 " instructions, and " $2 " before" } END { if (NR != 14) print NR " of 14 functions in fast-paths.txt" }'
