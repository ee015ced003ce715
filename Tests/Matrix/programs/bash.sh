# title: bash: pipes, subshells, arrays, process substitution, background jobs
# needs: bash coreutils
# command: bash
# quick: yes
# shellcheck shell=bash
# shellcheck source=/dev/null
. "$MATRIX_LIB"

# Arrays and strings: many small blocks, grown and copied.
declare -A squares
for ((i = 0; i < 20000; i++)); do squares[$i]=$((i * i)); done
total=0
for key in "${!squares[@]}"; do total=$((total + squares[$key])); done
echo "squares: ${#squares[@]} $total"
text=
for ((i = 0; i < 3000; i++)); do text+="item $i;"; done
parts=${text//[^;]/}
echo "text: ${#text} ${#parts}"

# Subshells fork with a full heap and change it on their own.
for ((i = 0; i < 150; i++)); do
    (unset "squares[$i]"; squares[new]=1; text+=x; exit $((i % 7))) || echo "status $?"
done | sort | uniq -c

# Pipes, process substitution, here documents, command substitution.
prose 3000 >text
tr ' ' '\n' <text | sort | uniq -c | sort -k1,1nr -k2 | awk 'NR <= 20' | while read -r count word; do echo "$word=$count"; done
{ diff <(sort text) <(sort -r text) || true; } | wc -l
# shellcheck disable=SC2005,SC2116  # the substitutions are the point
for ((i = 0; i < 100; i++)); do echo "$(echo "$(echo "nested $i")")"; done | digest

# Background jobs and traps.
for ((i = 0; i < 30; i++)); do (exit $((i % 3))) & jobs_started[i]=$!; done
sum=0
for id in "${jobs_started[@]}"; do wait "$id" || sum=$((sum + $?)); done
echo "background: $sum"
bash -c 'trap "echo trapped" USR1; kill -USR1 $$; exec bash -c "echo replaced; exit 3"' || echo "exec: $?"
