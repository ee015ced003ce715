# Sourced by run.sh: swiftmallocctl tune. The programs' blocks are known, and so is the list that is best for them.

cat >"$area/blocks.c" <<'C'
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
// 8000 blocks of 1040 bytes, for which the library has 1280, and 8000 of 700, for which it has 768.
static void *blocks[16000];
int main(int count, char **words) {
  const char *word = count > 1 ? words[1] : "";
  for (int i = 0; i < 16000; i++) memset(blocks[i] = malloc(i % 2 ? 1040 : 700), 1, 700);
  fputs("said\n", stderr), puts("printed");
  if (!strcmp(word, "killed")) raise(SIGTERM);
  if (!strcmp(word, "fails")) return 3;
  if (!strcmp(word, "refuses")) return getenv("SWIFTMALLOC_SIZE_CLASSES") ? 5 : 0;
  // Goes on to allocate, or only waits.
  for (int i = 0; !strcmp(word, "serves") || !strcmp(word, "waits"); i = (i + 1) % 16000) {
    usleep(100);
    if (*word == 's') free(blocks[i]), blocks[i] = malloc(i % 2 ? 1040 : 700), malloc(1040);
  }
  return 0;
}
C
gcc -O1 -fno-builtin -o "$area/blocks" "$area/blocks.c" || exit 2
unset SWIFTMALLOCCTL_DIRECTORY

# Whether the JSON in $output has what a Python expression says of it.
holds() { python3 -c 'import json, sys; r = json.load(open(sys.argv[1])); sys.exit(not eval(sys.argv[2]))' "$output" "$1" || { echo "not so: $1"; return 1; }; }
no_leftovers() { [ -z "$(find "$area" -maxdepth 1 -name 'swiftmalloc-tune-*')" ] || { echo "a folder is left"; return 1; }; }

tune_finds() {
  ends 0 tune -- "$area/blocks" && prints '^blocks \(process [0-9]+\) at its peak: 1[56],[0-9]{3} small blocks, 1[23]' '^as it is .* MiB' '^SIZE_CLASSES=… ' '^PURGE_DELAY=0 ' '^PURGE_DELAY=-1 ' \
    '^HUGE_PAGES=always ' '^The list saves [0-9.]+ MiB of the memory at the peak, 1[0-9]\.[0-9]% \(measured; 2\.[0-9] MiB computed\)\.$' \
    '^SWIFTMALLOC_SIZE_CLASSES=16,32,.*,512,.*704,.*,1024,1040,.*,32768$' '^said$' && lacks '^printed' && no_leftovers &&
    [ "$(grep -c '^said$' "$output")" -eq 1 ]
}
check "tune finds the classes of a program and measures them" tune_finds
its_line_works() {
  local line
  line=$(grep '^SWIFTMALLOC_SIZE_CLASSES=' "$output")
  env "$line" LD_PRELOAD="$PWD/dist/libswiftmalloc.so" "$area/blocks" 2>&1 | grep -c WARNING | grep -qx 0
}
check "the library takes the line that tune prints" its_line_works
tune_json() {
  ends 0 tune --quick --json -- "$area/blocks" 2>/dev/null && sed -i /^said/d "$output" &&
    holds '{704, 1040} < set(r["sizeClasses"]) and len(r["sizeClasses"]) == 40 and len(r["runs"]) == 2' &&
    holds 'r["measuredSavedBytes"] > 2000000 and r["computedSavedBytes"] > 2000000 and r["runs"][1]["classRoundingBytes"] * 20 < r["runs"][0]["classRoundingBytes"]' &&
    holds 'r["environment"] == "SWIFTMALLOC_SIZE_CLASSES=" + ",".join(map(str, r["sizeClasses"]))'
}
check "tune --json" tune_json
tune_few() {
  ends 0 tune --quick --json --classes 13 -- "$area/blocks" && sed -i /^said/d "$output" && holds 'len(r["sizeClasses"]) == 13 and 1040 in r["sizeClasses"]' &&
    ends 0 tune --quick --json --classes 89 -- "$area/blocks" && sed -i /^said/d "$output" && holds 'len(r["sizeClasses"]) == 89'
}
check "tune --classes" tune_few
same_input() {
  rm -f "$area/read"
  printf 'one\ntwo\n' | "$tool" tune --quick -- sh -c 'sort >>"$0"; head -c 9000 /dev/zero >/dev/null' "$area/read" >"$output" 2>&1
  [ "$(sort "$area/read" | uniq -c | tr -s ' \n' ' ')" = " 4 one 4 two " ] || { cat "$area/read"; return 1; }
  rm -f "$area/read"
  printf 'one\ntwo\nthree\n' >"$area/input"
  { read -r _; "$tool" tune --quick -- sh -c 'sort >>"$0"' "$area/read"; } <"$area/input" >"$output" 2>&1
  [ "$(sort "$area/read" | uniq -c | tr -s ' \n' ' ')" = " 4 three 4 two " ] && no_leftovers
}
check "each run of tune reads the same" same_input
tune_ends() {
  ends 64 tune && ends 64 tune --classes 11 -- true && prints 'Classes are 12 to 89, not 11' && ends 64 tune --classes 90 -- true && ends 64 tune -- && ends 64 tune nonsense &&
    prints 'Say a process id, or -- and a program' && ends 64 tune 0 && ends 64 tune --quik -- true && ends 64 tune 1 2 &&
    ends 127 tune -- no-such-program && prints 'no program "no-such-program" found' && ends 126 tune -- /etc/passwd && ends 1 tune 4999999 && prints 'process 4999999 does not exist' &&
    ends 1 tune --library "$area/none.so" -- true && no_leftovers
}
check "tune names what is wrong" tune_ends
tune_odd_ends() {
  ends 0 tune --quick -- "$area/blocks" fails && prints 'The list saves' && ends 0 tune --quick -- "$area/blocks" refuses && prints 'With the list the program ended with status 5, not 0' &&
    ends 0 tune -- "$area/blocks" killed && prints 'Note: ended at signal 15, so it is not run again' 'SIZE_CLASSES=…, computed' '^The list would save 2\.[0-9] MiB \(computed\)' &&
    ends 1 tune -- sh -c 'kill -KILL $$' && prints 'was ended by signal 9, and left no numbers' && no_leftovers
}
check "tune of programs that fail, or are killed" tune_odd_ends
# As a server that ends well when it is told to.
ended_by_hand() {
  "$tool" tune -- sh -c "trap 'exit 0' INT; $area/blocks; sleep 20 & wait" >"$output" 2>&1 &
  local own=$! status=0
  within 60 grep -q '^said' "$output"
  kill -INT "$own"
  wait "$own" || status=$?
  [ "$status" -eq 0 ] && prints 'Note: ended at signal 2, so it is not run again' '^The list would save' && no_leftovers
}
check "a program that is told to end is not run again" ended_by_hand
greatest_process() {
  ends 0 tune --quick --json -- sh -c "$area/blocks; true" && sed -i /^said/d "$output" && holds 'r["program"] == "blocks" and 1040 in r["sizeClasses"]'
}
check "of several processes the greatest is tuned for" greatest_process
tune_running() {
  "$tool" run --live -- "$area/blocks" serves >/dev/null 2>&1 &
  local own=$! id status=0
  within 60 pgrep -P "$own" >/dev/null
  id=$(pgrep -P "$own")
  within 60 test -e "/dev/shm/swiftmalloc-$(id -u)/$id"
  ends 0 tune "$id" && prints '^blocks \(process [0-9]+\) at its peak' '^The list would save [0-9.]+ MiB \(computed\)\.$' '^PURGE_DELAY=0 would give back' '1024,1040,' || status=1
  kill "$id"
  wait "$own"
  "$tool" run --live --debug -- "$area/blocks" waits >/dev/null 2>&1 &
  own=$!
  within 60 pgrep -P "$own" >/dev/null
  id=$(pgrep -P "$own")
  within 60 test -e "/dev/shm/swiftmalloc-$(id -u)/$id"
  ends 1 tune "$id" && prints "process $id is in debug mode, which has no size classes" || status=1
  kill "$id"
  wait "$own"
  return $status
}
check "tune of a running process" tune_running
export SWIFTMALLOCCTL_DIRECTORY=$live_folder
