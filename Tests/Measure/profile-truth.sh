#!/usr/bin/env bash
# How often a profile is within five percent of the exact bytes: three places that allocate, 1 : 10 : 100 and 64 MiB at the
# smallest, in mixed sizes, at PROFILE_INTERVAL=16k. Runs the program of that test once for each seed.
#
# usage: Tests/Measure/profile-truth.sh [--seeds N] [LIBRARY]
set -eu
cd "$(dirname "$0")/../.."
seeds=100
if [ "${1:-}" = --seeds ]; then
  seeds=$2
  shift 2
fi
library=$(realpath -e "${1:-dist/libswiftmalloc.so}")
area=$(mktemp -d)
trap 'rm -rf "$area"' EXIT
"${CC:-gcc}" -O1 -o "$area/truth" Tests/Programs/profile_tells_who_holds_memory.c
good=0
for ((seed = 1; seed <= seeds; seed++)); do
  if SWIFTMALLOC_PROFILE="$area/p" SWIFTMALLOC_PROFILE_INTERVAL=16k SWIFTMALLOC_PROFILE_SEED=$seed \
    LD_PRELOAD="$library" "$area/truth" 2>"$area/why"; then
    good=$((good + 1))
  else
    echo "seed $seed: $(cat "$area/why")"
  fi
done
echo "$good of $seeds seeds are within five percent"
