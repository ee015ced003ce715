# kind: command
# A solver of logic: word equations, chains of array stores, a group that must be commutative, integer inequalities with an
# optimum; terms and clauses of a few dozen bytes, next to long vectors.
# shellcheck shell=bash source-path=SCRIPTDIR source=common.bash
. "$(dirname "$0")/common.bash"

packages() { echo z3; }
strings() {
    cat <<'SMT'
(declare-const x String) (declare-const y String) (declare-const z String)
(assert (= (str.++ x "ab" y "ba" z) (str.++ z "ba" y "ab" x)))
(assert (and (> (str.len x) 8) (> (str.len y) 6) (not (= x z))))
(assert (str.in_re x (re.+ (re.union (str.to_re "aab") (str.to_re "ba")))))
(check-sat)
(reset)
SMT
}
# arrays N: N swaps of two elements are the same in either order.
arrays() {
    awk -v n="$1" '
        function swap(name, k, i, j) {
            printf "(define-fun %s%d () (Array Int Int) ", name, k
            printf "(store (store %s%d %s (select %s%d %s)) ", name, k - 1, i, name, k - 1, j
            printf "%s (select %s%d %s)))\n", j, name, k - 1, i
        }
        BEGIN {
            print "(declare-const a0 (Array Int Int)) (declare-const b0 (Array Int Int)) (assert (= a0 b0))"
            for (k = 1; k <= n; k++) {
                printf "(declare-const i%d Int) (declare-const j%d Int)\n", k, k
                swap("a", k, "i" k, "j" k)
                swap("b", k, "j" k, "i" k)
            }
            printf "(assert (not (= a%d b%d)))\n(check-sat)\n(reset)\n", n, n
        }'
}
group() {
    cat <<'SMT'
(declare-sort S) (declare-fun f (S S) S) (declare-const e S) (declare-const a S) (declare-const b S)
(assert (forall ((x S) (y S) (z S)) (= (f (f x y) z) (f x (f y z)))))
(assert (forall ((x S)) (and (= (f e x) x) (= (f x e) x) (= (f x x) e))))
(assert (not (= (f a b) (f b a))))
(check-sat)
(reset)
SMT
}
# inequalities N: as many made-up inequalities as variables.
inequalities() {
    awk -v n="$1" '
        function number(below) { seed = seed * 16807 % 2147483647; return seed % below }
        BEGIN {
            seed = 7
            for (i = 1; i <= n; i++) printf "(declare-const x%d Int) (assert (and (<= 0 x%d) (<= x%d 50)))\n", i, i, i
            for (c = 0; c < n; c++) {
                printf "(assert (<= (+"
                for (k = 0; k < 5; k++) {
                    factor = number(19) - 9
                    printf " (* %s x%d)", factor < 0 ? "(- " (-factor) ")" : factor, 1 + number(n)
                }
                printf ") %d))\n", number(60)
            }
            print "(maximize (+ x1 x2 x3 x4 x5 x6 x7 x8))\n(check-sat)"
        }'
}
command_line() { quoted z3 -T:60 "problem-$quick.smt2"; }
prepare() {
    if ! fresh "problem-$quick.smt2"; then
        if [ "$quick" = 1 ]; then
            { arrays 5; group; inequalities 16; } >"problem-$quick.smt2"
        else
            { strings; arrays 6; group; inequalities 20; } >"problem-$quick.smt2"
        fi
    fi
    works '^unsat$'
}
part "$@"
