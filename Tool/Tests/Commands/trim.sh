# Sourced by run.sh: swiftmallocctl trim. What the program has freed is known.

cat >"$area/freed.c" <<'C'
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
// Four fifths of 30 MiB are free, in pages between live blocks; then it sleeps, or calls now and then.
static void *blocks[30000];
static void *waits(void *unused) { return free(malloc(1000)), pause(), unused; }
int main(int count, char **words) {
  pthread_t thread;
  if (count > 1 && !strcmp(words[1], "threads")) pthread_create(&thread, NULL, waits, NULL);
  for (int i = 0; i < 30000; i++) memset(blocks[i] = malloc(1024), 1, 1024);
  for (int i = 0; i < 30000; i++)
    if (i % 20 > 3) free(blocks[i]);
  for (;; usleep(20000))
    if (count > 1 && !strcmp(words[1], "calls"))
      for (int i = 0; i < 200; i++) free(malloc(100000));
}
C
gcc -O1 -fno-builtin -pthread -o "$area/freed" "$area/freed.c" || exit 2
unset SWIFTMALLOCCTL_DIRECTORY

# trims EXPECTED-STATUS PROGRAM-WORD PURGE_DELAY ARGUMENTS…: of a process of its own.
trims() {
  local expected=$1 status=0
  SWIFTMALLOC_LIVE=1 SWIFTMALLOC_PURGE_DELAY=$3 LD_PRELOAD="$PWD/dist/libswiftmalloc.so" "$area/freed" "$2" &
  local process=$!
  started+=("$process")
  sleep 1
  ends "$expected" trim "$process" "${@:4}" || status=1
  kill "$process"
  wait "$process" 2>/dev/null
  return "$status"
}
# No purge by age comes first.
trim_by_helper() { trims 0 threads 80000 && prints '^[0-9]+ freed: [12][0-9]\.[0-9] MiB went back, by its helper thread; in memory [34][0-9]\.[0-9] MiB before, [0-9.]+ MiB after$'; }
check "trim of a process with threads that sleeps" trim_by_helper
trim_by_call() { trims 0 calls 80000 && prints '^[0-9]+ freed: [12][0-9]\.[0-9] MiB went back, by its next call; in memory '; }
check "trim of a process of one thread, at its next call" trim_by_call
trim_without_answer() { trims 1 sleeps 80000 --timeout 1 && prints '^swiftmallocctl: process [0-9]+ has not answered within 1\.0 s: it has no helper thread, and made no call that took the slow path$'; }
check "trim of a process that makes no call" trim_without_answer
trim_json() { trims 0 threads 80000 --json && holds 'r["way"] == "helper thread" and r["returned"] > 15 << 20 and r["residentBefore"] - r["residentAfter"] > 15 << 20 and r["seconds"] < 5'; }
check "trim --json" trim_json
trim_of_nobody() { ends 1 trim 4999992 && prints '^swiftmallocctl: ' && [ "$(wc -l <"$output")" -eq 1 ] && ends 64 trim 0 && ends 64 trim 12 --timeout -1; }
check "trim of no process" trim_of_nobody
export SWIFTMALLOCCTL_DIRECTORY=$live_folder
