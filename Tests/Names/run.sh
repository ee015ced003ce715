#!/usr/bin/env bash
# Names: what gdb and valgrind see of the library, and what reports say of code whose names are not where
# everybody's are. Each check is a small program of its own; it prints nothing when all is well.
#
# Usage: Tests/Names/run.sh [--only REGEX] [LIBRARY]
set -u
cd "$(dirname "$0")/../.."
. Scripts/packages.sh
. Scripts/load.sh
only=.
if [ "${1:-}" = --only ]; then only=$2; shift 2; fi
library=$(realpath "${1:-dist/libswiftmalloc.so}")
[ -f "$library" ] || { echo "$library: no such library; Scripts/build.sh makes it" >&2; exit 2; }
need_packages gcc g++ binutils gdb valgrind libdw1 libunwind8 || exit 2
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
leaks() { SWIFTMALLOC_LEAKS=1 LD_PRELOAD=$library timeout "$(under_load 60)" "$@" >output 2>report; }

# debugger COMMAND…: the commands after a stop in main, without asking anybody for symbols.
debugger() {
  local arguments=() command
  for command in "$@"; do arguments+=(-ex "$command"); done
  DEBUGINFOD_URLS='' timeout "$(under_load 100)" gdb -nx -batch -ex "set environment LD_PRELOAD $library" -ex 'set startup-with-shell off' \
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
  expect log '^#0 .* malloc \(\)' '^#[1-9] .*lose \(\) at lose.c:2' '^#[1-9] .*main \(\) at lose.c:3'
}

# gdb passes arguments as C does only to functions whose types it does not know.
gdb_calls_exported_functions() {
  local mode
  printf '#include <stdlib.h>\nchar *volatile p;\nint main(void) { p = malloc(100); return 0; }\n' >program.c
  gcc -g program.c -o program
  for mode in 0 1 guard; do
    SWIFTMALLOC_DEBUG=$mode debugger next 'print p' \
      'print (int)swiftmalloc_describe(p)' 'print (long)malloc_usable_size(p) - 100 < 16U' 'print (char *)malloc(10) != 0' \
      'print (long)malloc_usable_size((char *)realloc((char *)calloc(3, 4), 5000)) >= 5000' 'call (void)free(p)' \
      'print (int)swiftmalloc_describe(p) != 1' 'print (int)swiftmalloc_check()' 'whatis free' continue
    expect log '^\$2 = 1' '^\$3 = 1' '^\$4 = 1' '^\$5 = 1' '^\$6 = 1' '^\$7 = 0' 'no debug info' 'exited normally'
    refuse log 'ERROR|Invalid cast|signal'
  done
}

functions_of_the_layers_have_lines() {
  nm "$library" | awk '/ [tT] \$e(4Heap|5Leaks|6Memory|6Traces|9DebugHeap)/ { print $1 }' >addresses
  [ "$(wc -l <addresses)" -ge 300 ] || echo "nm finds $(wc -l <addresses) functions only"
  addr2line -e "$library" <addresses >lines
  refuse lines '^\?\?'
}

# valgrind_finds SOURCE COMPILER: 77 bytes lost, in production and in the debug heap.
valgrind_finds() {
  local mode
  $2 -g "$1" -o program || return
  for mode in production debug; do
    env $([ $mode = debug ] && echo SWIFTMALLOC_DEBUG=1) LD_PRELOAD="$library" \
      timeout "$(under_load 100)" valgrind --leak-check=full ./program >log 2>&1
    expect log 'total heap usage: [1-9]' 'definitely lost: 77 bytes in 1 blocks'
  done
}
valgrind_sees_malloc() { write_lose && valgrind_finds lose.c gcc; }
# Mappings begin low there, and null lies where the library knows every address. Other tools of valgrind take our functions away.
frees_null_under_valgrind() {
  printf '#include <stdlib.h>\nint main(void) { free(NULL); free(malloc(9)); free(NULL); return 7; }\n' >null.c
  gcc -fno-builtin null.c -o program || return
  local status=0
  LD_PRELOAD="$library" timeout "$(under_load 100)" valgrind --tool=none ./program >log 2>&1 || status=$?
  [ "$status" -eq 7 ] || { echo "status $status"; cat log; }
}
valgrind_sees_operator_new() {
  printf 'int main() { volatile char *p = new char[77]; *p = 1; p = nullptr; return 0; }\n' >lose.cpp
  valgrind_finds lose.cpp g++
}

# make_apart LINK-FOLDER: ./lose, whose debug information is a file of its own in that folder.
make_apart() {
  write_lose && gcc -g lose.c -o lose || return
  mkdir -p "$1" && objcopy --only-keep-debug lose "$1/lose.debug" && strip -g lose &&
    objcopy --add-gnu-debuglink="$1/lose.debug" lose
}
debug_file_beside_the_program() {
  make_apart . && leaks ./lose
  expect report 'in lose  .*/lose\.c:2$' 'in main  .*/lose\.c:3$'
}
debug_file_in_a_hidden_folder() {
  make_apart .debug && leaks ./lose
  expect report 'in lose  .*/lose\.c:2$'
}
debug_file_of_another_build() {
  make_apart .
  printf x >>lose.debug
  leaks ./lose
  expect report 'in lose  \(.*/lose\+0x'
  refuse report 'lose\.c'
}
nothing_is_loaded_to_find_debug_files() {
  make_apart .
  DEBUGINFOD_URLS=http://127.0.0.1:9 SWIFTMALLOC_LEAKS=1 LD_PRELOAD=$library LD_DEBUG=files timeout "$(under_load 60)" ./lose >output 2>report
  expect report 'libdw' 'in lose  .*/lose\.c:2$'
  refuse report 'debuginfod|libcurl'
}

# A program that replaces itself, by rename, with another build of a different shape before it leaks.
write_replaced() {
  cat >replaced.c <<'C'
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
__attribute__((noinline)) static void lose(void) { char *volatile p = malloc(77); *p = 1; p = 0; }
int main(int count, char **names) {
  if (count > 1 ? rename(names[1], names[0]) : unlink(names[0])) return 1;
  lose();
  return 0;
}
C
  gcc -g replaced.c -o replaced
}
program_that_is_deleted() {
  write_replaced && leaks ./replaced
  expect report 'in lose  .*/replaced\.c:4$' 'in main  .*/replaced\.c:7$'
}
program_that_is_replaced() {
  write_replaced
  printf 'int other(int x) { return x; }\nint wrong(int x) { return other(x) + 1; }\nint main(void) { return wrong(-1); }\n' >other.c
  gcc -g -O0 other.c -o other && leaks ./replaced other
  expect report 'in lose  .*/replaced\.c:4$'
  refuse report 'in (wrong|other) |other\.c'
}
# The file of a library was overwritten by another build before it was looked at.
library_that_is_replaced() {
  printf '#include <stdlib.h>\nchar *make(void) { return malloc(77); }\n' >make.c
  printf 'char *wrong(void) { return (char *)1; }\nchar *make(void) { return wrong() + 1; }\n' >other.c
  gcc -g -shared -fPIC make.c -o libmake.so && gcc -g -shared -fPIC other.c -o other.so
  printf '#include <stdio.h>\nchar *make(void);\nint main(void) { char *volatile p = make(); p = 0; return rename("other.so", "libmake.so"); }\n' >user.c
  gcc -g user.c -o user -L. -lmake -Wl,-rpath,"$PWD" && leaks ./user
  expect report '#0 .* in make  \(.*/libmake\.so.*\+0x' '#1 .* in main  .*/user\.c:3$'
  refuse report 'in wrong |other\.c'
}

rust_names_are_readable() {
  command -v rustc >/dev/null || { echo "SKIP there is no rustc"; return; }
  cat >rust.rs <<'R'
mod deep { pub struct Holder<T>(pub T); impl<T: Clone> Holder<T> { #[inline(never)] pub fn lose(&self, n: usize) { let v = vec![1u8; n]; std::hint::black_box(&v); std::mem::forget(v); } } }
trait Speak { fn speak(&self); }
impl Speak for deep::Holder<u32> { #[inline(never)] fn speak(&self) { self.lose(std::hint::black_box(333)); std::hint::black_box(0); } }
fn main() { let f = || { deep::Holder(3u32).speak(); std::hint::black_box(1); }; f(); println!("done"); }
R
  local mangling
  for mangling in legacy v0; do
    rustc -g -C opt-level=1 -C symbol-mangling-version=$mangling -Z unstable-options rust.rs -o rust 2>/dev/null ||
      rustc -g -C opt-level=1 -C symbol-mangling-version=v0 rust.rs -o rust || return
    leaks ./rust
    expect report 'in <rust::deep::Holder<u32> as rust::Speak>::speak ' 'in rust::main  '
    refuse report '_RN|\$LT\$|\$u|::h[0-9a-f]{16}'
  done
}

check "gdb evaluates literals, and warns of nothing" gdb_evaluates_literals
check "gdb calls the exported functions" gdb_calls_exported_functions
check "functions of the layers have lines" functions_of_the_layers_have_lines
check "gdb walks from malloc to main" gdb_walks_from_malloc_to_main
check "valgrind sees blocks of malloc" valgrind_sees_malloc
check "valgrind sees blocks of operator new" valgrind_sees_operator_new
check "null is freed under valgrind" frees_null_under_valgrind
check "a debug file beside the program" debug_file_beside_the_program
check "a debug file in .debug" debug_file_in_a_hidden_folder
check "a debug file of another build is not used" debug_file_of_another_build
check "libcurl stays out of the program" nothing_is_loaded_to_find_debug_files
check "a program that is deleted" program_that_is_deleted
check "a program that is replaced" program_that_is_replaced
check "a library that is replaced" library_that_is_replaced
check "Rust's names are readable" rust_names_are_readable
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
