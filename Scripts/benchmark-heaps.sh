#!/usr/bin/env bash
# Heaps of a program's own (docs/heaps.md) beside malloc, by processor time: metamalloc's local table, an arena for each
# request, the end of a heap, and a shared heap beside the process'. Scripts/benchmark.sh --heaps calls this.
#
# Usage: Scripts/benchmark-heaps.sh [--rounds N] [--library PATH] [--against PATH]…
#   --against PATH   one more library: its malloc, and its mi_heap_malloc, if it has that
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/Scripts/packages.sh"
die() { printf 'benchmark-heaps.sh: %s\n' "$*" >&2; exit 2; }

library=$root/dist/libswiftmalloc.so rounds=3 against=()
while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || die "$1 needs a value, or is no option"
    case $1 in
        --rounds) rounds=$2 ;;
        --library) library=$2 ;;
        --against) against+=("$(realpath -e "$2")") || die "$2 is not there" ;;
        *) die "--heaps takes --rounds N, --library PATH and --against PATH only" ;;
    esac
    shift 2
done
[[ $rounds =~ ^[1-9][0-9]{0,2}$ ]] || die "--rounds takes a number from 1 to 999"
library=$(realpath -e "$library") || die "Scripts/build.sh makes the library"
need_packages gcc libc6-dev || exit 2

area=$(mktemp -d) || die "cannot make a working directory"
trap 'rm -rf "$area"' EXIT
program=$area/heaps
"${CC:-gcc}" -std=gnu11 -O2 -Wall -Wextra -fno-builtin -pthread -o "$program" "$root/Tests/Benchmark/heaps.c" -ldl ||
    die "Tests/Benchmark/heaps.c does not compile"
package=$root/Tests/Benchmark/SwiftHeaps scratch=$root/.build/heaps
swift build -c release --package-path "$package" --scratch-path "$scratch" >"$area/log" 2>&1 ||
    { tail -20 "$area/log" >&2; die "Tests/Benchmark/SwiftHeaps does not build"; }
swift=$(swift build -c release --package-path "$package" --scratch-path "$scratch" --show-bin-path)/SwiftHeaps

failed=0 labels=() commands=()
# row LABEL LIBRARY COMMAND…: a row of the next table.
row() {
    labels+=("$1")
    commands+=("$(printf 'LD_PRELOAD=%q timeout 300' "$2"; printf ' %q' "${@:3}")")
}
# table most|least: runs all rows by turns and prints the best figures of each: those of the turn that nothing disturbed. A row
# is left out when the library has no such heap (status 3).
table() {
    local round index line status
    : >"$area/figures"
    for ((round = 0; round < rounds; round++)); do
        for index in "${!labels[@]}"; do
            line=$(eval "${commands[index]}") && status=0 || status=$?
            case $status in
                0) printf '%s\t%s\n' "$index" "$line" >>"$area/figures" ;;
                3) ;;
                *) failed=1; echo "${labels[index]}: failed with status $status" >&2 ;;
            esac
        done
    done
    for index in "${!labels[@]}"; do
        awk -F'[\t ]' -v row="$index" -v label="${labels[index]}" -v order="$1" '
            $1 == row { for (i = 2; i <= NF; i++) if (!(i in best) || (order == "most" ? $i > best[i] : $i < best[i])) best[i] = $i; columns = NF }
            END { if (columns) { printf "  %-44s", label; for (i = 2; i <= columns; i++) printf "%12s", best[i]; print "" } }' "$area/figures"
    done
    labels=() commands=()
}

echo "metamalloc's local table, 37 sizes, 900 blocks of each, one thread: calls per microsecond"
printf '  %-44s%12s%12s\n' '' allocations frees
row "glibc, malloc" "" "$program" table malloc
row "swiftmalloc, malloc" "$library" "$program" table malloc
row "swiftmalloc, local heap, C" "$library" "$program" table local
row "swiftmalloc, local heap on huge pages, C" "$library" "$program" table huge
row "swiftmalloc, local heap, Swift" "" "$swift" table local
row "swiftmalloc, local heap on huge pages, Swift" "" "$swift" table huge
for other in ${against[@]+"${against[@]}"}; do
    row "${other##*/}, malloc" "$other" "$program" table malloc
    row "${other##*/}, mi_heap_malloc" "$other" "$program" table mimalloc
done

table most

echo
echo "An arena for each request, 10,000 blocks of 16 to 216 bytes, and all of them freed: nanoseconds for a block"
row "glibc, malloc and free" "" "$program" arena malloc
row "swiftmalloc, malloc and free" "$library" "$program" arena malloc
row "swiftmalloc, bump heap, C" "$library" "$program" arena bump
row "swiftmalloc, bump heap, C, compiled into the program" "$library" "$program" arena inline
row "swiftmalloc, bump heap, Swift" "" "$swift" arena bump
table least

echo
echo "The end of a heap with its blocks of 64 bytes: microseconds"
for count in 1000 1000000; do row "$count blocks" "$library" "$program" destroy "$count"; done
table least

echo
echo "Threads with 1000 blocks each: nanoseconds for a pair, in one thread"
printf '  %-44s%12s%12s%12s\n' '' '1 thread' '2 threads' '4 threads'
for kind in malloc shared; do
    row "swiftmalloc, $kind" "$library" bash -c "for count in 1 2 4; do '$program' threads $kind \$count; done | paste -sd' '"
done
table least
exit $failed
