# Sourced by run.sh: heap profiles of running processes, by profile PID, run --profile, and the server.

cat >"$area/keeps.c" <<'C'
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
// Two functions keep 48 and 16 MiB; then one thread allocates and frees, and keeps a block of 1000 bytes in each round.
__attribute__((noinline)) void *keep_much(size_t size) { return memset(malloc(size), 1, size); }
__attribute__((noinline)) void *keep_little(size_t size) { return memset(malloc(size), 1, size); }
__attribute__((noinline)) void *pass_by(size_t size) { return memset(malloc(size), 1, size); }
__attribute__((noinline)) void *leave_behind(size_t size) { return memset(malloc(size), 1, size); }
static void *works(void *unused) {
  for (;; usleep(500)) {
    for (int i = 0; i < 20; i++) free(pass_by(3000));
    for (int i = 0; i < 20; i++) leave_behind(1000);
  }
  return unused;
}
int main(int count, char **words) {
  for (int i = 0; i < 48 << 10; i++) keep_much(1024);
  for (int i = 0; i < 16 << 10; i++) keep_little(1024);
  if (count > 1 && !strcmp(words[1], "ends")) return 0;
  pthread_t thread;
  pthread_create(&thread, NULL, works, NULL);
  for (;;) pause();
}
C
gcc -g -O1 -fno-builtin -pthread -o "$area/keeps" "$area/keeps.c" || exit 2
unset SWIFTMALLOCCTL_DIRECTORY

# keeps VARIABLE…: a process of its own with these variables; its number in $kept.
keeps() {
  env "$@" LD_PRELOAD="$PWD/dist/libswiftmalloc.so" "$area/keeps" &
  kept=$!
  started+=("$kept")
  within 60 publishes "$kept"
}
publishes() { "$tool" stats "$1" >/dev/null 2>&1; }
ends_it() { kill "$kept" 2>/dev/null; wait "$kept" 2>/dev/null; true; }
# No file of a profile is left beside the published ones.
tidy() { [ ! -e "/dev/shm/swiftmalloc-$(id -u)/$kept.pprof" ] || { echo "a profile is left"; return 1; }; }
# about MIB FUNCTION: it holds so much by itself, within a quarter.
about() {
  "$tool" profile "$kept" --json --rows 1000 >"$output" 2>/dev/null || return 1
  holds "any(o['function'] == '$2' and abs(o['flat'] / ($1 << 20) - 1) < 0.25 for o in r['rows'])"
}

keeps SWIFTMALLOC_LIVE=1 SWIFTMALLOC_PROFILE="$area/keeps.pprof" SWIFTMALLOC_PROFILE_INTERVAL=64k
profile_of_process() { about 48 keep_much && about 16 keep_little && tidy; }
check "profile PID of a process with PROFILE" within 60 profile_of_process
profile_seconds() {
  ends 0 profile "$kept" --seconds 2 && prints '^inuse_space of process [0-9]+: \+[0-9.]+ [KM]iB in .*, over [12]\.[0-9] s$' ' leave_behind$' && lacks keep_ && tidy &&
    ends 0 profile "$kept" --seconds 1 --sample-type alloc_space --output "$area/second.pprof" && prints ' pass_by$' && ends 0 profile "$area/second.pprof" --sample-type alloc_space && prints ' pass_by$'
}
check "profile PID --seconds shows what changed" profile_seconds
profile_peak() { ends 0 profile "$kept" --peak && prints ' keep_much$' && tidy; }
check "profile PID --peak" profile_peak
two_at_once() {
  "$tool" profile "$kept" >"$area/one" 2>&1 & local one=$!
  ends 0 profile "$kept" && wait "$one" && grep -q keep_much "$area/one" && prints keep_much && tidy
}
check "two who ask at once each get a profile" two_at_once
ends_it

keeps SWIFTMALLOC_LIVE=1
sampling_off() {
  ends 1 profile "$kept" && prints "^swiftmallocctl: process $kept takes no samples: swiftmallocctl profile $kept --start begins, and --seconds looks at a while\$" && [ "$(wc -l <"$output")" -eq 1 ]
}
check "profile PID of a process that takes no samples" sampling_off
profile_a_while() { ends 0 profile "$kept" --seconds 1.5 --sample-type alloc_space && prints ' pass_by$' && lacks keep_ && sampling_off && tidy; }
check "profile PID --seconds samples for that time alone" profile_a_while
started_and_stopped() {
  ends 0 profile "$kept" --start --interval 16k && prints "^process $kept takes a sample for each 16\.0 KiB on average\$" && sleep 1 && ends 0 profile "$kept" && prints ' leave_behind$' &&
    ends 0 profile "$kept" --stop && prints "^process $kept takes no more samples\$" && sampling_off
}
check "profile PID --start and --stop" started_and_stopped
wrong_profile_arguments() {
  ends 64 profile "$kept" --start --stop && ends 64 profile "$kept" --interval 16k && ends 64 profile "$kept" --start --interval 0 && prints 'not 0' && ends 64 profile "$kept" --start --interval 1x &&
    ends 64 profile 0 && ends 64 profile "$area/keeps.pprof" --seconds 1 && prints 'is no process id' && ends 64 profile "$kept" --seconds 0 && ends 64 profile "$kept" --seconds 1 --diff x
}
check "wrong arguments of profile PID" wrong_profile_arguments
interrupted() {
  "$tool" profile "$kept" --seconds 60 >"$output" 2>&1 & local id=$!
  within 30 takes_samples || return 1
  sleep 0.3
  kill -INT "$id"
  wait "$id" && prints 'over [0-9.]+ s' && sampling_off
}
takes_samples() { "$tool" profile "$kept" >"$area/takes" 2>&1; }
check "an interrupt ends --seconds early, and the sampling" interrupted
profile_of_ended() {
  "$tool" profile "$kept" --seconds 60 >"$output" 2>&1 & local id=$!
  within 30 takes_samples || return 1
  kill -KILL "$kept"
  ! wait "$id" && prints "^swiftmallocctl: process $kept has ended meanwhile\$" && [ "$(wc -l <"$output")" -eq 1 ]
}
check "a process that is killed meanwhile" profile_of_ended
ends_it

nobody_to_profile() {
  ends 1 profile 4999993 && prints '^swiftmallocctl: process 4999993 does not exist$' && ends 1 profile $$ && prints 'runs but publishes nothing: was it started with SWIFTMALLOC_LIVE=1' || return 1
  keeps SWIFTMALLOC_LIVE=1 SWIFTMALLOC_DEBUG=1
  ends 1 profile "$kept" && prints "^swiftmallocctl: process $kept has DEBUG or LEAKS, whose heap takes no profiles\$"
  local status=$?
  ends_it
  return "$status"
}
check "profile of processes that cannot answer" nobody_to_profile
another_users() {
  # As another user, of root's process; and root's file is not read by others.
  keeps SWIFTMALLOC_LIVE=1
  local status=0
  chmod 755 "$area" "$area/dist" 2>/dev/null
  setpriv --reuid 65534 --regid 65534 --clear-groups "$tool" profile "$kept" >"$output" 2>&1 && status=1
  prints "^swiftmallocctl: process $kept belongs to user 0: only that user can see what it publishes\$" || status=1
  ends_it
  return "$status"
}
[ "$(id -u)" -ne 0 ] || check "profile of another user's process" another_users

run_profile() {
  mkdir -p "$area/run-profile" && cd "$area/run-profile" || return 1
  timeout 60 "$tool" run --profile -- "$area/keeps" ends >"$output" 2>&1
  local status=$? file
  cd - >/dev/null || return 1
  file=$(cd "$area/run-profile" && ls -- *.pprof)
  [ "$status" -eq 0 ] && prints "^swiftmallocctl: heap profile: swiftmallocctl profile .*/keeps\.[0-9]+\.pprof \(and \.peak: when most bytes were in use\)\$" && ends 0 profile "$area/run-profile/$file" && prints ' keep_much$' ' keep_little$' &&
    ends 64 run --profile --debug -- true && prints 'takes no profiles'
}
check "run --profile leaves a profile" run_profile

keeps SWIFTMALLOC_LIVE=1
begins "$area/profile-server"
port=$(sed -E 's|.*:([0-9]+)/|\1|' "$area/address")
posts() { gets "$1" "$2" -X POST "${@:3}"; }
# As gets, where another process that takes samples would be asked, too: of a test that runs beside this one, and ends soon.
gets_alone() {
  local tries
  for tries in {1..20}; do
    if gets "$@"; then return; fi
    sleep 1
  done
  return 1
}
served_off() {
  gets_alone 404 "/debug/pprof/heap" && prints '^No process of this user takes samples' && gets 409 "/debug/pprof/heap?pid=$kept" && prints "^Process $kept takes no samples" && gets 409 "/profile.json?pid=$kept" &&
    gets 400 /profile.json && gets 404 '/profile.json?pid=4999994' && comes "/stats.json?pid=$kept" '"profileInterval":0'
}
check "the server of a process that takes no samples" served_off
served_switch() {
  posts 403 "/profile/start?pid=$kept" && prints '^Only the page' && posts 405 /stats.json && gets 404 "/profile/start?pid=$kept" && posts 400 /profile/start -H 'X-Swiftmallocctl: page' &&
    posts 200 "/profile/start?pid=$kept" -H 'X-Swiftmallocctl: page' && comes "/stats.json?pid=$kept" '"profileInterval":524288'
}
check "the page switches sampling, no other site does" served_switch
served_profile() {
  sleep 1
  gets 200 "/debug/pprof/heap?pid=$kept" && header 'Content-Type: application/octet-stream' && cp "$output" "$area/served.pprof" && ends 0 profile "$area/served.pprof" && prints ' leave_behind$' || return 1
  # Names are in it, and it is the only process that takes samples.
  python3 - "$area/served.pprof" <<'P' || return 1
import gzip, sys
text = gzip.open(sys.argv[1]).read()
assert b"leave_behind" in text and b"keeps.c" in text and b"keeps+0x" not in text
P
  gets_alone 200 "/debug/pprof/heap?seconds=1" && cp "$output" "$area/served.pprof" && ends 0 profile "$area/served.pprof" && prints 'over [12]\.[0-9] s$' && gets_alone 200 /debug/pprof/allocs && cp "$output" "$area/served.pprof" &&
    ends 0 profile "$area/served.pprof" && prints '^alloc_space of .*' && gets 400 "/debug/pprof/heap?pid=$kept&seconds=x" && gets 400 '/debug/pprof/heap?pid=x'
}
check "/debug/pprof/heap, with seconds, and allocs" served_profile
served_json() {
  gets 200 "/profile.json?pid=$kept" && holds '[t["type"] for t in r["sampleTypes"]] == ["alloc_objects", "alloc_space", "inuse_objects", "inuse_space"] and any(n[0] == "leave_behind" and n[1] == "keeps" and n[2].endswith("keeps.c") for n in r["names"]) and all(r["threads"][s[0]] for s in r["stacks"])'
}
check "/profile.json" served_json
ends_it
kill "$begun"
export SWIFTMALLOCCTL_DIRECTORY=$live_folder
