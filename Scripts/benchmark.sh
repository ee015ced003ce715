#!/usr/bin/env bash
# The figures of a release note: start-up time and memory of an almost empty program, instructions for a pair of malloc and
# free, time and memory of two multi-threaded workloads; always beside glibc's malloc and libmimalloc2.0, interleaved in one
# run. The workloads are the C files in Tests/Measure. What the debug heap costs is a part of its own, in benchmark-debug.sh.
set -u

root=$(cd "$(dirname "$0")/.." && pwd)

usage() {
    cat <<'USAGE'
Usage: Scripts/benchmark.sh [--quick] [--json] [--library PATH|none] [--against PATH]… [--only startup|pairs|threads]
       Scripts/benchmark.sh --debug [--quick] [--json] [--library PATH]

  --quick         fewer rounds: a look, not figures to publish
  --json          one JSON object instead of the tables
  --library PATH  the library (default: dist/libswiftmalloc.so); none measures only the others
  --against PATH  one more library to compare with
  --only PART     only this part
  --debug         the debug heap instead, beside heaptrack, valgrind and tcmalloc's debug library
USAGE
}
die() { printf 'benchmark.sh: %s\n' "$*" >&2; exit 2; }

library=$root/dist/libswiftmalloc.so
peers=()
quick=0 json=0 only= debug=0
while [ $# -gt 0 ]; do
    case $1 in
        --quick) quick=1; shift ;;
        --json) json=1; shift ;;
        --debug) debug=1; shift ;;
        --library) [ $# -ge 2 ] || die "--library needs a path"; library=$2; shift 2 ;;
        --against) [ $# -ge 2 ] || die "--against needs a path"; peers+=("$2"); shift 2 ;;
        --only) [ $# -ge 2 ] || die "--only needs a part"; only=$2; shift 2 ;;
        -h | --help) usage; exit 0 ;;
        *) usage >&2; exit 2 ;;
    esac
done
if [ "$debug" = 1 ]; then
    { [ ${#peers[@]} -eq 0 ] && [ -z "$only" ] && [ "$library" != none ]; } || die "--debug takes --quick, --json and --library PATH only"
    options=(--library "$library")
    [ "$quick" = 1 ] && options+=(--quick)
    [ "$json" = 1 ] && options+=(--json)
    exec "$root/Scripts/benchmark-debug.sh" "${options[@]}"
fi
case $only in '' | startup | pairs | threads) ;; *) die "there is no part '$only'" ;; esac

# install PACKAGE…: by name, when something that it brings is missing.
install() {
    command -v apt-get >/dev/null || die "$* is missing and there is no apt-get to install it"
    local command=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || die "$* is missing; installing it needs root or sudo"
        command=(sudo -n)
    fi
    "${command[@]}" apt-get update >/dev/null 2>&1 </dev/null
    "${command[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >/dev/null 2>&1 </dev/null ||
        die "cannot install $*"
}

# mimalloc: the path of Debian's library.
mimalloc() { ldconfig -p | sed -n 's/.*libmimalloc\.so\.2 .*=> //p' | head -n 1; }
[ -n "$(mimalloc)" ] || install libmimalloc2.0
[ -n "$(mimalloc)" ] || die "libmimalloc2.0 is installed, but its library is not found"
compiler=${CC:-$(command -v gcc || command -v cc || command -v clang)} || { install gcc libc6-dev; compiler=gcc; }

libraries=(none "$(mimalloc)" ${peers[@]+"${peers[@]}"})
if [ "$library" != none ]; then
    [ -f "$library" ] || die "$library is not there: Scripts/build.sh makes it"
    libraries+=("$(realpath "$library")")
fi
labels=() preloads=()
for path in "${libraries[@]}"; do
    [ "$path" = none ] || [ -f "$path" ] || die "$path is not there"
    label=$(basename "$path")
    label=${label#lib}
    case $path in none) labels+=(glibc) ;; *) labels+=("${label%%.so*}") ;; esac
    preloads+=(--preload "$path")
done

area=$(mktemp -d) || die "cannot make a working directory"
trap 'rm -rf "$area"' EXIT
for name in launch pairs larson exchange; do
    # Only the launcher is static: preloading into a static program does nothing.
    static=()
    [ "$name" = launch ] && static=(-static)
    "$compiler" -std=gnu11 -O2 -Wall -Wextra -fno-builtin -pthread ${static[@]+"${static[@]}"} -o "$area/$name" \
        "$root/Tests/Measure/$name.c" || die "Tests/Measure/$name.c does not compile"
done

# Results: one line each: PART<tab>WHAT<tab>UNIT<tab>one value for each library.
results=$area/results
: >"$results"
record() { (IFS=$'\t'; printf '%s\n' "$*" >>"$results"); }

# timed PART NAME ROUNDS COMMAND…: runs launch and records the columns asked for in the array `columns`.
timed() {
    local part=$1 name=$2 rounds=$3 entry values
    shift 3
    "$area/launch" --tsv --rounds "$rounds" "${preloads[@]}" -- "$@" >"$area/lines" || die "$name failed"
    for entry in "${columns[@]}"; do
        mapfile -t values < <(cut -f "${entry%%:*}" "$area/lines")
        record "$part" "$name: $(cut -d: -f2 <<<"$entry")" "$(cut -d: -f3 <<<"$entry")" "${values[@]}"
    done
}

part_startup() {
    columns=('2:wall, median:us' '3:wall, mean:us' '4:user+sys, median:us' '5:user+sys, mean:us' '6:peak RSS:KiB')
    timed startup /bin/true "$([ "$quick" = 1 ] && echo 200 || echo 1000)" /bin/true
}

# instructions PRELOAD MODE PATTERN SIZE N: all instructions that the process executed.
instructions() {
    # The preload goes through valgrind into the program; callgrind itself leaves malloc alone.
    (if [ "$1" != none ]; then export LD_PRELOAD=$1; fi
        valgrind --tool=callgrind --callgrind-out-file=/dev/null "$area/pairs" "$2" "$3" "$4" "$5" 2>&1) |
        sed -n 's/.*Collected : //p'
}
# per_pair PRELOAD MODE PATTERN SIZE: the difference between n and 2n pairs, for one pair.
per_pair() {
    local n=20000 once twice
    [ "$quick" = 1 ] && n=5000
    once=$(instructions "$@" "$n")
    twice=$(instructions "$@" $((2 * n)))
    if [ -z "$once" ] || [ -z "$twice" ]; then echo nan; return; fi
    awk -v a="$once" -v b="$twice" -v n="$n" 'BEGIN { printf "%.2f\n", (b - a) / n }'
}
part_pairs() {
    command -v valgrind >/dev/null || install valgrind
    local pattern size values path own
    while read -r pattern size; do
        own=$(per_pair none null "$pattern" "$size")
        values=()
        for path in "${libraries[@]}"; do
            values+=("$(awk -v a="$(per_pair "$path" heap "$pattern" "$size")" -v own="$own" 'BEGIN { if (a == "nan") print a; else printf "%.1f\n", a - own }')")
        done
        case $pattern in
            same) record pairs "one block of $size bytes" Ir "${values[@]}" ;;
            batch) record pairs "100 blocks of $size bytes, last freed first" Ir "${values[@]}" ;;
            random) record pairs "16 to 1024 bytes, 1000 live" Ir "${values[@]}" ;;
        esac
    done <<'PATTERNS'
same 16
same 64
same 1000
same 4000
same 30000
batch 64
batch 1000
random 0
PATTERNS
}

part_threads() {
    local rounds=7 scale=1 threads
    [ "$quick" = 1 ] && rounds=3 scale=4
    threads=$((2 * $(nproc)))
    columns=('2:wall, median:us' '4:user+sys, median:us' '6:peak RSS:KiB')
    timed threads "larson, 4 threads" "$rounds" "$area/larson" 4 $((40 / scale)) 100000
    timed threads "exchange, $threads threads" "$rounds" "$area/exchange" "$threads" $((4000000 / threads / scale))
}

for part in startup pairs threads; do
    if [ -z "$only" ] || [ "$only" = "$part" ]; then "part_$part"; fi
done

# --- Output ---------------------------------------------------------------------------------------------------------

if [ "$json" = 1 ]; then
    printf '%s\n' "${labels[@]}" | awk -F'\t' '
        NR == FNR { label[NR] = $0; next }
        BEGIN { printf "{\"results\": [" }
        {
            printf "%s\n  {\"part\": \"%s\", \"what\": \"%s\", \"unit\": \"%s\", \"values\": {", (FNR > 1 ? "," : ""), $1, $2, $3
            for (i = 4; i <= NF; i++) printf "%s\"%s\": %s", (i > 4 ? ", " : ""), label[i - 3], ($i == "nan" ? "null" : $i)
            printf "}}"
        }
        END { print "\n]}" }' - "$results"
    exit 0
fi

titles=([0]="startup:Start-up (each library in turn, $([ "$quick" = 1 ] && echo 200 || echo 1000) times)"
    [1]='pairs:Instructions for one malloc and one free (callgrind; the loop itself taken off)'
    [2]='threads:Several threads (each library in turn)')
for title in "${titles[@]}"; do
    grep -q "^${title%%:*}	" "$results" || continue
    printf '\n%s\n  %-46s' "${title#*:}" ''
    printf ' %22s' "${labels[@]}"
    echo
    # In brackets: the ratio to the best of the line.
    awk -F'\t' -v part="${title%%:*}" '$1 == part {
        best = ""
        for (i = 4; i <= NF; i++) if ($i != "nan" && (best == "" || $i + 0 < best)) best = $i + 0
        printf "  %-46s", $2 ", " $3
        for (i = 4; i <= NF; i++) printf " %22s", sprintf("%s (%.2f)", $i, best > 0 ? $i / best : 1)
        print ""
    }' "$results"
done
