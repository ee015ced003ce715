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
# Latin-1, and an accent right behind the equals sign, with which it is one character.
not_utf8() {
  printf '#!/bin/sh\nprintf "%%s|%%s|%%s\\n" "$1" "$LATIN" "$ACCENT"\n' >"$area/caf"$'\xe9' && chmod +x "$area/caf"$'\xe9' || return 1
  local flag
  for flag in '' --types; do
    LATIN=$'\xe8' ACCENT=$'\xcc\x81' "$tool" run $flag -- "$area/caf"$'\xe9' $'\xe9t\xe9' >"$output" 2>/dev/null
    LC_ALL=C grep -qx $'\xe9t\xe9|\xe8|\xcc\x81' "$output" || { echo "run $flag"; return 1; }
  done
  ends 1 profile "$area/none"$'\xe9' && LC_ALL=C grep -q $'none\xe9 cannot be opened' "$output" || return 1
  (cd "$area" && printf x >"none"$'\xe9' && ! "$tool" profile "none"$'\xe9' >"$output" 2>&1) && LC_ALL=C grep -q $'none\xe9 is ' "$output"
}
check "names that are no UTF-8 stay as they are" not_utf8
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
only_what_is_new() {
  ends 134 run --debug --log "$area/old.log" -- "$area/twice" && ends 0 run --debug --log "$area/old.log" -- true && prints 'status 0; no reports$' && lacks double-free &&
    ends 134 run --debug --log "$area/old.log" -- "$area/twice" && prints '1 report: double-free' && [ "$(grep -c '^SUMMARY' "$area/old.log")" -eq 2 ]
}
check "reports of an older run are not counted" only_what_is_new
no_file() {
  local path
  mkfifo "$area/fifo"
  for path in "$area/fifo" /dev/full /dev/zero /dev/null; do
    ends 0 run --debug --log "$path" -- true && prints "reports went to $path; none are summed up$" || return 1
  done
  "$tool" run --debug --log /dev/stderr -- "$area/twice" 2>&1 >/dev/null | cat >"$output"
  prints 'reports went to /dev/stderr; none are summed up' && prints 'ERROR: swiftmalloc: double-free'
}
check "a log that is no file is not read" no_file
cannot_be_preloaded() {
  gcc -static -o "$area/static" "$area/twice.c" && ends 1 run --debug -- "$area/static" && prints "^swiftmallocctl: $area/static is statically linked: no library" || return 1
  printf '#!%s\n' "$area/static" >"$area/script"; chmod +x "$area/script"
  ends 1 run --debug -- "$area/script" && prints 'is statically linked' || return 1
  printf '#!/usr/bin/env sh\nexit 3\n' >"$area/script" && ends 3 run --debug -- "$area/script" || return 1
  # The dynamic linker, which has none itself, preloads.
  ends 0 run --debug -- /lib64/ld-linux-x86-64.so.2 /bin/true && prints 'no reports' || return 1
  [ "$(id -u)" -ne 0 ] || { cp "$area/twice" "$area/setuid" && chown 12345 "$area/setuid" && chmod u+s "$area/setuid" &&
    ends 1 run --debug -- "$area/setuid" && prints 'is setuid: the system preloads no library into it'; }
}
check "programs that cannot be preloaded are refused" cannot_be_preloaded
statistics() {
  ends 0 run --stats -- true && prints '==STATS: swiftmalloc' && prints 'true ended with status 0$' && [ -z "$(find "$area" -maxdepth 1 -name 'swiftmalloc-true-*')" ] || return 1
  ends 130 run --stats --leaks -- sh -c 'kill -INT $$' && prints 'was ended by signal 2 .*; no reports; so it looked for no leaks; so it printed no statistics$'
}
check "run --stats, also of a program that a signal ends" statistics
keeps_preload() {
  local other=/lib/x86_64-linux-gnu/libm.so.6
  LD_PRELOAD=$other timeout "$(under_load 60)" "$tool" run -- sh -c 'echo $LD_PRELOAD' >"$output" 2>&1
  prints "^${tool%/*}/libswiftmalloc.so:$other\$"
}
[ -e /lib/x86_64-linux-gnu/libm.so.6 ] && check "what is preloaded already stays behind" keeps_preload
bad_path() {
  mkdir -p "$area/a b" && cp dist/libswiftmalloc.so "$area/a b/" &&
    ends 1 run --library "$area/a b/libswiftmalloc.so" -- true && prints 'cannot hold a path with a space or a colon' &&
    ends 1 run --library "$area/none.so" -- true && prints 'there is no library' &&
    ends 1 run --library /lib/x86_64-linux-gnu/libm.so.6 -- true && prints 'is not the library: it exports no swiftmalloc_statistics'
}
check "a library that cannot be preloaded" bad_path
beside_or_in_lib() {
  mkdir -p "$area/usr/bin" "$area/usr/lib" && cp "$tool" "$area/usr/bin/" && cp dist/libswiftmalloc.so "$area/usr/lib/" || return 1
  "$area/usr/bin/swiftmallocctl" run -- sh -c 'echo $LD_PRELOAD' >"$output" 2>&1 && prints "^$area/usr/lib/libswiftmalloc.so\$" || return 1
  mkdir "$area/usr/lib/$(uname -m)-linux-gnu" && mv "$area/usr/lib/libswiftmalloc.so" "$area/usr/lib/$(uname -m)-linux-gnu" || return 1
  "$area/usr/bin/swiftmallocctl" run -- sh -c 'echo $LD_PRELOAD' >"$output" 2>&1 && prints "/lib/$(uname -m)-linux-gnu/libswiftmalloc.so\$" || return 1
  rm -r "$area/usr/lib/$(uname -m)-linux-gnu"
  ! "$area/usr/bin/swiftmallocctl" run -- true >"$output" 2>&1 && prints 'there is no libswiftmalloc.so in'
}
check "the library is found beside the program, in ../lib and where Debian has libraries" beside_or_in_lib
json_reports() {
  printf '%s\n' '#include <stdlib.h>' '#include <string.h>' 'int main(void) { void *volatile p = malloc(75); p = NULL; char wipe[4096]; memset(wipe, 0, sizeof wipe); return wipe[7]; }' >"$area/lose.c"
  gcc -g -O0 -fno-builtin -o "$area/lose" "$area/lose.c" || return 1
  ends 0 run --leaks --option leak_format=json -- "$area/lose" && prints '^\{"pid":' '1 report: leak of 75 bytes in 1 block; log: '
}
check "JSON reports are counted" json_reports
only_some() {
  ends 0 run --leaks --only other --only another --option leak_exit_code=23 -- "$area/lose" && prints 'no reports of the programs that ONLY names, other, another$' &&
    ends 23 run --leaks --only 'lo*e' --option leak_exit_code=23 -- sh -c "$area/lose" && prints 'leak of 75 bytes'
}
check "run --only" only_some
# A folder that no file can be made in stands for a disk that is full or read-only.
no_folder_for_reports() {
  TMPDIR=$area/none ends 134 run --debug -- "$area/twice" && prints '1 report: double-free; log: /dev/shm/swiftmalloc-twice-' || return 1
  rm -f "$(sed -n 's/.*; log: //p' "$output")"
  # Who cannot mount (no root, a container) cannot take the second folder away.
  unshare -m mount -t tmpfs -o ro none /dev/shm 2>/dev/null || return 0
  unshare -m sh -c "mount -t tmpfs -o ro none /dev/shm && TMPDIR=$area/none exec $tool run --debug -- $area/twice" >"$output" 2>&1
  [ $? -eq 134 ] && prints "no file for reports can be made \($area/none: no such file or directory; /dev/shm: read-only file system\): reports go to standard error" \
    'ERROR: swiftmalloc: double-free' 'twice was ended by signal 6'
}
check "a read-only disk: reports are kept in memory, or go to standard error" no_folder_for_reports
signals() {
  "$tool" run -- sh -c 'trap "echo told; exit 7" TERM; echo ready; sleep 20 & wait' >"$output" 2>&1 &
  local id=$! status=0
  within 60 grep -q ready "$output"
  kill -TERM "$id"
  wait "$id" || status=$?
  [ "$status" -eq 7 ] && prints '^told$'
}
check "signals are passed on" signals
export SWIFTMALLOCCTL_DIRECTORY=$live_folder
