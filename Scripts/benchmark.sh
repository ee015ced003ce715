#!/usr/bin/env bash
# Compares the library with glibc's malloc and other allocators, in time and in memory, on the workloads of Tests/Benchmark,
# all of them interleaved in one run. The work is done by Tests/Benchmark/benchmark.py; what the debug heap costs is a part of
# its own, in benchmark-debug.sh.
set -u

root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/Scripts/packages.sh"

usage() {
    cat <<'USAGE'
Usage: Scripts/benchmark.sh [OPTION]…
       Scripts/benchmark.sh --pairs [--rounds N] [--against PATH]… [OPTION]…
       Scripts/benchmark.sh --heaps [--rounds N] [--library PATH] [--against PATH]…
       Scripts/benchmark.sh --idle [--quick] [--against PATH]… [--library PATH] [--peers LIST] [--markdown FILE] [--picture FILE]
       Scripts/benchmark.sh --after [--quick] [--only LIST] [--against PATH]… [--library PATH] [--peers LIST] [--markdown FILE]
       Scripts/benchmark.sh --debug [--quick] [--json] [--library PATH]

Runs each workload under each allocator by turns. Prints geometric means of time and peak memory, then where we lose, then
each workload's medians, the nanoseconds and the instructions of a pair of malloc and free, the tables of metamalloc's
README, and what the start of an almost empty program costs. Lost is a workload where our time is above 1.10 of mimalloc 3's
or of glibc's, above 1.25 of the best peer's, above 1.05 of that of a library of --against, or our peak memory above 1.20 of
the smallest. A workload that fails under an allocator is named, and is not part of the means.

The peers are glibc, Debian's mimalloc 2, jemalloc, tcmalloc and oneTBB, and mimalloc 3.4.3 from PyPI. What is missing is
installed: packages by apt-get, Python's packages (mimalloc 3.4.3, numpy) by pip into .build/benchmark, as is what was built.

  --quick          2 rounds of smaller workloads: a look, not figures to publish
  --rounds N       how many rounds (5)
  --only LIST      only these workloads or parts: regular expressions of whole names, with commas between them, or groups:
                   micro (all in C), real (all real programs). --only 'inverse.*,nanoseconds' for example
  --list           the names, one a line, with what they are about
  --pairs          nanoseconds of a pair alone (--only nanoseconds): four patterns, their medians, and ratios to mimalloc 3
  --heaps          heaps of a program's own beside malloc: metamalloc's local table in C and Swift, an arena for each request, the
                   end of a heap, a shared heap. --against compares its mi_heap_malloc, too
  --library PATH   the library (dist/libswiftmalloc.so); none measures only the others
  --against PATH   one more library to compare with; can be repeated. It counts as a peer, unless it is another build of ours
  --live           our library once more, with SWIFTMALLOC_LIVE=1: what counting and publishing cost
  --peers LIST     only these of glibc,mimalloc3,mimalloc2,jemalloc,tcmalloc,tbb, as with --only; empty for none. Means are
                   ratios to the first
  --json           one JSON object instead of the tables
  --markdown FILE  writes the tables there too, as Markdown: what BENCHMARKS.md begins with
  --picture FILE   draws mean time against mean memory there, as SVG; --markdown refers to it
  --musl           in programs of musl, beside musl's own malloc: all workloads in C, and lua, sqlite3 and redis, which are built once
  --idle           what goes back after a burst while the program does nothing: the curve over half a minute
  --after          what programs hold after a load, for ten seconds: redis with a million flushed keys, python, swift-server, queue
                   (a producer that was too fast), pool (200 threads that took turns)
  --debug          the debug heap instead, beside heaptrack, valgrind and tcmalloc's debug library

Status: 0; 1 when a workload failed under the library; 2 when something that was asked for cannot be done.
USAGE
}
die() { printf 'benchmark.sh: %s\n' "$*" >&2; exit 2; }

debug=0 heaps=0 program=benchmark.py arguments=()
for argument in "$@"; do
    case $argument in
        -h | --help) usage; exit 0 ;;
        --debug) debug=1 ;;
        --heaps) heaps=1 ;;
        --idle) program=idle_curve.py ;;
        --after) program=after_load.py ;;
        *) arguments+=("$argument") ;;
    esac
done
set -- ${arguments[@]+"${arguments[@]}"}

[ "$heaps" = 0 ] || exec "$root/Scripts/benchmark-heaps.sh" "$@"
if [ "$debug" = 1 ]; then
    while [ $# -gt 0 ]; do
        case $1 in
            --quick | --json) shift ;;
            --library) { [ $# -ge 2 ] && [ "$2" != none ]; } || die "--debug needs a path after --library"; shift 2 ;;
            *) die "--debug takes --quick, --json and --library PATH only" ;;
        esac
    done
    exec "$root/Scripts/benchmark-debug.sh" ${arguments[@]+"${arguments[@]}"}
fi

command -v python3 >/dev/null || need_packages python3 || exit 2
exec python3 "$root/Tests/Benchmark/$program" "$@"
