# title: dash: a script of functions, pipes, here documents and hundreds of forks
# needs: dash coreutils
# command: dash
# proof: -c true
# shellcheck shell=bash
# shellcheck source=/dev/null
. "$MATRIX_LIB"

cat >work.sh <<'SCRIPT'
set -eu
fib() { if [ "$1" -lt 2 ]; then echo "$1"; else echo $(($(fib $(($1 - 1))) + $(fib $(($1 - 2))))); fi; }
echo "fib: $(fib 11)"
i=0
while [ $i -lt 300 ]; do
    eval "variable_$i=\"value $i of the loop\""
    ( eval "variable_$i=changed"; exit $((i % 5)) ) || true
    i=$((i + 1))
done
eval "echo \"\$variable_299\""
list=
for n in $(seq 2000); do list="$list $n"; done
set -- $list
echo "arguments: $# ${#list}"
seq 5000 | while read -r n; do echo "$((n * n % 97)) $n"; done | sort -n | cut -d' ' -f1 | uniq -c | tail -n 3
cat <<END | sed 's/^/> /'
here $(echo document) $((6 * 7))
END
for n in 1 2 3 4 5 6 7 8; do ( seq $((n * 1000)) | tail -n 1 ) & done | sort -n
wait
trap 'echo leaving' EXIT
kill -s TERM $$ 2>/dev/null || true
SCRIPT
status=0
dash work.sh || status=$?
echo "status $status"
