# Sourced by run.sh: swiftmallocctl run --types. A thousand objects live when the program ends, and how it ends is its argument.

cat >"$area/ends.cpp" <<'CXX'
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <pthread.h>
#include <unistd.h>
struct Kept { virtual ~Kept() {} long number = 1; };
static Kept *kept[1000];
static void *leave(void *) { exit(5); }
int main(int, char **words) {
  for (auto &one : kept) one = new Kept;
  const char *how = words[1];
  if (!strcmp(how, "exit")) exit(3);
  if (!strcmp(how, "signal")) raise(SIGTERM);
  if (!strcmp(how, "kill")) kill(getpid(), SIGKILL);
  if (!strcmp(how, "exec")) execlp("sh", "sh", "-c", "exit 6", nullptr);
  if (!strcmp(how, "stop")) { raise(SIGSTOP); return 4; }
  if (!strcmp(how, "wait")) { puts("ready"); fflush(stdout); for (;;) pause(); }
  if (!strcmp(how, "thread")) {
    pthread_t thread;
    pthread_create(&thread, nullptr, leave, nullptr);
    for (;;) pause();
  }
  return 0;
}
CXX
g++ -O1 -pthread -o "$area/ends" "$area/ends.cpp" || exit 2
unset SWIFTMALLOCCTL_DIRECTORY
kept_are_told() { prints '^[^ ]*ends, process [0-9]+, at its end: 1,[0-9]{3} blocks, ' '^ *1,000 +.* Kept +c\+\+ vtable object$'; }
types_at_end() {
  ends 0 run --types -- "$area/ends" return && kept_are_told && ends 3 run --types -- "$area/ends" exit && kept_are_told &&
    ends 143 run --types -- "$area/ends" signal && kept_are_told && ends 5 run --types -- "$area/ends" thread && kept_are_told &&
    ends 6 run --types -- "$area/ends" exec && prints 'ends, process [0-9]+, at its end: ' && lacks Kept
}
check "run --types, however the program ends" types_at_end
types_killed() { ends 137 run --types -- "$area/ends" kill && prints 'at its end: 1,|no types: .*ends was ended by signal 9 before it could be looked at$'; }
check "run --types of a program that is killed" types_killed
types_stopped() {
  "$tool" run --types -- "$area/ends" stop >"$output" 2>&1 &
  local id=$! status=0 child
  is_stopped() { child=$(pgrep -P "$id" -x ends) && grep -qE '^State:\s+[tT]' "/proc/$child/status"; }
  within 60 is_stopped || return 1
  kill -CONT "$child"
  wait "$id" || status=$?
  [ "$status" -eq 4 ] && kept_are_told
}
check "run --types of a program that stops and goes on" types_stopped
types_signals() {
  "$tool" run --types -- "$area/ends" wait >"$output" 2>&1 &
  local id=$! status=0
  within 60 grep -q ready "$output"
  kill -TERM "$id"
  wait "$id" || status=$?
  [ "$status" -eq 143 ] && kept_are_told
}
check "run --types passes signals on" types_signals
# By a shell with job control in a terminal.
types_job() {
  python3 - "$tool" "$area/ends" >"$output" <<'P'
import os, pty, re, select, signal, sys, time
child, terminal = pty.fork()
if child == 0:
    # A shell without job control has its background ignore it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.environ["PS1"] = "prompt> "
    os.execvp("bash", ["bash", "--norc", "-i"])
seen = ""
# Presses keys until something is shown: the shell takes those that came before the program had the terminal.
def press(keys, pattern, every=10):
    global seen
    end = time.time() + 60
    while not re.search(pattern, seen):
        assert time.time() < end, (pattern, seen)
        os.write(terminal, keys)
        while not re.search(pattern, seen) and select.select([terminal], [], [], every)[0]:
            seen += os.read(terminal, 65536).decode(errors="replace")
    seen = seen[re.search(pattern, seen).end():]
press(f"{sys.argv[1]} run --types -- {sys.argv[2]} wait\n".encode(), r"ready\r")
for _ in range(2):
    press(b"\x1a", "Stopped", 1)
    press(b"fg\n", r"fg\r\n.*run --types")
press(b"\x03", "1,000 .* Kept ", 1)
press(b"echo status $?\n", "status 130")
os.write(terminal, b"exit\n")
P
}
check "run --types: ^Z, fg and ^C" types_job
types_in_forms() {
  ends 3 run --types --json -- "$area/ends" exit && python3 -c '
import json, sys
heap = json.loads(open(sys.argv[1]).read().splitlines()[-1])
kept = next(row for row in heap["types"] if row["type"] == "Kept")
assert kept["count"] == 1000 and kept["bytes"] >= 16000 and kept["language"] == "c++", kept
assert heap["count"] > 1000' "$output" || return 1
  ends 0 run --types --csv --output "$area/ends.csv" -- "$area/ends" return && lacks Kept &&
    grep -qE $'^1000,[0-9]+,Kept,c\\+\\+,vtable object\r?$' "$area/ends.csv" || return 1
  ends 0 run --types -o - -- "$area/ends" return && kept_are_told || return 1
  # The program's own end comes before what could not be written.
  ends 1 run --types --json -o "$area/no/folder" -- "$area/ends" return && prints '^swiftmallocctl: .*no/folder cannot be written: ' &&
    ends 3 run --types --json -o "$area/no/folder" -- "$area/ends" exit && ends 137 run --types --json -o "$area/killed.json" -- "$area/ends" kill &&
    ends 64 run --json -- true && prints '[-]-json is for --types' && ends 64 run --types --json --csv -- true && ends 64 run --types -o '' -- true
}
check "run --types as JSON and CSV, in a file" types_in_forms
types_refused() {
  ends 64 run --types --debug -- true && ends 64 run --types --rows 0 -- true && ends 0 run --types --option debug=1 -- "$area/ends" return &&
    prints '^swiftmallocctl: no types: process [0-9]+ cannot be looked into: .*SWIFTMALLOC_DEBUG' &&
    ends 127 run --types -- no-such-program && prints 'no program "no-such-program" found' && ends 127 run --types -- ./no-such-program &&
    ends 126 run --types -- /etc/passwd && prints 'cannot be executed: permission denied'
}
check "run --types says why there are none" types_refused
export SWIFTMALLOCCTL_DIRECTORY=$live_folder
