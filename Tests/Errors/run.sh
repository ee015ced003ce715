#!/usr/bin/env bash
# Runs small programs, each with one error of memory, under several tools, and counts what each tool finds; and programs that
# only look alike, where every report is false. README.md says what counts as found.
#
# Usage: Tests/Errors/run.sh [--tool NAME]… [--missed NAME]… [--only REGEX] [--library PATH] [--jobs N]
#
#   --tool NAME     only this tool (may be repeated): glibc, glibc-check, swiftmalloc, debug, guard, guard-before, scudo,
#                   tcmalloc-debug, valgrind, asan
#   --missed NAME   this tool too, and what it did not find, or found by a signal only, or named as another kind, and its false reports
#   --only REGEX    only programs whose file name matches
set -u
folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$folder/../.." && pwd)
. "$root/Scripts/load.sh"
. "$root/Scripts/packages.sh"
export folder build=$root/.build/errors library=$root/dist/libswiftmalloc.so
tools=() missed=() only=. jobs=$(nproc)
while [ $# -gt 1 ]; do
    case $1 in
        --tool) tools+=("$2") ;;
        --missed) tools+=("$2"); missed+=("$2") ;;
        --only) only=$2 ;;
        --library) library=$2 ;;
        --jobs) jobs=$2 ;;
        *) break ;;
    esac
    shift 2
done
[ $# -eq 0 ] || { sed -n '5,11s/^# \{0,1\}//p' "$0" >&2; exit 2; }
[ ${#tools[@]} -gt 0 ] || tools=(glibc glibc-check swiftmalloc debug guard guard-before scudo tcmalloc-debug valgrind asan)
library=$(realpath -e "$library") || exit 2
need_packages gcc g++ libc6-dev || exit 2

# command_of TOOL: what stands before a program under this tool; nothing but a sentence on stderr when it cannot be had.
command_of() {
    local path
    case $1 in
        glibc) echo env ;;
        glibc-check)
            path=$(ldconfig -p | sed -n 's/.*libc_malloc_debug\.so\.0 .*=> //p' | head -1)
            [ -n "$path" ] || { echo "glibc-check: no libc_malloc_debug.so.0 here" >&2; return; }
            echo "env LD_PRELOAD=$path GLIBC_TUNABLES=glibc.malloc.check=3" ;;
        swiftmalloc) echo "env LD_PRELOAD=$library" ;;
        debug | guard | guard-before)
            grep -q guard-before "$library" || { echo "$1: $library has no debug heap" >&2; return; }
            echo "env LD_PRELOAD=$library SWIFTMALLOC_DEBUG=${1/debug/1}" ;;
        scudo)
            need_packages libclang-rt-dev || return
            path=$(compgen -G "/usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.scudo_standalone-$(uname -m).so" | sort -V | tail -1)
            [ -n "$path" ] || { echo "scudo: libclang-rt-dev has no library for preloading" >&2; return; }
            echo "env LD_PRELOAD=$path" ;;
        tcmalloc-debug)
            need_packages libgoogle-perftools4 || return
            echo "env LD_PRELOAD=$(ldconfig -p | sed -n 's/.*libtcmalloc_debug\.so\.4 .*=> //p' | head -1)" ;;
        valgrind) need_packages valgrind && echo "valgrind -q --error-exitcode=9 --leak-check=no" ;;
        asan) echo "env ASAN_OPTIONS=detect_leaks=0" ;;
        *) echo "there is no tool '$1'" >&2 ;;
    esac
}

# -fno-builtin and -O1: no call is folded away, no error optimised away. The exceptions: these programs err on purpose.
export flags="-D_GNU_SOURCE -U_FORTIFY_SOURCE -O1 -fno-builtin -g -Wall -Werror -Wno-use-after-free -Wno-free-nonheap-object
    -Wno-mismatched-dealloc -Wno-alloc-size-larger-than -Wno-unused-result -Wno-unused-function -Wno-stringop-overflow
    -Wno-array-bounds -Wno-int-to-pointer-cast -Wno-sizeof-pointer-memaccess -Wno-stringop-overread -pthread"

# run_case "KIND SOURCE DEFINES": builds the variant, runs it under each tool; prints TOOL, KIND, LABEL, how it was found
# (a report, a signal, a status; or missed, or no end) and the head of its stderr.
run_case() {
    local kind source defines tool binary plain scratch status how define options compiler
    read -r kind source defines <<<"$1"
    plain=$build/${source%.*}${defines:+.${defines//[^A-Za-z0-9_]/-}}
    scratch=$(mktemp -d "$build/run/XXXXXX")
    for tool in $names; do
        binary=$plain options="-I $folder"
        [ "$tool" != asan ] || binary=$plain.asan options+=" -fsanitize=address"
        for define in ${defines//,/ }; do options+=" -D$define"; done
        case $source in *.cpp) compiler="${CXX:-g++} -std=gnu++17 -Wno-mismatched-new-delete" ;; *) compiler="${CC:-gcc} -std=gnu17" ;; esac
        if ! [ "$binary" -nt "$folder/$source" ] || ! [ "$binary" -nt "$folder/error.h" ] || ! [ "$binary" -nt "$folder/run.sh" ]; then
            $compiler $flags $options -o "$binary" "$folder/$source" >&2 || exit 255
        fi
        {
            (ulimit -c 0
                cd "$scratch" && exec timeout -k 2 "$(under_load 60)" ${commands[$tool]} "$binary" </dev/null >out 2>err)
        } 2>/dev/null
        status=$?
        if [ $status = 124 ] || [ $status = 137 ]; then how="no end"
        elif [ -s "$scratch/err" ]; then how=report
        elif [ $status -gt 128 ]; then how="signal"
        elif [ $status != 0 ] || ! grep -q '^end$' "$scratch/out"; then how="status"
        else how=missed; fi
        printf '%s\t%s\t%s\t%s\t%s\n' "$tool" "$kind" "${source%.*}${defines:+ [$defines]}" "$how" \
            "$(grep -am1 -E '==(ERROR|WARNING)' "$scratch/err" || grep -am1 . "$scratch/err")"
    done
    rm -rf "$scratch"
}
export -f run_case under_load

rm -rf "$build/run"
mkdir -p "$build/run"
# The tools by name: an array cannot be exported, so its text is.
declare -A commands
names=
for tool in "${tools[@]}"; do
    command=$(command_of "$tool")
    [ -z "$command" ] || { commands[$tool]=$command; case " $names " in *" $tool "*) ;; *) names+=" $tool" ;; esac; }
done
[ -n "$names" ] || exit 2
export names
text=$(declare -p commands)

(cd "$folder" && ls *.c *.cpp) | grep -E -- "$only" | while read -r source; do
    sed -n -e '/^\/\//!q' -e 's|^// \([a-z-]*\): *|\1 |p' "$folder/$source" | while read -r kind variants; do
        for defines in ${variants:-""}; do printf '%s %s %s\n' "$kind" "$source" "$defines"; done
    done
done >"$build/cases"
xargs -d '\n' -P "$jobs" -n 1 bash -c "$text"'; run_case "$1"' run_case <"$build/cases" >"$build/results" || exit 2

sort -s -t $'\t' -k3,3 "$build/results" | awk -F'\t' -v names="$names" -v missed="${missed[*]-}" '
    BEGIN {
        tools = split(substr(names, 2), tool, " ")
        kinds = split("double-free invalid-free mismatched-free overflow-write overflow-read underflow-write underflow-read freed-write freed-read attack", kind, " ")
        expected["double-free"] = "double-free"; expected["invalid-free"] = "invalid-free|free of address"
        expected["mismatched-free"] = "(kind|size|alignment)-mismatch"
        expected["overflow-write"] = expected["overflow-read"] = "heap-buffer-overflow"
        # What is written before a block, may be behind another.
        expected["underflow-write"] = expected["underflow-read"] = "heap-buffer-(under|over)flow"
        expected["freed-write"] = expected["freed-read"] = "heap-use-after-free"
        expected["attack"] = expected["correct"] = "."
    }
    $1 == tool[1] { cases[$2]++; if ($2 != "correct") cases["all"]++ }
    {
        found = $4 != "missed" && $4 != "no end"
        if (found && $2 != "correct") { sum[$1, "all"]++; if ($4 != "report") wordless[$1]++ }
        if (found) sum[$1, $2]++
        if ($4 == "no end") endless[$1]++
        note = found ? ($2 == "correct" ? "false report" : $4 != "report" ? "by a " $4 : "") : ($2 == "correct" && $4 == "missed" ? "" : $4)
        if (!note && $4 == "report" && $5 ~ /swiftmalloc: / && $5 !~ ("swiftmalloc: " expected[$2])) { other[$1]++; note = "named otherwise" }
        if (note && index(" " missed " ", " " $1 " ")) list = list sprintf("%-13s %-16s %-16s %s%s\n", $1, note, $2, $3, $5 ? ": " substr($5, 1, 150) : "")
        if ($2 == "correct" && found && $1 ~ /^(swiftmalloc|debug|guard)/) bad = 1
    }
    function row(title, array, key,    i) {
        printf "%-28s", title
        for (i = 1; i <= tools; i++) printf " %14d", key == "" ? array[tool[i]] : array[tool[i], key]
        print ""
    }
    END {
        printf "%-28s", "found of"
        for (i = 1; i <= tools; i++) printf " %14s", tool[i]
        print ""
        for (i = 1; i <= kinds; i++) if (cases[kind[i]]) row(sprintf("%-16s %4d", kind[i], cases[kind[i]]), sum, kind[i])
        row(sprintf("%-16s %4d", "all", cases["all"]), sum, "all")
        row("  by a signal without a word", wordless, "")
        row("  named as another kind", other, "")
        row("  no end", endless, "")
        row(sprintf("%-16s %4d", "false reports of", cases["correct"]), sum, "correct")
        if (list) printf "\n%s", list
        exit bad
    }'
