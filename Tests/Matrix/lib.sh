# What the program scripts share. Sourced by them: . "$MATRIX_LIB"
# shellcheck shell=bash
. "${BASH_SOURCE[0]%/*}/../../Scripts/load.sh"

# skip REASON…: the program cannot do its work on this machine.
skip() { printf '%s\n' "$*" >&2; exit 77; }

# digest: a short digest of standard input: long outputs compare as well by theirs.
digest() { sha256sum | cut -c1-20; }

# wait_until SECONDS COMMAND…: tries COMMAND until it succeeds; 1 when it never did.
wait_until() { within "$@" >/dev/null 2>&1 || { echo "never succeeded: ${*:2}" >&2; return 1; }; }

# free_port: a port of the loopback address that nobody listens on.
free_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 10000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
}

# prose LINES [SEED]: a text that looks like one (Zipf-like words, repeats), the same every time.
prose() {
    awk -v lines="$1" -v seed="${2:-1}" 'BEGIN {
        split("the of and a to in is memory block span page thread heap cache list size class free alloc fork exec", common, " ")
        for (i = 1; i <= lines; i++) {
            line = ""
            for (j = 0; j < 12; j++) {
                seed = (seed * 16807) % 2147483647
                word = seed % 5 < 3 ? common[1 + seed % 21] : sprintf("w%x", seed % 5003)
                line = line (j ? " " : "") word
            }
            print line
        }
    }'
}
