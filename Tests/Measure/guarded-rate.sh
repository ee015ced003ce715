#!/usr/bin/env bash
# Whether guarded blocks catch a bug as often as they should: a program with one use after free in 10,000 blocks of 64 bytes is
# caught with the chance p = 1 - e^(-64 / GUARD_SAMPLE), so k of N runs with k in the 99 % interval of that chance.
#
# usage: Tests/Measure/guarded-rate.sh [--runs N] [--interval BYTES] [LIBRARY]
set -eu
cd "$(dirname "$0")/../.."
runs=1000 interval=512
while [[ "${1:-}" == --* ]]; do
  case $1 in
    --runs) runs=$2 ;;
    --interval) interval=$2 ;;
    *) echo "no such option: $1" >&2; exit 2 ;;
  esac
  shift 2
done
library=$(realpath -e "${1:-dist/libswiftmalloc.so}")
area=$(mktemp -d)
trap 'rm -rf "$area"' EXIT
"${CC:-gcc}" -O1 -o "$area/bug" Tests/Measure/guarded_bug.c
caught=0
ulimit -c 0
for ((seed = 1; seed <= runs; seed++)); do
  status=0
  # A shell of its own: the one that waits says that a program has crashed.
  (SWIFTMALLOC_GUARD_SAMPLE=$interval SWIFTMALLOC_PROFILE_SEED=$seed LD_PRELOAD=$library SWIFTMALLOC_LOG=/dev/null \
    exec "$area/bug" $((seed * 7919))) 2>/dev/null || status=$?
  case $status in
    0) ;;
    139) caught=$((caught + 1)) ;;
    *) echo "seed $seed: status $status" >&2; exit 1 ;;
  esac
done 2>/dev/null
python3 - "$runs" "$caught" "$interval" <<'PYTHON'
import math, sys
runs, caught, interval = map(int, sys.argv[1:])
chance = 1 - math.exp(-64 / interval)
def weight(k):
    return math.exp(math.lgamma(runs + 1) - math.lgamma(k + 1) - math.lgamma(runs - k + 1)
                    + k * math.log(chance) + (runs - k) * math.log1p(-chance))
below, low = 0.0, 0
while below + weight(low) < 0.005:
    below += weight(low)
    low += 1
above, high = 0.0, runs
while above + weight(high) < 0.005:
    above += weight(high)
    high -= 1
print(f"caught in {caught} of {runs} runs; expected {chance * runs:.1f}, 99 % of the time {low} to {high}")
sys.exit(0 if low <= caught <= high else 1)
PYTHON
