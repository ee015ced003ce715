#!/bin/bash
# Builds and runs the programs of this folder, each in its own process with the library preloaded. README.md has the keys
# of a program's head. Usage: run.sh [--library PATH|none] [--only REGEX] [--jobs N] [--times]
# EXTRA_ENV="K=V K=V" is added to the environment of every program.
set -u
folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$folder/../.." && pwd)
export folder root library=$root/dist/libswiftmalloc.so build=$root/.build/programs EXTRA_ENV=${EXTRA_ENV:-}
only=. jobs=$(nproc) times=0
while [ $# -gt 0 ]; do
    case $1 in
        --library) library=$2; shift 2 ;;
        --only) only=$2; shift 2 ;;
        --jobs) jobs=$2; shift 2 ;;
        --times) times=1; shift ;;
        *) sed -n '2,4s/^# //p' "$0" >&2; exit 2 ;;
    esac
done
[ "$library" = none ] || library=$(realpath -e "$library") || exit 2
export CC=${CC:-cc} CXX=${CXX:-g++}
# -fno-builtin: no call is folded away. -fno-optimize-sibling-calls: every caller has its frame. The exceptions: these
# programs misuse memory on purpose.
export FLAGS="-D_GNU_SOURCE -O1 -fno-builtin -fno-optimize-sibling-calls -g -Wall -Werror -Wno-use-after-free -Wno-free-nonheap-object -Wno-mismatched-dealloc
    -Wno-alloc-size-larger-than -Wno-unused-result -Wno-deprecated-declarations
    -Wno-stringop-overflow -Wno-array-bounds -Wno-nonnull -Wno-int-to-pointer-cast -pthread"

# Prints the values of one key in a program's head, one a line.
values() { sed -n -e '/^\/\//!q' -e "s|^// $1:[ ]*||p" "$folder/$2"; }
has() { sed -n -e '/^\/\//!q' -e "/^\/\/ $1/p" "$folder/$2" | grep -q .; }

# compile SOURCE OUTPUT FLAGS…: only when something it is made of is newer. One at a time for each output: reports are made of
# the program's file, which must stay while a case runs.
compile() {
    local source=$1 output=$2 compiler=$CC standard=-std=gnu17
    shift 2
    local flags="$FLAGS -I $folder"
    [[ $source == *.cpp ]] && compiler=$CXX standard="-std=gnu++17 -Wno-mismatched-new-delete"
    [[ $source == *.swift ]] && compiler=swiftc standard=-Onone flags=-g
    (
        flock 9
        if [ -e "$output" ] && ! [ "$source" -nt "$output" -o "$folder/check.h" -nt "$output" -o "$folder/workout.h" -nt "$output" \
            -o "$folder/debug.h" -nt "$output" -o "$folder/leak.h" -nt "$output" -o "$folder/live_file.h" -nt "$output" -o "$folder/run.sh" -nt "$output" ]; then exit 0; fi
        cd "$root" && $compiler $standard $flags "${source#"$root/"}" -o "$output.new" "$@" && mv "$output.new" "$output"
    ) 9>"$output.lock"
}

# start PRELOAD LIMIT SCRATCH SECONDS BINARY ASSIGNMENT…: runs a program, leaves SCRATCH.out and SCRATCH.err, returns its status.
start() {
    local preload=() limit=$2 scratch=$3 allowed=$4 binary=$5
    [ "$1" = none ] || preload=("LD_PRELOAD=$1")
    shift 5
    (
        ulimit -c 0
        [ -z "$limit" ] || ulimit $limit
        exec timeout -k 2 "$allowed" env PROGRAM_LIBRARIES="$build/libraries" PROGRAM_SCRATCH="$scratch" \
            $EXTRA_ENV "$@" "${preload[@]}" "$binary" </dev/null >"$scratch.out" 2>"$scratch.err"
    )
}

say() { # What a status means, in words.
    case $1 in
        124 | 137) echo "no end within ${2}s" ;;
        134) echo abort ;;
        12[89] | 1[3-9][0-9]) echo "signal $(($1 - 128)) ($(kill -l $(($1 - 128)) 2>/dev/null))" ;;
        *) echo "exit $1" ;;
    esac
}

debugging() { [[ $EXTRA_ENV =~ (DEBUG|LEAKS)=[^0] ]]; }

# learn SOURCE VARIANT OUTPUT: fills the caller's `known`, what each placeholder stands for: a variant's value, what the
# program announced as name=value (the last one counts), {FILE}, and {LINE:mark}, the line of the source that ends with `// mark`.
learn() {
    local part line number lines
    known['{FILE}']=${1//./\\.}
    for part in ${2//,/ }; do known["{${part%%=*}}"]=${part#*=}; done
    while IFS= read -r line; do
        if [[ $line =~ ^([a-z]+)=(.*)$ ]]; then known["{${BASH_REMATCH[1]^^}}"]=${BASH_REMATCH[2]}; fi
    done <"$3"
    mapfile -t lines <"$folder/$1"
    for number in "${!lines[@]}"; do
        if [[ ${lines[number]} =~ [^/].*'  // '([a-z ]+)$ ]]; then : "${known["{LINE:${BASH_REMATCH[1]}}"]:=$((number + 1))}"; fi
    done
}

# expand EXPRESSION: into the caller's `expression`, with what is known filled in.
expand() {
    local name
    expression=$1
    for name in "${!known[@]}"; do expression=${expression//"$name"/"${known[$name]}"}; done
}

# find_in_order SOURCE REPORT: each of the report's expressions, in lines one after the other; the first that no line after the
# last one's matches is left in the caller's `expression`, else nothing.
find_in_order() {
    local lines wanted at=0
    mapfile -t lines <"$2"
    while IFS= read -r wanted; do
        expand "$wanted"
        while [ $at -lt ${#lines[@]} ] && ! [[ ${lines[at]} =~ $expression ]]; do at=$((at + 1)); done
        [ $at -lt ${#lines[@]} ] || return
        at=$((at + 1))
    done < <(values report "$1")
    expression=""
}

one_line() { grep -v '^$' "$1" | head -4 | tr '\n\t' '| ' | cut -c1-300; }

# judge … : decides one case; prints PASS, FAIL or SKIP, the case's name and why.
run_case() {
    local source variant environment limit
    IFS=$'\x1f' read -r source variant environment limit <<<"$1"
    local name=${source%.*} label scratch
    label="$name${variant:+ [$variant]}${environment:+ [${environment:0:80}]}${limit:+ [ulimit $limit]}"
    local began=$SECONDS binary=$build/$name${variant:+.${variant//[^A-Za-z0-9_]/-}}
    verdict() { printf '%s\t%s\t%s\t%s\n' "$1" "$label" "$2" "$((SECONDS - began))"; rm -rf "$scratch" "$scratch.out" "$scratch.err"; }
    scratch=$(mktemp -d "$build/run/XXXXXX")
    if has production-only "$source" && debugging; then
        verdict SKIP "production only: $(values production-only "$source")"; return
    fi
    local defines=() link part needed
    for part in ${variant//,/ }; do defines+=("-D$part"); done
    link=$(values link "$source" | tr '\n' ' ')
    link=${link//'{LIBRARIES}'/$build/libraries}
    if [[ $link == *'{LIBRARY}'* ]]; then
        [ "$library" != none ] || { verdict SKIP "is linked against the library, and there is none"; return; }
        link=${link//'{LIBRARY}'/$library -Wl,-rpath,${library%/*}}; rm -f "$binary"
    fi
    if ! compile "$folder/$source" "$binary" "${defines[@]}" $link 2>"$scratch.err"; then
        verdict FAIL "does not compile: $(one_line "$scratch.err")"; return
    fi
    local allowed expect status why="" expression lines
    allowed=$(values timeout "$source"); allowed=${allowed:-20}
    expect=$(values expect "$source"); expect=${expect:-exit 0}
    environment=${environment//'{TMP}'/$scratch}
    { start "$library" "$limit" "$scratch" "$allowed" "$binary" $environment; } 2>/dev/null
    status=$?
    if [ $status = 77 ] && grep -q '^SKIP: ' "$scratch.out"; then
        verdict SKIP "$(sed -n 's/^SKIP: //p' "$scratch.out" | head -1)"; return
    fi
    local came; came=$(say $status "$allowed")
    [ "$came" = "$expect" ] || why="expected $expect, came $came"
    lines=$(grep -a '^==' "$scratch.err")
    local -A known=()
    learn "$source" "$variant" "$scratch.out"
    expression=$(values stderr "$source")
    if [ -n "$expression" ]; then
        expand "$expression"
        head -1 <<<"$lines" | grep -Eaq -- "$expression" || why+="${why:+; }expected first on stderr $expression"
    elif has stderr-none "$source"; then
        [ -z "$lines" ] || why+="${why:+; }expected no report on stderr"
    fi
    expression=$(values stderr-any "$source")
    if [ -n "$expression" ]; then
        expand "$expression"
        grep -Eaq -- "$expression" <<<"$lines" || why+="${why:+; }expected on stderr $expression"
    fi
    if has report "$source"; then  # the log files too
        cat "$scratch.err" "$scratch"/log* >"$scratch/report" 2>/dev/null
        find_in_order "$source" "$scratch/report"
        [ -z "$expression" ] || why+="${why:+; }expected next in the report $expression"
        expression=$(values report-not "$source")
        if [ -n "$expression" ]; then
            expand "$expression"
            ! grep -Eaq -- "$expression" "$scratch/report" || why+="${why:+; }expected nowhere in the report $expression"
        fi
    fi
    local count; count=$(values stderr-count "$source")
    if [ -n "$count" ] && [ "$(grep -c . <<<"$lines")" != "$count" ]; then
        why+="${why:+; }expected $count line(s) of ours on stderr, came $(grep -c . <<<"$lines")"
    fi
    if has same-as-glibc "$source" && [ "$library" != none ] && [ -z "$why" ]; then
        mv "$scratch.out" "$scratch/ours"
        { start none "$limit" "$scratch" "$allowed" "$binary" $environment; } 2>/dev/null
        local other=$?
        [ $other = $status ] || why="glibc: $(say $other "$allowed"), ours: $came"
        cmp -s "$scratch/ours" "$scratch.out" ||
            why+="${why:+; }differs from glibc: $(diff "$scratch.out" "$scratch/ours" | grep '^[<>]' | head -4 | tr '\n' ' ')"
    fi
    if [ -z "$why" ]; then verdict PASS ""; else verdict FAIL "$why; stderr: $(one_line "$scratch.err")"; fi
}
export -f values has compile start say debugging learn expand find_in_order one_line run_case

mkdir -p "$build/libraries"
rm -rf "$build/run"
mkdir -p "$build/run"
chmod 755 "$build" "$build/run"
for source in "$folder"/libraries/*.c "$folder"/libraries/*.cpp; do
    name=$(basename "${source%.*}")
    compile "$source" "$build/libraries/$name.so" -shared -fPIC || exit 2
done

# The cases: every program, times its variants, times its env lines, times its ulimit lines.
cases() {
    local source variant environment limit
    for source in $(cd "$folder" && ls *.c *.cpp *.swift | sort | grep -E -- "$only"); do
        while IFS= read -r variant; do
            while IFS= read -r environment; do
                while IFS= read -r limit; do
                    printf '%s\x1f%s\x1f%s\x1f%s\n' "$source" "$variant" "$environment" "$limit"
                done < <(values ulimit "$source" | grep . || echo)
            done < <(values env "$source" | grep . || echo)
        done < <(values variants "$source" | tr ' ' '\n' | grep . || echo)
    done
}

cases | xargs -r -d '\n' -P "$jobs" -n 1 bash -c 'run_case "$1"' run_case |
    tee "$build/results" | awk -F '\t' '$1 == "FAIL" { print "FAIL " $2 ": " $3; fflush() }'
sort "$build/results" | awk -F '\t' '$1 == "SKIP" { print "SKIP " $2 ": " $3 }'
[ $times = 0 ] || sort -t $'\t' -k4,4nr "$build/results" | head -15 | awk -F '\t' '{ print $4 "s " $2 }'
awk -F '\t' '{ n[$1]++ } END { printf "%d passed, %d failed, %d skipped\n", n["PASS"], n["FAIL"], n["SKIP"]; exit n["FAIL"] > 0 || n["PASS"] == 0 }' \
    "$build/results"
