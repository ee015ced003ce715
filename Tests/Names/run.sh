#!/usr/bin/env bash
# Names: what gdb and valgrind see of the library, and what reports say of code whose names are not where
# everybody's are. Each check is a small program of its own; it prints nothing when all is well.
#
# Usage: Tests/Names/run.sh [--only REGEX] [LIBRARY]
set -u
cd "$(dirname "$0")/../.."
. Scripts/packages.sh
only=.
if [ "${1:-}" = --only ]; then only=$2; shift 2; fi
library=$(realpath "${1:-dist/libswiftmalloc.so}")
[ -f "$library" ] || { echo "$library: no such library; Scripts/build.sh makes it" >&2; exit 2; }
need_packages gcc g++ binutils gdb valgrind || exit 2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
passed=0 failed=0 skipped=0

# check NAME FUNCTION: runs the function in a folder of its own.
check() {
  local wrong
  [[ $1 =~ $only ]] || return 0
  mkdir "$folder/$2"
  wrong=$(cd "$folder/$2" && "$2" 2>&1)
  if [ -z "$wrong" ]; then
    passed=$((passed + 1))
    echo "passed  $1"
  elif [[ $wrong == SKIP* ]]; then
    skipped=$((skipped + 1))
    echo "skipped $1: ${wrong#SKIP }"
  else
    failed=$((failed + 1))
    echo "FAIL    $1"
    printf '%s\n' "$wrong" | head -30 | sed 's/^/        /'
  fi
}

# expect FILE REGEX…: each expression matches a line of the file, or the file is shown.
expect() {
  local file=$1 expression
  shift
  for expression in "$@"; do
    grep -qE -- "$expression" "$file" && continue
    echo "no line matches: $expression"
    head -40 "$file"
  done
}

# refuse FILE REGEX: no line matches.
refuse() { grep -E -- "$2" "$1" | head -5 | sed "s/^/unwanted: /"; }

# A program that loses 77 bytes in lose(), at line 2 of lose.c.
write_lose() {
  cat >lose.c <<'C'
#include <stdlib.h>
__attribute__((noinline)) static void lose(void) { char *volatile p = malloc(77); *p = 1; p = 0; }
int main(void) { lose(); return 0; }
C
}

# leaks PROGRAM…: runs it with a leak check; the report is in the file report.
leaks() { SWIFTMALLOC_LEAKS=1 LD_PRELOAD=$library timeout 60 "$@" >output 2>report; }

# debugger COMMAND…: the commands after a stop in main, without asking anybody for symbols.
debugger() {
  local arguments=() command
  for command in "$@"; do arguments+=(-ex "$command"); done
  DEBUGINFOD_URLS='' timeout 100 gdb -nx -batch -ex "set environment LD_PRELOAD $library" -ex 'set startup-with-shell off' \
    -ex 'break main' -ex run "${arguments[@]}" ./program >log 2>&1
}

gdb_evaluates_literals() {
  printf '#include <string.h>\nint length(char *x) { return strlen(x); }\nint main(void) { return length("abc") - 3; }\n' >program.c
  gcc -g program.c -o program
  debugger 'print length("hello")' 'print sizeof("four")' 'print {1,2,3}' 'print (int)swiftmalloc_check()' \
    'print ((void *(*)(unsigned long))malloc)(4) != 0' 'break malloc' 'info symbol malloc'
  expect log '^\$1 = 5' '^\$2 = 5' '^\$3 = \{1, 2, 3\}' '^\$4 = 0' '^\$5 = 1' '^malloc in section' '^Breakpoint 2'
  refuse log 'is not a function|Could not find DWO|warning:'
}

gdb_walks_from_malloc_to_main() {
  write_lose
  gcc -g lose.c -o program
  debugger 'break malloc' continue bt
  expect log '^#[0-9] .*swiftmalloc_malloc ' '^#[1-9] .*lose \(\) at lose.c:2' '^#[1-9] .*main \(\) at lose.c:3'
}

# valgrind_finds SOURCE COMPILER: 77 bytes lost, in production and in the debug heap.
valgrind_finds() {
  local mode
  $2 -g "$1" -o program || return
  for mode in production debug; do
    env $([ $mode = debug ] && echo SWIFTMALLOC_DEBUG=1) LD_PRELOAD="$library" \
      timeout 100 valgrind --leak-check=full ./program >log 2>&1
    expect log 'total heap usage: [1-9]' 'definitely lost: 77 bytes in 1 blocks'
  done
}
valgrind_sees_malloc() { write_lose && valgrind_finds lose.c gcc; }
valgrind_sees_operator_new() {
  printf 'int main() { volatile char *p = new char[77]; *p = 1; p = nullptr; return 0; }\n' >lose.cpp
  valgrind_finds lose.cpp g++
}

check "gdb evaluates literals, and warns of nothing" gdb_evaluates_literals
check "gdb walks from malloc to main" gdb_walks_from_malloc_to_main
check "valgrind sees blocks of malloc" valgrind_sees_malloc
check "valgrind sees blocks of operator new" valgrind_sees_operator_new
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
