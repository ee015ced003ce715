#!/usr/bin/env bash
# What grows with the heap and with the number of threads, of the library, glibc's malloc and mimalloc: the cost of a block
# against the live heap, the throughput of 1 to 64 threads, the longest single call. With --counters instead, how often a
# build that counts them (trait `Counters`) takes locks and writes memory that threads share.
set -u

root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/Scripts/packages.sh"

usage() {
    cat <<'USAGE'
Usage: Scripts/scaling.sh [--quick] [--library PATH]
       Scripts/scaling.sh --counters [--quick]

  --quick         one round of less work: a look, not figures to publish
  --library PATH  the library (dist/libswiftmalloc.so)
  --counters      builds the library with the trait Counters into .build/counters, and prints its lock acquisitions and
                  writes to shared memory per million operations. Its times mean nothing

An operation is one malloc or one free. Heaps that do not fit into free memory are named and left out.
USAGE
}
die() { printf 'scaling.sh: %s\n' "$*" >&2; exit 2; }

library=$root/dist/libswiftmalloc.so quick=0 counters=0
while [ $# -gt 0 ]; do
    case $1 in
        --quick) quick=1; shift ;;
        --counters) counters=1; shift ;;
        --library) [ $# -ge 2 ] || die "--library needs a path"; library=$2; shift 2 ;;
        -h | --help) usage; exit 0 ;;
        *) usage >&2; exit 2 ;;
    esac
done

need_packages gcc libc6-dev || exit 2
area=$(mktemp -d) || die "cannot make a working directory"
trap 'rm -rf "$area"' EXIT
trap 'exit 130' INT TERM
for name in launch scaling larson exchange churn; do
    [ "$name" = launch ] && static=-static || static=''
    "${CC:-gcc}" -std=gnu11 -O2 -Wall -Wextra -fno-builtin -pthread $static -o "$area/$name" "$root/Tests/Benchmark/$name.c" ||
        die "Tests/Benchmark/$name.c does not compile"
done

# workload NAME THREADS PAIRS: its command into `command`, for about so many pairs in all; into `pairs` how many they are.
# False when so few threads cannot do it.
workload() {
    local threads=$2 wanted=$3 steps
    case $1 in
        local) steps=$((wanted / threads)) pairs=$((steps * threads)) command=("$area/scaling" own "$threads" "$steps") ;;
        Larson)
            steps=$((wanted / threads / 10)) pairs=$((steps * threads * 10 + threads * 1000))
            command=("$area/larson" "$threads" 10 "$steps") ;;
        producer/consumer)
            [ "$threads" -gt 1 ] || return 1
            steps=$((wanted / (threads / 2))) pairs=$((steps * (threads / 2)))
            command=("$area/exchange" $((threads / 2)) 1 1 "$steps") ;;
        churn)
            steps=$((wanted / 400 / threads * threads)) pairs=$((steps * 400))
            command=("$area/churn" "$steps" "$threads") ;;
    esac
}

# count_shared_writes: what the library tells when it is built with the trait.
count_shared_writes() {
    local threads name per_thread=400000
    [ "$quick" = 1 ] && per_thread=50000
    need_swift
    swift build --package-path "$root" -c release --traits Embedded,Counters --product swiftmalloc \
        --scratch-path "$root/.build/counters" >"$area/build" 2>&1 || { tail -n 20 "$area/build" >&2; die "the build failed"; }
    library=$root/.build/counters/release/libswiftmalloc.so
    echo "Per million operations; each lock that is taken is also given back by a write. $per_thread pairs for each thread"
    for name in local Larson producer/consumer churn; do
        printf '\n%-18s %8s | %8s %8s %8s %8s %8s %8s | %8s %8s %8s %8s\n' "$name" "locks" "central" "pages" "metadata" "large" \
            "others" "held" "remote" "taken" "owner" "others"
        for threads in 1 2 4 8 16; do
            workload "$name" "$threads" $((per_thread * threads)) || continue
            LD_PRELOAD=$library "${command[@]}" >/dev/null 2>"$area/counts" || { cat "$area/counts" >&2; die "$name failed"; }
            awk -v threads="$threads" -v pairs="$pairs" '
                / swiftmalloc: / { n[$(NF - 1)] = $NF / pairs * 500000 }
                END {
                    others = n["lock-registry"] + n["lock-other"]
                    printf "  %2d threads       %8.1f | %8.1f %8.1f %8.1f %8.1f %8.1f %8.1f | %8.1f %8.1f %8.1f %8.1f\n", threads,
                        n["lock-central"] + n["lock-page-heap"] + n["lock-metadata"] + n["lock-large"] + others,
                        n["lock-central"], n["lock-page-heap"], n["lock-metadata"], n["lock-large"], others, n["locked-already"],
                        n["remote-bits-set"] + n["summary-set"], n["summary-taken"] + n["remote-bits-taken"],
                        n["owner-exchanged"] + n["owner-stored"], n["central-count"] + n["page-map"]
                }' "$area/counts"
        done
    done
    cat <<'NOTES'

held: a lock that was not free when it was wanted. remote: bits set in spans of other owners. taken: such bits taken by the
owner. owner: a span changed hands. others: the central lists' lengths, the page map.
NOTES
}

# heap_table: ns of processor time for each pair, and for a look at a random block, against MiB of live blocks.
heap_table() {
    local mebibytes label pairs=2000000 line
    [ "$quick" = 1 ] && pairs=300000
    echo "Cost of a free and a malloc, ns of processor time, of $pairs random blocks of 16 to 512 bytes out of a live heap. In"
    echo "brackets a write to such a block alone, which the processor's caches alone make dearer"
    printf '%-12s' "live heap"
    printf ' %20s' "${labels[@]}"
    echo
    for mebibytes in 10 100 1024 4096 8192; do
        # Blocks are rounded up to size classes, and the list of them takes a thirtieth.
        if [ "$(awk '/^MemAvailable/ { print int($2 / 1024) }' /proc/meminfo)" -lt $((mebibytes * 3 / 2 + 512)) ]; then
            printf '%-12s left out: not enough free memory\n' "$mebibytes MiB"
            continue
        fi
        line=$(printf '%-12s' "$mebibytes MiB")
        for label in "${!labels[@]}"; do
            LD_PRELOAD=${libraries[label]} "$area/scaling" heap "$mebibytes" "$pairs" >"$area/lines" || die "heap failed under ${labels[label]}"
            line+=$(awk '{ n[$1] = $2 } END { printf " %11.0f (%6.0f)", n["pair"], n["look"] }' "$area/lines")
        done
        echo "$line"
    done
}

# throughput_table: millions of operations per second, the median of the rounds, which go through the allocators by turns.
throughput_table() {
    local name threads label options=() wanted=4000000 rounds=3
    [ "$quick" = 1 ] && wanted=800000 rounds=1
    for label in "${!labels[@]}"; do options+=(--preload "${libraries[label]:-none}"); done
    echo
    echo "Millions of operations per second, all threads together, on $(nproc) cores"
    for name in local Larson producer/consumer; do
        printf '%-22s' "$name"
        printf ' %12s' "${labels[@]}"
        echo
        for threads in 1 2 4 8 16 32 64; do
            workload "$name" "$threads" "$wanted" || continue
            "$area/launch" --tsv --timeout 120 --rounds "$rounds" "${options[@]}" -- "${command[@]}" >"$area/lines" || die "$name failed"
            printf '  %2d %-17s' "$threads" threads
            awk -F'\t' -v pairs="$pairs" '{ printf " %12.1f", 2 * pairs / $2 } END { print "" }' "$area/lines"
        done
    done
}

# latency_table: the longest calls. The median of the rounds, and for the longest call of all rounds the longest.
latency_table() {
    local steps=20000 rounds=3 round label kind what columns=(first-malloc first-free later-malloc later-free)
    [ "$quick" = 1 ] && steps=6000 rounds=1
    for ((round = 0; round < rounds; round++)); do
        for label in nothing "${!labels[@]}"; do
            what=latency kind=''
            [ "$label" = nothing ] && what=nothing || kind=${libraries[label]}
            LD_PRELOAD=$kind "$area/scaling" "$what" 64 "$steps" | sed "s/^/$label /" >>"$area/latency" || die "latency failed"
        done
    done
    echo
    echo "The longest single calls, 64 threads on $(nproc) cores, microseconds: 99.99th percentile, and longest. First: the threads'"
    echo "first 1000 steps, all beginning at once. Without calls that another thread's turn came into, but with those that waited."
    echo "nothing: no call at all between two looks at the clock"
    printf '%-14s' ""
    printf ' %22s' "first malloc" "first free" "later malloc" "later free"
    echo
    for label in nothing "${!labels[@]}"; do
        if [ "$label" = nothing ]; then printf '%-14s' nothing; else printf '%-14s' "${labels[label]}"; fi
        for kind in "${columns[@]}"; do
            awk -v label="$label" -v kind="$kind" '$1 == label && $2 == kind { print $3, $4 }' "$area/latency" | sort -n |
                awk '{ nth[NR] = $1; if ($2 > most) most = $2 } END { printf " %11.1f %10.0f", nth[int((NR + 1) / 2)], most }'
        done
        echo
    done
}

if [ "$counters" = 1 ]; then
    count_shared_writes
    exit
fi
library=$(realpath -e "$library" 2>/dev/null) || die "$library is not there: Scripts/build.sh makes it"
need_packages libmimalloc2.0 || exit 2
mimalloc=$(dpkg -L libmimalloc2.0 | grep '/libmimalloc\.so\.2$') || die "libmimalloc2.0 has no libmimalloc.so.2"
labels=(swiftmalloc glibc mimalloc) libraries=("$library" '' "$mimalloc")
heap_table
throughput_table
latency_table
