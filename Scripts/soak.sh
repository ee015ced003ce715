#!/usr/bin/env bash
# Compiles and runs Tests/Soak/soak.c under the library: random sizes, threads, cross-thread frees, forks, verified
# contents, for ten minutes unless told otherwise. Exit status 0: no error and no growth of resident memory.
set -u

root=$(cd "$(dirname "$0")/.." && pwd)

usage() {
    cat <<'USAGE'
Usage: Scripts/soak.sh [--seconds N] [--threads N] [--seed N] [--budget MIB] [--alignment N]
                       [--library PATH|none] [--self-test]

  --seconds N     how long (default: 600)
  --threads N     threads that allocate (default: 8)
  --seed N        start of the random numbers (default: from the clock; printed, so that a failure can be looked at again)
  --budget MIB    most memory in use at a time (default: 128)
  --alignment N   largest alignment asked for (default: 4096; libmimalloc 2.0.9 breaks its promise from 256 on)
  --library PATH  the library to preload (default: dist/libswiftmalloc.so), or none
  --self-test     proves that the soak finds what it looks for: a flipped bit, a leak, a child that fails
USAGE
}
die() { printf 'soak.sh: %s\n' "$*" >&2; exit 2; }

library=$root/dist/libswiftmalloc.so
seconds=600 threads=8 seed=$(date +%s) budget=128 alignment=4096 self_test=0
while [ $# -gt 0 ]; do
    case $1 in
        --self-test) self_test=1; shift; continue ;;
        -h | --help) usage; exit 0 ;;
        --seconds | --threads | --seed | --budget | --alignment | --library) [ $# -ge 2 ] || die "$1 needs a value" ;;
        *) usage >&2; exit 2 ;;
    esac
    case $1 in
        --seconds) seconds=$2 ;;
        --threads) threads=$2 ;;
        --seed) seed=$2 ;;
        --budget) budget=$2 ;;
        --alignment) alignment=$2 ;;
        --library) library=$2 ;;
    esac
    shift 2
done

if [ "$library" != none ]; then
    [ -f "$library" ] || die "$library is not there: Scripts/build.sh makes it"
    library=$(realpath "$library")
fi
compiler=${CC:-$(command -v cc || command -v gcc || command -v clang)} || die "no C compiler: install the package gcc"

area=$(mktemp -d) || die "cannot make a working directory"
child=
trap '[ -z "$child" ] || kill "$child" 2>/dev/null; rm -rf "$area"' EXIT
trap 'exit 130' INT TERM

# -fno-builtin: the compiler may otherwise leave out pairs of malloc and free, and believe that calloc's memory is zero.
"$compiler" -std=gnu11 -O2 -g -Wall -Wextra -fno-builtin -pthread -o "$area/soak" "$root/Tests/Soak/soak.c" ||
    die "Tests/Soak/soak.c does not compile"

arguments=(--threads "$threads" --seed "$seed" --budget "$budget" --alignment "$alignment")
# Ours promises 16 bytes for every size; others promise them from 16 bytes on.
case $(basename "$library") in libswiftmalloc*) arguments+=(--align16) ;; esac

# soak ARGUMENTS…: in the background, so that an interrupt ends it as well.
soak() {
    if [ "$library" = none ]; then
        "$area/soak" "$@" &
    else
        LD_PRELOAD=$library "$area/soak" "$@" &
    fi
    child=$!
    wait "$child"
    local status=$?
    child=
    return "$status"
}

if [ "$self_test" = 1 ]; then
    wrong=0
    for sabotage in corrupt leak child; do
        case $sabotage in
            corrupt) expected='at offset .* are ' ;;
            leak) expected='resident memory grew' ;;
            child) expected='ended with status 3' ;;
        esac
        soak "${arguments[@]}" --seconds 12 --sabotage "$sabotage" >"$area/output"
        status=$?
        if [ "$status" = 1 ] && grep -q "^FAILED.*$expected" "$area/output"; then
            printf 'found: %-8s %s\n' "$sabotage" "$(grep -m 1 "^FAILED.*$expected" "$area/output")"
        else
            printf 'NOT FOUND: %s (exit status %s)\n' "$sabotage" "$status"; cat "$area/output"
            wrong=1
        fi
    done
    exit "$wrong"
fi

soak "${arguments[@]}" --seconds "$seconds"
status=$?
case $status in
    0) exit 0 ;;
    1) ;;
    *) echo "FAILED: the soak ended with status $status (above 128: signal $((status - 128)))" ;;
esac
echo "again with: Scripts/soak.sh --seconds $seconds --threads $threads --seed $seed --budget $budget --alignment $alignment"
exit 1
