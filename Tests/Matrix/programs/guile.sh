# title: guile: its compiler and the conservative collector, which looks through the heap for pointers
# needs: guile-3.0
# command: guile
# shellcheck shell=bash
cat >work.scm <<'SCM'
(use-modules (ice-9 threads) (ice-9 regex) (srfi srfi-1))
(define (churn start)
  (let ((table (make-hash-table)))
    (let loop ((i 0) (n start))
      (when (< i 60000)
        (hashv-set! table (modulo n 5003) (cons n (number->string n)))
        (loop (+ i 1) (modulo (* n 16807) 2147483647))))
    (hash-fold (lambda (k v sum) (+ sum k (car v) (string-length (cdr v)))) 0 table)))
(format #t "churn ~a\n" (map churn '(1 2 3)))
(format #t "threads ~a\n" (par-map churn (iota 8 1)))
(format #t "big ~a\n" (modulo (quotient (expt 3 20000) (expt 7 5000)) 1000000007))
(define text (string-join (map (lambda (i) (string-append "w" (number->string (modulo (* i 7919) 10007) 16))) (iota 5000)) " "))
(format #t "regex ~a\n" (length (list-matches "w[0-9]+[a-f]" text)))
(gc)
(format #t "sorted ~a\n" (list-head (sort (map (lambda (i) (modulo (* i 7919) 10007)) (iota 50000)) >) 3))
SCM
export GUILE_AUTO_COMPILE=0
guile -s work.scm
guild compile -O2 -o work.go work.scm >/dev/null 2>&1 || guile -c '(use-modules (system base compile)) (compile-file "work.scm" #:output-file "work.go")' >/dev/null
[ -s work.go ] && echo compiled
