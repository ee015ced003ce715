# kind: command
# A solver of logic: pigeons in holes, queens and factors of a number, as small terms, clauses and rationals by the million.
# shellcheck shell=bash source-path=SCRIPTDIR source=common.bash
. "$(dirname "$0")/common.bash"

packages() { echo z3; }
# queens N: as integers, with all differences told.
queens() {
    awk -v n="$1" 'BEGIN {
        for (r = 1; r <= n; r++) printf "(declare-const q%d Int) (assert (and (<= 1 q%d) (<= q%d %d)))\n", r, r, r, n
        for (r = 1; r <= n; r++) for (s = r + 1; s <= n; s++)
            printf "(assert (and (not (= q%d q%d)) (not (= (- q%d q%d) %d)) (not (= (- q%d q%d) (- %d)))))\n", r, s, r, s, s - r, r, s, s - r
        print "(check-sat)\n(reset)"
    }'
}
# holes N: N + 1 pigeons do not fit into N holes.
holes() {
    awk -v n="$1" 'BEGIN {
        for (p = 0; p <= n; p++) for (h = 0; h < n; h++) printf "(declare-const p%dh%d Bool)\n", p, h
        for (p = 0; p <= n; p++) { printf "(assert (or"; for (h = 0; h < n; h++) printf " p%dh%d", p, h; print "))" }
        for (h = 0; h < n; h++) for (p = 0; p <= n; p++) for (o = 0; o < p; o++) printf "(assert (not (and p%dh%d p%dh%d)))\n", p, h, o, h
        print "(check-sat)\n(reset)"
    }'
}
command_line() { quoted z3 -T:60 "problem-$quick.smt2"; }
prepare() {
    if ! fresh "problem-$quick.smt2"; then
        { queens "$((quick ? 8 : 10))"; holes "$((quick ? 6 : 7))"; } >"problem-$quick.smt2"
    fi
    works '^unsat$'
}
part "$@"
