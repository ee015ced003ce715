# Sourced by run.sh: swiftmallocctl core. A program is killed in a guarded block; its core file is the kernel's, or gdb's where the
# kernel gives it to another program.

mkdir -p "$area/core" "$area/core-symbols"
cat >"$area/core/stale.c" <<'C'
#include <signal.h>
#include <stdlib.h>
#include <string.h>
static __attribute__((noinline)) char *make(void) { return malloc(40); }
static __attribute__((noinline)) void release(char *block) { free(block); }
static __attribute__((noinline)) int use(volatile char *block) { return block[7]; }
int main(int count, char **words) {
  if (count > 1 && !strcmp(words[1], "replaces")) signal(SIGSEGV, SIG_DFL);
  char *block = make();
  if (count > 1 && !strcmp(words[1], "aborts")) abort();
  release(block);
  return use(block);
}
C
gcc -g -O1 -fno-builtin -Wl,--build-id=sha1 -o "$area/core/stale" "$area/core/stale.c" || exit 2
# dumps NAME RATE WORD: the core file of a run.
dumps() {
  local folder=$area/core/$1
  mkdir -p "$folder"
  (
    cd "$folder" && ulimit -c unlimited || exit
    SWIFTMALLOC_LOG=/dev/null SWIFTMALLOC_GUARD_SAMPLE=$2 LD_PRELOAD="$OLDPWD/dist/libswiftmalloc.so" ../stale "$3" 2>/dev/null
  )
  local found
  found=$(find "$folder" -name 'core*' -type f | head -1)
  if [ -n "$found" ]; then
    [ "$found" = "$folder/core" ] || mv "$found" "$folder/core"
    return
  fi
  gdb_dumps "$@"
}
# gdb_dumps NAME RATE WORD: the same by gdb's gcore, which loses pieces of mappings with hidden pages.
gdb_dumps() {
  local folder=$area/core/$1
  mkdir -p "$folder"
  need_packages gdb || return
  gdb -batch -ex "set startup-with-shell off" -ex "set environment SWIFTMALLOC_GUARD_SAMPLE $2" -ex "set environment SWIFTMALLOC_LOG /dev/null" \
    -ex "set environment LD_PRELOAD $PWD/dist/libswiftmalloc.so" -ex "handle SIGSEGV stop nopass" -ex run -ex "gcore $folder/core" \
    --args "$area/core/stale" "$3" >/dev/null 2>&1
  [ -f "$folder/core" ]
}
stale() {
  prints '^==[0-9]+==ERROR: swiftmalloc: heap-use-after-free on address 0x[0-9a-f]+ \(.*7 bytes inside the freed 40-byte block at 0x[0-9a-f]+\)' \
    '^    #0 0x[0-9a-f]+ in use +/.*stale\.c:6$' '^freed by thread "stale" \([0-9]+\):$' '^    #0 0x[0-9a-f]+ in release +/.*stale\.c:5$' \
    '^allocated by thread "stale" \([0-9]+\):$' '^    #0 0x[0-9a-f]+ in make +/.*stale\.c:4$' '^SUMMARY: swiftmalloc: heap-use-after-free .*stale\.c:6 in use$'
}
core_explains() { dumps first 1 x && ends 0 core "$area/core/first/core" && stale; }
check "core explains a use after free" core_explains
core_without_handler() { dumps replaced 1 replaces && ends 0 core "$area/core/replaced/core" && stale; }
check "core of a process that handled the signal itself" core_without_handler
core_of_gdb() { gdb_dumps gdb 1 x && ends 0 core "$area/core/gdb/core" && stale; }
check "core of gdb's gcore" core_of_gdb
core_with_symbols() {
  cp "$area/core/stale" "$area/core-symbols/stale" && mv "$area/core/stale" "$area/core/away" || return 1
  local status=0
  ends 0 core "$area/core/first/core" --debug-dir "$area/core-symbols" && stale || status=1
  mv "$area/core/away" "$area/core/stale"
  return "$status"
}
check "core with symbols of another folder" core_with_symbols
core_address() {
  ends 0 core "$area/core/first/core" || return 1
  local block
  block=$(grep -oE 'block at 0x[0-9a-f]+' "$output" | head -1 | sed 's/block at //')
  ends 0 core "$area/core/first/core" --address "$block" && prints 'INFO: swiftmalloc: address 0x[0-9a-f]+ is 0 bytes inside the freed 40-byte block' 'in make ' &&
    ends 1 core "$area/core/first/core" --address 0x1000 && prints 'has no guarded block at this address' && ends 64 core "$area/core/first/core" --address here
}
check "core tells of an address" core_address
one_sentence() { prints "^swiftmallocctl: .*$1" && [ "$(wc -l <"$output")" -eq 1 ]; }
core_of_others() {
  dumps plain 0 aborts && ends 1 core "$area/core/plain/core" && one_sentence 'has no records of guarded blocks' &&
    dumps aborted 1 aborts && ends 1 core "$area/core/aborted/core" && one_sentence 'is of a process that did not end in a guarded block: it had [0-9]+ live and [0-9]+ freed ones'
}
check "core of a process without guarded blocks, and of another end" core_of_others
core_bad_input() {
  ends 1 core "$area/core/none" && one_sentence 'cannot be read: no such file' && ends 1 core "$area/core/stale" && one_sentence 'is no core file' &&
    ends 1 core /dev/null && one_sentence 'is no core file' && ends 1 core "$area/core/stale.c" && one_sentence 'is no core file' || return 1
  local length
  for length in 70 500 4096 60000; do
    head -c "$length" "$area/core/first/core" >"$area/core/cut" && ends 1 core "$area/core/cut" && one_sentence '(is cut|has no records)' || return 1
  done
}
check "core of what is no core file, or cut" core_bad_input
