#!/usr/bin/env bash
# Compares what the library says of leaks with what Valgrind says: the programs Tests/Programs/leak_* and the real ones of
# programs/, one process each, under LEAKS=all and under Valgrind. README.md beside this file is made by it.
set -u
shopt -s nullglob
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
. "$root/Scripts/packages.sh"
. "$root/Scripts/load.sh"

usage() {
    cat <<'USAGE'
Usage: Tests/Leaks/compare.sh [--quick] [--only REGEX] [--library PATH] [--timeout SECONDS] [--write]

  --quick        the first variant of some test programs, and the real programs marked so: for Scripts/test.sh
  --only REGEX   only programs whose name matches
  --library PATH the library (default: dist/libswiftmalloc.so)
  --timeout N    seconds that one run may take (default: 300)
  --write        writes the result to Tests/Leaks/README.md: for a run of everything

A program fails when the sum of definitely and indirectly lost differs from Valgrind's without a line in explanations.tsv:
name (a shell pattern), difference (bytes/blocks of ours less Valgrind's, or "any"), explanation, with tabs between.
The reports stay in .build/leaks.
USAGE
}

quick=0 write=0 only=. library=$root/dist/libswiftmalloc.so limit=300
while [ $# -gt 0 ]; do
    case $1 in
        --quick) quick=1; shift ;;
        --write) write=1; shift ;;
        --only) only=$2; shift 2 ;;
        --library) library=$2; shift 2 ;;
        --timeout) limit=$2; shift 2 ;;
        *) usage >&2; exit 2 ;;
    esac
done
library=$(realpath -e "$library") || exit 2
area=$root/.build/leaks
mkdir -p "$area"
need_packages valgrind libc6-dbg python3 || exit 1
rows=$area/rows
: >"$rows"
passed=0 failed=0 skipped=0

head_value() { sed -n -e '/^\(\/\/\|#\)/!q' -e "s/^\(\/\/\|#\) $2:[ ]*//p" "$1"; }

# run_tool DIRECTORY TOOL…: runs command=(…) of the caller in DIRECTORY under the tool, with drive beside it if there is such a
# function; the id of the process, under which its report is, goes to DIRECTORY.pid.
run_tool() {
    local directory=$1 driver=
    shift
    (
        cd "$directory" || exit 1
        export HOME=$directory TMPDIR=$directory TZ=UTC LC_ALL=C.UTF-8 PROGRAM_SCRATCH=$directory
        if declare -F drive >/dev/null; then (drive) >"$directory.driver" 2>&1 </dev/null & driver=$!; fi
        # shellcheck disable=SC2016  # for the shell that becomes the program
        timeout -k 5 "$(under_load "$limit")" env "${environment[@]}" bash -c 'echo $$ >"$0"; exec "$@"' "$directory.pid" "$@" "${command[@]}" \
            >"$directory.out" 2>"$directory.err" <"${input:-/dev/null}"
        status=$?
        [ -z "$driver" ] || { kill "$driver"; wait "$driver"; } 2>/dev/null
        exit $status
    )
}

# ours FILE: "definite-bytes definite-blocks indirect… possible… reachable…" of a JSON report.
ours() {
    python3 - "$1" <<'PYTHON'
import json, sys
with open(sys.argv[1], encoding="utf-8") as file:
    reports = [json.loads(line) for line in file if line.startswith("{")]
report = reports[-1]
sums = {kind: [0, 0] for kind in ("definite", "indirect", "possible", "reachable", "suppressed")}
for leak in report["leaks"]:
    kind = sums["suppressed" if leak["suppressed"] else leak["kind"]]
    kind[0] += leak["bytes"]
    kind[1] += leak["blocks"]
for kind, (size, count) in sums.items():
    total = report["totals"][kind]
    assert (size, count) == (total["bytes"], total["blocks"]), f"groups of {kind}: {size} in {count}, totals: {total}"
print(*(number for kind in list(sums)[:4] for number in sums[kind]))
PYTHON
}

# valgrinds FILE: the same of Valgrind's report.
valgrinds() {
    local kind line
    if grep -q 'All heap blocks were freed' "$1"; then echo 0 0 0 0 0 0 0 0; return; fi
    for kind in 'definitely lost' 'indirectly lost' 'possibly lost' 'still reachable'; do
        line=$(sed -nE "s/^==[0-9]+== +$kind: ([0-9,]+) bytes in ([0-9,]+) blocks.*/\1 \2/p" "$1" | tail -n 1)
        [ -n "$line" ] || return 1
        printf '%s ' "${line//,/}"
    done
    echo
}

explanation() { # NAME DIFFERENCE
    local pattern difference text
    while IFS=$'\t' read -r pattern difference text; do
        # shellcheck disable=SC2053  # a pattern
        if [[ $pattern != '#'* && $1 == $pattern ]] && [[ $difference == any || $difference == "$2" ]]; then echo "$text"; return; fi
    done <"$here/explanations.tsv"
}

# verdict RESULT TEXT: counts and prints it.
verdict() {
    case $1 in
        passed) passed=$((passed + 1)) ;;
        skipped) skipped=$((skipped + 1)); printf 'SKIP %s: %s\n' "$name" "$2" ;;
        FAILED) failed=$((failed + 1)); printf 'FAIL %s: %s\n' "$name" "$2" ;;
    esac
}

# compare KIND NAME: runs command=(…) with environment=(…) both ways and writes a row.
compare() {
    local kind=$1 name=$2 tool numbers theirs file difference text
    local directory=$area/$name
    rm -rf "$directory" "$directory".*
    for tool in ours valgrind; do
        rm -rf "$directory"; mkdir -p "$directory"
        if declare -F prepare >/dev/null && ! (cd "$directory" && set -e && prepare) >"$directory.prepare" 2>&1; then
            verdict FAILED "the preparation fails: $(tail -n 1 "$directory.prepare")"; return
        fi
        if [ $tool = ours ]; then
            run_tool "$directory" env LD_PRELOAD="$library" SWIFTMALLOC_LEAKS=all SWIFTMALLOC_LEAK_FORMAT=json \
                SWIFTMALLOC_LOG="$directory.ours.%p"
        else
            run_tool "$directory" valgrind --leak-check=full --show-leak-kinds=definite,indirect,possible --num-callers=25 \
                --run-libc-freeres=no --run-cxx-freeres=no --log-file="$directory.valgrind.%p"
        fi
        printf '%s' $? >"$directory.$tool.status"
        cp "$directory.err" "$directory.$tool.err"
        file=$directory.$tool.$(cat "$directory.pid")
        [ -s "$file" ] || { verdict FAILED "no report of $tool: $(tail -n 1 "$directory.err")"; return; }
        if [ $tool = ours ]; then numbers=$(ours "$file" 2>"$directory.json"); else theirs=$(valgrinds "$file"); fi
    done
    rm -rf "$directory"
    [ -n "$theirs" ] || { verdict FAILED "no summary of Valgrind"; return; }
    [ -n "$numbers" ] || { verdict FAILED "the JSON report: $(tail -n 1 "$directory.json")"; return; }
    if ! cmp -s "$directory.ours.status" "$directory.valgrind.status"; then
        verdict FAILED "status $(cat "$directory.ours.status"), under Valgrind $(cat "$directory.valgrind.status")"; return
    fi
    local o v
    read -r -a o <<<"$numbers"
    read -r -a v <<<"$theirs"
    difference=$((o[0] + o[2] - v[0] - v[2]))/$((o[1] + o[3] - v[1] - v[3]))
    text=
    if [ "$difference" = 0/0 ]; then verdict passed
    else
        text=$(explanation "$name" "$difference")
        if [ -n "$text" ]; then verdict passed
        else text="**not explained**"; verdict FAILED "differs by $difference: definite ${o[0]}/${o[1]}, Valgrind ${v[0]}/${v[1]}; indirect ${o[2]}/${o[3]}, Valgrind ${v[2]}/${v[3]}"; fi
    fi
    printf '%s\t| %s | %s/%s | %s/%s | %s/%s | %s/%s | %s/%s | %s/%s | %s/%s | %s/%s | %s | %s |\n' "$kind" "$name" "${o[0]}" "${o[1]}" "${v[0]}" "${v[1]}" \
        "${o[2]}" "${o[3]}" "${v[2]}" "${v[3]}" "${o[4]}" "${o[5]}" "${v[4]}" "${v[5]}" "${o[6]}" "${o[7]}" "${v[6]}" "${v[7]}" "$difference" "$text" >>"$rows"
}

# --- The programs of Tests/Programs ---------------------------------------------------------------------------------

# The values of a head's key, one a line, and "-" for none: "variants", which are compiled in, and "arguments".
each() { head_value "$1" "$2" | tr ' ' '\n' | grep . || echo -; }

# What tells a variant from others in a file's name, as Tests/Programs/run.sh names its binaries.
suffix() { [ "$1" = - ] || sed 's/[^A-Za-z0-9_]/-/g; s/^/./' <<<"$1"; }

build() { "$root/Tests/Programs/run.sh" --build --library "$library" --only '^leak_' >"$area/build" 2>&1; }

test_programs() {
    local source base variant given binary reason command environment input= limit=$((limit > 60 ? 60 : limit))
    unset -f prepare drive
    for source in "$root"/Tests/Programs/leak_*.c "$root"/Tests/Programs/leak_*.cpp; do
        base=$(basename "${source%.*}")
        [[ $base =~ $only ]] || continue
        [ $quick = 0 ] || [[ $base =~ list|tree|cycle|held_|ended|possible|closed ]] || continue
        reason=$(head_value "$source" not-compared)
        [ -z "$reason" ] || continue
        for variant in $(each "$source" variants); do
            binary=$root/.build/programs/$base$(suffix "$variant")
            [ -x "$binary" ] || build
            for given in $(each "$source" arguments); do
                command=("$binary") environment=(PROGRAM_LIBRARIES="$root/.build/programs/libraries")
                [ "$given" = - ] || command+=(${given//,/ })
                compare tests "$base$(suffix "$variant")$(suffix "$given")"
                [ $quick = 0 ] || break 2
            done
        done
    done
}

# --- Real programs --------------------------------------------------------------------------------------------------

real_programs() {
    local script name needs command environment input
    for script in "$here"/programs/*.sh; do
        name=$(basename "$script" .sh)
        [[ $name =~ $only ]] || continue
        [ $quick = 0 ] || [ -n "$(head_value "$script" quick)" ] || continue
        needs=$(head_value "$script" needs)
        # shellcheck disable=SC2086  # a list of packages
        if ! reason=$(need_packages $needs 2>&1); then verdict skipped "$reason"; continue; fi
        unset -f prepare drive
        command=() environment=() input=
        # shellcheck source=/dev/null
        . "$script"
        compare real "$name"
    done
}

table() { # KIND
    echo '| program | definite | Valgrind | indirect | Valgrind | possible | Valgrind | reachable | Valgrind | difference | explanation |'
    echo '|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|'
    sed -n "s/^$1\t//p" "$rows"
}

real_programs
test_programs
{
    cat <<TEXT
# What the library says of leaks, and what Valgrind says

Made by \`Tests/Leaks/compare.sh --write\`: do not edit. Each program ran once under \`SWIFTMALLOC_LEAKS=all\` and once under
$(valgrind --version), one process each. Figures are bytes/blocks; the difference is that of definitely and indirectly lost together, ours
less Valgrind's. \`explanations.tsv\` has the explanations, \`programs/\` what the real programs do. \`--quick\` compares some of them.

What is not lost may differ in kind. A running thread's table of thread-local memory is pointed to behind its head only: Valgrind calls
that possibly lost, the library knows it for reachable; the table has one entry more with the library. Where a number happens to look
like a pointer into a block, which depends on where the blocks lie, the block is possibly lost instead of reachable or the other way
round. Names and paths differ in length between two runs, and with them what programs keep of their environment.

## Real programs

TEXT
    table real
    printf '\n## Test programs (Tests/Programs/leak_*)\n\n'
    table tests
} >"$area/README.md"
[ $write = 0 ] || cp "$area/README.md" "$here/README.md"
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ] && [ $passed -gt 0 ]
