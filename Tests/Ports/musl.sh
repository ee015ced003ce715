#!/usr/bin/env bash
# The library in programs of musl: those of Tests/Programs that are in C, compiled by Debian's musl-gcc and run by the same judge, in
# production and in each mode that they ask for. It is the same file that runs with glibc.
#
# Usage: Tests/Ports/musl.sh [--quick | --alone] [--only REGEX] [--all-cases]
#   --only REGEX   programs whose file name matches
#   --all-cases    every case of each program; only its first one if absent
#   --quick        a few programs, one for each mode: some seconds, for Scripts/test.sh
#   --alone        without libunwind and libdw, which Debian has for glibc alone and which are loaded all the same if absent: traces are
#                  followed by the programs' unwind tables then, and have no names and lines of their own functions
set -eu
cd "$(dirname "$0")/../.."
. Scripts/packages.sh
only=. cases=--first alone=
# One for each mode: production with threads and forks, a report, the debug heap, leaks, statistics, live counters, a profile.
few='^(threads_exchange_blocks|fork_while_threads_allocate|double_free_immediate|debug_double_free_names_three_stacks|debug_overflow_found_at_exit'
few+='|leak_list|leak_of_a_thread_that_has_ended|leak_reported_by_every_end|stats_is_printed_at_exit|live_counts_every_call'
few+='|profile_tells_who_holds_memory)\.c$'
while [ $# -gt 0 ]; do
  case $1 in
    --quick) only=$few ;;
    --alone) alone=1 ;;
    --only) only=$2; shift ;;
    --all-cases) cases= ;;
    *) echo "Tests/Ports/musl.sh: $1 is no option of it; its head has them" >&2; exit 2 ;;
  esac
  shift
done
need_packages gcc libc6-dev linux-libc-dev musl-tools libunwind8 libdw1
. Tests/Ports/musl-folder.sh
[ -f dist/libswiftmalloc.so ] || { echo "Scripts/build.sh library makes the library" >&2; exit 2; }
musl_folder .build/ports/musl dist/libswiftmalloc.so
[ -n "$alone" ] || export EXTRA_ENV="${EXTRA_ENV:+$EXTRA_ENV }LD_LIBRARY_PATH=$PWD/.build/ports/musl/lib"
PROGRAM_TARGET=musl exec Tests/Programs/run.sh --only "$only" $cases
