# Sourced by run.sh: help, completions, list, stats.

help_is_there() {
  ends 0 --help && prints 'EXIT STATUS' 'swiftmallocctl run --debug' 'NO_COLOR' || return 1
  local command
  for command in run list stats top serve profile tune trim symbolize core; do
    ends 0 help "$command" && prints 'EXAMPLES' "swiftmallocctl $command" 'Exit status: ' || return 1
    ends 0 "$command" --help && prints 'EXAMPLES' || return 1
  done
}
check "every subcommand explains itself" help_is_there
version_is_the_librarys() {
  ends 0 --version && prints "^$(sed -n 's/^#define SWIFTMALLOC_VERSION "\(.*\)"$/\1/p' CShims/include/swiftmalloc.h)\$"
}
check "the version is that of the library" version_is_the_librarys
completions_work() {
  local shell
  for shell in bash zsh fish; do
    ends 0 --generate-completion-script "$shell" && prints symbolize remove-ended || return 1
  done
  "$tool" --generate-completion-script bash | bash -n || return 1
  # A command of bash's own is none in the others.
  for shell in zsh fish; do ends 0 --generate-completion-script "$shell" && lacks compgen || return 1; done
}
check "completions for three shells" completions_work
needs_nothing() {
  # One file that runs without the toolchain: only the C and C++ libraries of the system.
  ! readelf -d "$tool" | grep NEEDED | grep -vE 'lib(c|m|stdc\+\+|gcc_s|pthread|dl)\.so|ld-linux'
}
check "the program needs no Swift libraries" needs_nothing
no_such_help() { ends 64 help nonsense && prints 'there is no subcommand "nonsense"' && ends 0 help help; }
check "help for what there is not" no_such_help
named_values() {
  ends 64 stats '' && prints '"" is neither a process id nor a path' && ends 64 stats 0 && prints 'There is no process 0' &&
    ends 64 serve --port -1 && prints 'There is no port -1' && ends 64 serve --port 70000 && prints 'There is no port 70000' &&
    ends 64 top --interval -5 && prints 'not -5' && ends 64 list 4711 && prints 'for --remove-ended only'
}
check "wrong values are named" named_values
wrong_arguments() { ends 64 nonsense && ends 64 stats && ends 64 list --colour && ends 64 top --interval 5 && ends 64 serve --port 70000 && ends 64 top 0; }
check "wrong arguments end with 64" wrong_arguments

without_proc() {
  unshare -m sh -c 'mount -t tmpfs none /proc && exec "$@"' sh "$tool" "$@" >"$output" 2>&1
}
no_proc() {
  local command
  for command in list 'list --remove-ended' top serve 'stats 1' 'types 1' 'why 1 x' 'cycles 1' 'snapshot 1 -o -'; do
    # shellcheck disable=SC2086
    ! without_proc $command && prints '^swiftmallocctl: /proc is not mounted' && lacks 'USAGE' || return 1
  done
  without_proc run --debug -- sh -c 'echo $LD_PRELOAD' && prints '^/.*/dist/libswiftmalloc.so$'
}
unshare -m sh -c 'mount -t tmpfs none /proc' 2>/dev/null && check "without /proc" no_proc

nothing_published() { ends 0 list && prints 'No process of this user publishes'; }
check "list without processes" nothing_published

# A process with more memory than the file says it has.
python3 -c 'import time; time.sleep(1000)' & running=$!
started+=("$running")
Tool/Tests/Commands/publish.py "$area/live" "$running" redis-server >/dev/null
Tool/Tests/Commands/publish.py "$area/live" 4999990 was-killed >/dev/null
Tool/Tests/Commands/publish.py "$area/live" 4999991 has-ended --ended --mode 2 >/dev/null

lists_all() {
  ends 0 list && prints '^ +PID +PROGRAM +STATE +MODE +UP +REQUESTED +RESIDENT +THREADS$' \
    "^ *$running +redis-server +running +production .* 6\.7 MiB" \
    '^4999990 +was-killed +killed +production +- +6\.7 MiB +- +0$' '^4999991 +has-ended +ended +guard +5\.0 s +6\.7 MiB'
}
check "list tells running, ended and killed processes apart" lists_all
list_is_json() {
  ends 0 list --json && python3 - "$output" "$running" <<'P'
import json, sys
all = {p["pid"]: p for p in json.load(open(sys.argv[1]))}
assert len(all) == 3, all.keys()
one = all[int(sys.argv[2])]
assert one["state"] == "running" and one["requested"] == 7000000 and one["program"] == "redis-server", one
assert [l["key"] for l in one["ledger"]] == ["requested", "rounding", "threadCaches", "centralLists", "freeSpans", "purgeable", "metadata", "hugePages", "untouched"]
assert sum(l["bytes"] for l in one["ledger"]) == one["resident"], one["ledger"]
assert one["systemCalls"] == {"mmap": 11, "munmap": 2, "mprotect": 3, "mremap": 4, "madvise": 5, "futex": 6}
ended = all[4999991]
assert (ended["state"], ended["resident"], ended["userTime"], ended["uptime"]) == ("ended", None, 1.5, 5), ended
P
}
check "list --json" list_is_json
stats_are_tables() {
  ends 0 stats "$running" && prints '^redis-server \([0-9]+\), running, mode production' '^  Requested +7,000,000 +6\.7 MiB' \
    '^  Resident ' '^ +64 +16 +10,505 +505 +10,000 ' '^ +medium +3 ' '0x7f0000000000 +5\.0 MiB' 'mmap 11, munmap 2'
}
check "stats as tables" stats_are_tables
colours() { ends 0 stats "$running" && lacks $'\x1b' && ends 0 list && lacks $'\x1b' && ends 0 top --once && lacks $'\x1b'; }
check "no colours in a pipe" colours
stats_of_a_path() { ends 0 stats "$area/live/4999991" --json && python3 -m json.tool "$output" >/dev/null; }
check "stats of a saved file" stats_of_a_path

# refuses NAME PROBLEM: status 1, and one sentence that names the file and the problem; the others are listed.
refuses() {
  ends 1 stats "$area/live/$1" && prints "^swiftmallocctl: $area/live/$1 $2" || return 1
  [ "$(wc -l <"$output")" -eq 1 ] || { echo "more than one sentence"; return 1; }
  ends 1 list && prints "live/$1 $2" redis-server || return 1
  rm -f "$area/live/$1"
}
head -c 300 "$area/live/$running" >"$area/live/701"; chmod 600 "$area/live/701"
check "a truncated file" refuses 701 'is too short: it has 300 bytes'
head -c 100000 "$area/live/$running" >"$area/live/702"; chmod 600 "$area/live/702"
check "a file that was cut" refuses 702 'is cut: it has 100000 of [0-9]+ bytes'
Tool/Tests/Commands/publish.py "$area/live" 703 later --version 2 >/dev/null
check "a file of another version" refuses 703 'has version 2 of the layout'
ln -s "$area/live/$running" "$area/live/704"
check "a symbolic link" refuses 704 'is a symbolic link'
head -c 4096 /dev/urandom >"$area/live/705"; chmod 600 "$area/live/705"
check "noise" refuses 705 'does not begin as published counters do'
Tool/Tests/Commands/publish.py "$area/live" 706 open >/dev/null; chmod 644 "$area/live/706"
check "a file that others can read" refuses 706 'is open to other users'
mkfifo -m 600 "$area/live/707"
check "a named pipe" refuses 707 'is not a regular file'
if [ "$(id -u)" -eq 0 ]; then
  Tool/Tests/Commands/publish.py "$area/live" 708 foreign >/dev/null; chown 12345 "$area/live/708"
  check "a file of another user" refuses 708 'belongs to user 12345'
fi
not_published() {
  ends 1 stats 4999000 && prints '^swiftmallocctl: process 4999000 does not exist$' && ends 1 stats $$ && prints "^swiftmallocctl: process $$ runs but publishes nothing" || return 1
  [ "$(id -u)" -eq 0 ] || return 0
  python3 -c 'import os, time; os.setuid(12345); print("set", flush=True); time.sleep(1000)' >"$area/set" & local id=$!
  started+=("$id")
  within 60 test -s "$area/set"
  ends 1 stats "$id" && prints "^swiftmallocctl: process $id belongs to user 12345: only that user"
}
check "a process that publishes nothing" not_published
full_output() {
  local command status=0
  for command in 'list --json' list "stats $running" "top --once" --help --version 'help run' '--generate-completion-script bash'; do
    # shellcheck disable=SC2086
    status=0; "$tool" $command >/dev/full 2>"$output" || status=$?
    [ "$status" -eq 1 ] && prints '^swiftmallocctl: standard output cannot be written: no space left on device$' || { echo "$command: $status"; return 1; }
  done
  { python3 -c 'import signal, os, sys; signal.signal(signal.SIGPIPE, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])' "$tool" stats "$running" | true; } 2>"$output"
  lacks .
}
check "output that cannot be written" full_output
removes() { ends 0 list --remove-ended && prints redis-server && lacks 'killed|ended' && [ ! -e "$area/live/4999990" ] && [ -e "$area/live/$running" ]; }
check "list --remove-ended" removes
removes_damaged() {
  echo short >"$area/live/4999992"; mkfifo -m 600 "$area/live/4999993"; ln -s /dev/null "$area/live/4999994"
  echo mapped >"$area/live/mapped"; chmod 600 "$area/live/mapped" "$area/live/4999992"
  python3 -c 'import mmap, sys, time; f = open(sys.argv[1], "r+b"); m = mmap.mmap(f.fileno(), 0); print("mapped", flush=True); time.sleep(1000)' "$area/live/mapped" >"$area/mapped" & local id=$!
  started+=("$id")
  within 60 test -s "$area/mapped"
  mv "$area/live/mapped" "$area/live/$id"
  ends 1 list --remove-ended && prints "/$id is too short" && lacks '499999' && [ -e "$area/live/$id" ] && [ ! -e "$area/live/4999992" ] &&
    kill "$id" && { wait "$id" 2>/dev/null || true; } && ends 0 list --remove-ended && [ ! -e "$area/live/$id" ] && [ -e "$area/live/$running" ]
}
check "list --remove-ended of damaged files" removes_damaged
removes_some() {
  Tool/Tests/Commands/publish.py "$area/live" 4999990 was-killed >/dev/null; Tool/Tests/Commands/publish.py "$area/live" 4999991 has-ended --ended >/dev/null
  ends 0 list --remove-ended 4999991 && prints was-killed && lacks has-ended &&
    ends 1 list --remove-ended 4999991 && prints 'process 4999991 does not exist' &&
    ends 1 list --remove-ended "$running" && prints "process $running runs: what it publishes is not removed" && ends 0 list --remove-ended 4999990
}
check "list --remove-ended of some" removes_some
