#!/usr/bin/env bash
# With little of a processor, as a container's quota gives, and among many others who want it: reports are whole, and the exit status
# is the right one. Needs root and the cpu controller of cgroup, v1 or v2: cgroups(7). Takes two to four minutes.
#
# usage: Tests/Soak/quota.sh [LIBRARY]
set -eu
cd "$(dirname "$0")/../.."
library=$(realpath "${1:-dist/libswiftmalloc.so}")
folder=$(mktemp -d)
if [ -d /sys/fs/cgroup/cpu ]; then group=/sys/fs/cgroup/cpu/swiftmalloc-quota; else group=/sys/fs/cgroup/swiftmalloc-quota; fi
trap 'kill $(cat "$group/cgroup.procs") 2>"$folder/none" || :; rm -rf "$folder"; sleep 1; rmdir "$group"' EXIT
mkdir "$group" || { echo "no group of processes can be made in ${group%/*}: root may" >&2; exit 1; }
# quota MICROSECONDS PERIOD: of each period, for all processes of the group together.
quota() {
  if [ -f "$group/cpu.max" ]; then
    echo "$1 $2" >"$group/cpu.max"
  else
    echo "$2" >"$group/cpu.cfs_period_us"
    echo "$1" >"$group/cpu.cfs_quota_us"
  fi
}

failed=0
# check NAME STATUS LAST-LINE OPTIONS PROGRAM [ARGUMENT]
check() {
  local name=$1 status=$2 last=$3 options=$4 begin=$SECONDS came=0
  shift 4
  # What the shell says of the signal goes nowhere.
  { bash -c 'echo $$ >"$0/cgroup.procs"; exec env "$@"' "$group" LD_PRELOAD="$library" $options "$@" >"$folder/output" 2>&1 || came=$?; } \
    2>"$folder/none"
  if [ "$came" = "$status" ] && tail -1 "$folder/output" | grep -q "$last"; then
    echo "passed  $name ($((SECONDS - begin)) s)"
  else
    failed=1
    echo "FAILED  $name: exit $came, not $status; the output ends: $(tail -2 "$folder/output")"
  fi
}

quota 100000 100000
for count in $(seq 150); do bash -c 'echo $$ >"$0/cgroup.procs"; while :; do :; done' "$group" & done
gcc -O1 -pthread -ITests/Programs -o "$folder/waits" Tests/Programs/leak_end_while_others_wait.c
for how in 0 1 2; do
  check "the leak check at the end holds the other threads, HOW=$how" 23 "^SUMMARY: swiftmalloc: 1000 byte" \
    "SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23" "$folder/waits" HOW=$how
done

{ kill $(jobs -p); wait; } 2>"$folder/none" || :
quota 1000 200000
# Debug information of which lines are found slowly: the report takes more than ten seconds.
{
  echo '#include <string.h>'
  for index in $(seq 40000); do
    echo "struct s$index { int a$index; struct s$index *next; }; int f$index(struct s$index *x) { int y = x->a$index; return y * $index; }"
  done
  echo 'int main(void) { memset((void *)0x10, 0, 1); return 0; }'
} >"$folder/many.c"
gcc -g -O0 -w -o "$folder/many" "$folder/many.c"
check "the report of a crash is whole" 139 "^SUMMARY: swiftmalloc: SEGV" SWIFTMALLOC_DEBUG=1 "$folder/many"
exit $failed
