#!/usr/bin/env bash
# What the debug heap costs, beside other tools that watch over a program's memory: time and peak memory of real work, each
# tool in turn, interleaved. Scripts/benchmark.sh --debug calls this. A wrapper (heaptrack, valgrind) is measured with all
# its processes. The slowest tools run once, alone, and not with --quick.
#
# Usage: Scripts/benchmark-debug.sh [--quick] [--json] [--library PATH]
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/Scripts/packages.sh"
die() { printf 'benchmark-debug.sh: %s\n' "$*" >&2; exit 2; }

library=$root/dist/libswiftmalloc.so quick=0 json=0
while [ $# -gt 0 ]; do
    case $1 in
        --quick) quick=1; shift ;;
        --json) json=1; shift ;;
        --library) [ $# -ge 2 ] || die "--library needs a path"; library=$2; shift 2 ;;
        *) sed -n '6s/^# //p' "$0" >&2; exit 2 ;;
    esac
done
library=$(realpath -e "$library") || die "Scripts/build.sh makes the library"
grep -q guard-before "$library" || die "$library has no debug heap"

need_packages gcc libc6-dev python3 perl-base heaptrack || exit 2
[ "$quick" = 1 ] || need_packages valgrind || exit 2
[ "$quick" = 1 ] || need_packages libgoogle-perftools4 || echo "tcmalloc's debug library is left out" >&2
# The interpreter itself: a script that starts it would be measured too.
python=$(readlink -f "$(python3 -c 'import sys; print(sys.executable)')") || die "python3 does not run"

area=$(mktemp -d) || die "cannot make a working directory"
trap 'rm -rf "$area"' EXIT
for name in launch larson; do
    [ "$name" = launch ] && static=-static || static=''
    "${CC:-gcc}" -std=gnu11 -O2 -Wall -Wextra -fno-builtin -pthread $static -o "$area/$name" "$root/Tests/Benchmark/$name.c" ||
        die "Tests/Benchmark/$name.c does not compile"
done

# The tools, by turns: LABEL, WHEN (each round, or once and alone), what is put before the command.
tools=(
    "glibc|each|"
    "swiftmalloc|each|LD_PRELOAD=$library"
    "swiftmalloc DEBUG=1|each|LD_PRELOAD=$library|SWIFTMALLOC_DEBUG=1"
    "swiftmalloc DEBUG=1 FRAMES=0|each|LD_PRELOAD=$library|SWIFTMALLOC_DEBUG=1|SWIFTMALLOC_FRAMES=0"
    "swiftmalloc DEBUG=guard|once|LD_PRELOAD=$library|SWIFTMALLOC_DEBUG=guard"
    "heaptrack|each|heaptrack|-o|$area/heaptrack"
    "valgrind memcheck|once|valgrind|-q|--leak-check=no"
)
tcmalloc=$(ldconfig -p | sed -n 's/.*libtcmalloc_debug\.so\.4 .*=> //p' | head -n 1)
[ -z "$tcmalloc" ] || tools+=("tcmalloc debug|once|LD_PRELOAD=$tcmalloc")

# Results, one line each: WORKLOAD<tab>TOOL<tab>wall, us<tab>peak, KiB.
: >"$area/results"

# measure WORKLOAD WHEN ROUNDS COMMAND…
measure() {
    local workload=$1 when=$2 rounds=$3 tool label kind words=() labels=() options=() wall peak
    shift 3
    for tool in "${tools[@]}"; do
        IFS='|' read -r label kind _ <<<"$tool"
        [ "$kind" = "$when" ] || continue
        # Minutes, and nobody would run a guarded server with so many allocations.
        [[ $workload$label != larson*guard ]] || continue
        IFS='|' read -r -a words <<<"${tool#*|*|}"
        labels+=("$label")
        options+=(--with ${words[@]+"${words[@]}"} ';')
    done
    "$area/launch" --tsv --rounds "$rounds" "${options[@]}" -- "$@" >"$area/lines" 2>"$area/errors" ||
        { tail -n 5 "$area/errors" >&2; die "$workload failed"; }
    while IFS=$'\t' read -r _ wall _ _ _ peak _; do
        printf '%s\t%s\t%s\t%s\n' "$workload" "${labels[0]}" "$wall" "$peak" >>"$area/results"
        labels=("${labels[@]:1}")
    done <"$area/lines"
}

rounds=5 scale=1
[ "$quick" = 1 ] && rounds=3 scale=3
perl='for my $n (1 .. $ARGV[0]) { my %h; for my $k (1 .. 500) { push @{$h{"key " . $k % 50}}, { n => $k, text => "x" x ($k % 90) } } }'
for when in each once; do
    [ "$when" = once ] && rounds=1
    [ "$when$quick" = once1 ] && continue
    PYTHONMALLOC=malloc measure "JSON in python3 (PYTHONMALLOC=malloc)" "$when" "$rounds" "$python" "$root/Tests/Measure/json_workload.py" $((30 / scale))
    measure "hashes of arrays in perl" "$when" "$rounds" perl -e "$perl" $((1200 / scale))
    measure "larson, 4 threads" "$when" "$rounds" "$area/larson" 4 $((18 / scale)) 50000
done

awk -F'\t' -v json="$json" '
    { if (!($1 in seen)) { seen[$1] = ++workloads; name[workloads] = $1 }
      n[$1]++; tool[$1, n[$1]] = $2; wall[$1, n[$1]] = $3; peak[$1, n[$1]] = $4 }
    function line(workload, unit, values,    i) {
        printf "%s\n  {\"part\": \"debug\", \"what\": \"%s: %s\", \"unit\": \"%s\", \"values\": {", comma, workload, (unit == "us" ? "wall, median" : "peak RSS"), unit
        for (i = 1; i <= n[workload]; i++) printf "%s\"%s\": %s", (i > 1 ? ", " : ""), tool[workload, i], values[workload, i]
        printf "}}"; comma = ","
    }
    END {
        if (json) printf "{\"results\": ["
        for (w = 1; w <= workloads; w++) {
            workload = name[w]
            if (json) { line(workload, "us", wall); line(workload, "KiB", peak); continue }
            printf "\n%-44s %10s %9s %10s %9s\n", workload, "seconds", "x glibc", "peak MiB", "x glibc"
            for (i = 1; i <= n[workload]; i++)
                printf "  %-42s %10.2f %9.2f %10.1f %9.2f\n", tool[workload, i], wall[workload, i] / 1e6, wall[workload, i] / wall[workload, 1],
                    peak[workload, i] / 1024, peak[workload, i] / peak[workload, 1]
        }
        if (json) print "\n]}"
    }' "$area/results"
