# Sourced by run.sh: swiftmallocctl run. The library publishes only what it knows to; its reports are real.

cat >"$area/twice.c" <<'C'
#include <stdlib.h>
#include <stdio.h>
__attribute__((noinline)) static void twice(void *block) { free(block); }
int main(void) { void *block = malloc(64); free(block); twice(block); puts("went on"); return 0; }
C
gcc -g -O0 -fno-builtin -o "$area/twice" "$area/twice.c" || exit 2
# The library would not know this option of the tool's.
live_folder=$SWIFTMALLOCCTL_DIRECTORY
unset SWIFTMALLOCCTL_DIRECTORY

statuses() {
  ends 0 run -- true && ends 3 run -- sh -c 'exit 3' && ends 143 run -- sh -c 'kill -TERM $$' && ends 137 run -- sh -c 'kill -KILL $$' \
    && ends 127 run -- no-such-program && prints 'no program "no-such-program" found' && ends 126 run -- /etc/passwd && ends 64 run \
    && ends 64 run --debug --guard -- true && ends 64 run --frames 65 -- true && ends 64 run --option x -- true && ends 64 run --debg -- true && ends 5 run -- sh -c 'exit "$1"' sh 5
}
check "run ends as the program did" statuses
arguments_pass() { ends 0 run -- printf '%s|' --debug -- 'a b' '' && prints '^--debug\|--\|a b\|\|$'; }
check "the program gets its own options" arguments_pass
reports() {
  ends 134 run --debug -- "$area/twice" && prints 'ERROR: swiftmalloc: double-free' 'in twice .*twice.c:3' \
    'was ended by signal 6 .*; 1 report: double-free; log: ' || return 1
  log=$(sed -n 's/.*; log: //p' "$output")
  [ "$(stat -c %a "$log")" = 600 ] && grep -q '^SUMMARY' "$log"
}
check "reports are shown at the end and kept in a private log" reports
continues() { ends 0 run --debug --option on_error=continue --frames 0 -- "$area/twice" && prints '^went on$' 'ended with status 0; 1 report' && lacks '#0'; }
check "run --option and --frames" continues
leaks() { ends 0 run --leaks -- sh -c true && prints 'ended with status 0; no reports$' && [ -z "$(find "$area" -maxdepth 1 -name 'swiftmalloc-sh-*')" ]; }
check "a log that stays empty is removed" leaks
chosen_log() {
  ends 134 run --guard --log "$area/own.%p" -- "$area/twice" && prints '1 report: double-free' && ls "$area"/own.[0-9]* >/dev/null
}
check "run --log with %p" chosen_log
to_stderr() { ends 134 run --debug --log - -- "$area/twice" && prints 'ERROR: swiftmalloc: double-free' && lacks 'log:'; }
check "run --log -" to_stderr
keeps_preload() {
  local other=/lib/x86_64-linux-gnu/libm.so.6
  LD_PRELOAD=$other timeout 20 "$tool" run -- sh -c 'echo $LD_PRELOAD' >"$output" 2>&1
  prints "^$PWD/dist/libswiftmalloc.so:$other\$"
}
[ -e /lib/x86_64-linux-gnu/libm.so.6 ] && check "what is preloaded already stays behind" keeps_preload
bad_path() {
  mkdir -p "$area/a b" && cp dist/libswiftmalloc.so "$area/a b/" &&
    ends 1 run --library "$area/a b/libswiftmalloc.so" -- true && prints 'cannot hold a path with a space or a colon' &&
    ends 1 run --library "$area/none.so" -- true && prints 'there is no library'
}
check "a library that cannot be preloaded" bad_path
beside_or_in_lib() {
  mkdir -p "$area/usr/bin" "$area/usr/lib" && cp "$tool" "$area/usr/bin/" && cp dist/libswiftmalloc.so "$area/usr/lib/" || return 1
  "$area/usr/bin/swiftmallocctl" run -- sh -c 'echo $LD_PRELOAD' >"$output" 2>&1 && prints "^$area/usr/lib/libswiftmalloc.so\$" || return 1
  rm "$area/usr/lib/libswiftmalloc.so"
  ! "$area/usr/bin/swiftmallocctl" run -- true >"$output" 2>&1 && prints 'there is no libswiftmalloc.so in'
}
check "the library is found beside the program and in ../lib" beside_or_in_lib
signals() {
  "$tool" run -- sh -c 'trap "echo told; exit 7" TERM; sleep 20 & wait' >"$output" 2>&1 &
  local id=$! status=0
  sleep 0.5
  kill -TERM "$id"
  wait "$id" || status=$?
  [ "$status" -eq 7 ] && prints '^told$'
}
check "signals are passed on" signals
export SWIFTMALLOCCTL_DIRECTORY=$live_folder
