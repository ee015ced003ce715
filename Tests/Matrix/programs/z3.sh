# title: z3: bit vectors, arrays and arithmetic: a heap of small objects for seconds
# needs: z3
# command: z3
# shellcheck shell=bash
cat >puzzle.smt2 <<'SMT'
(set-option :smt.random_seed 1)
(declare-const a (_ BitVec 22)) (declare-const b (_ BitVec 22))
(assert (= (bvmul (concat #b0000000000 a) (concat #b0000000000 b)) #x1f4c3a2d))
(assert (bvugt a #b0000000000000000000001))
(check-sat)
(reset)
(declare-fun m () (Array Int Int))
(declare-const i Int) (declare-const j Int)
(assert (and (> (select m i) 10) (< (select (store m j 5) i) 10) (not (= i j))))
(check-sat)
SMT
{
    # Eight queens, then pigeons in holes: the first has an answer, the second must be refuted.
    echo '(reset)'
    for r in 1 2 3 4 5 6 7 8; do echo "(declare-const q$r Int) (assert (and (<= 1 q$r) (<= q$r 8)))"; done
    for r in 1 2 3 4 5 6 7 8; do
        for s in 1 2 3 4 5 6 7 8; do
            if [ "$s" -gt "$r" ]; then echo "(assert (and (not (= q$r q$s)) (not (= (- q$r q$s) $((r - s)))) (not (= (- q$r q$s) $((s - r))))))"; fi
        done
    done
    echo '(check-sat)'
    echo '(reset)'
    for p in 1 2 3 4 5 6 7; do
        printf '(assert (or'
        for h in 1 2 3 4 5 6; do printf ' p%dh%d' "$p" "$h"; done
        echo '))'
    done >holes
    for p in 1 2 3 4 5 6 7; do for h in 1 2 3 4 5 6; do echo "(declare-const p${p}h$h Bool)"; done; done
    cat holes
    for h in 1 2 3 4 5 6; do
        for p in 1 2 3 4 5 6 7; do for o in 1 2 3 4 5 6 7; do [ "$o" -le "$p" ] || echo "(assert (not (and p${p}h$h p${o}h$h)))"; done; done
    done
    echo '(check-sat)'
} >>puzzle.smt2
z3 -T:60 puzzle.smt2
