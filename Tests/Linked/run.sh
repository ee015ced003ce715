#!/usr/bin/env bash
# Programs that the library is linked into: in which names and sections it comes, programs of
# Tests/Programs in each way of linking, what goes wrong in the linker's hands, pkg-config and CMake, and the tool.
#
# Usage: Tests/Linked/run.sh [--all] [TOOL]
#   --all  every program of Tests/Programs in each way of linking in which it can be, and CMake: a quarter of an hour
#   TOOL   the built tool, for what it reads of such a process; without it that is left out, and said
set -u
cd "$(dirname "$0")/../.."
. Scripts/packages.sh
. Scripts/load.sh
all= tool=
for argument; do
  if [ "$argument" = --all ]; then all=1; else tool=$argument; fi
done
archive=$PWD/dist/libswiftmalloc.a
[ -f "$archive" ] || { echo "$archive: no such archive; Scripts/build.sh archive makes it" >&2; exit 2; }
need_packages g++ gcc libc6-dev binutils pkg-config musl-tools || exit 2
passed=0 failed=0 skipped=0
area=$(mktemp -d)
trap 'rm -rf "$area"' EXIT
output=$area/output

# check NAME COMMAND…: passes when the command succeeds.
check() {
  local name=$1
  shift
  if "$@" >"$area/check" 2>&1; then
    passed=$((passed + 1))
    echo "passed  $name"
  else
    failed=$((failed + 1))
    echo "FAIL    $name"
    { cat "$area/check"; head -c 2000 "$output"; } 2>/dev/null | sed 's/^/        /' | head -40
  fi
}
# runs STATUS COMMAND…: it ends so; what it prints and reports is in $output.
runs() {
  local expected=$1 status=0
  shift
  timeout "$(under_load 60)" "$@" >"$output" 2>&1 </dev/null || status=$?
  [ "$status" -eq "$expected" ] || { echo "ends with $status, not $expected"; return 1; }
}
# prints PATTERN…: each matches a line of $output (grep -E).
prints() {
  local pattern
  for pattern; do grep -qE -- "$pattern" "$output" || { echo "no line matches: $pattern"; return 1; }; done
}
lacks() { ! grep -qE -- "$1" "$output" || { echo "a line matches: $1"; return 1; }; }
# link NAME FLAG…: Tests/Linked/NAME.c as a program of its own in $program; the linker warns of nothing.
link() {
  local name=$1
  shift
  program=$area/$name
  gcc -g -O1 -Wall -Werror -fno-builtin -I CShims/include "Tests/Linked/$name.c" -o "$program" "$@" >"$area/warnings" 2>&1 &&
    [ ! -s "$area/warnings" ] || { cat "$area/warnings"; return 1; }
}
force=-Wl,--undefined=malloc

names() {
  diff <(sed -e 's|/\*.*\*/||' -e '/local:/d' Sources/Preload/exports.map | grep -oE '[A-Za-z_][A-Za-z0-9_]*;' | tr -d ';' | sort) \
    <(nm --defined-only --extern-only "$archive" | awk 'NF == 3 { print $3 }' | grep -v cannot_be_linked_into | sort)
}
# Of Swift's runtime nothing is asked, and of the C library what the preloaded library asks of it, or has of its static part.
needs() {
  diff <(nm -D --undefined-only dist/libswiftmalloc.so | awk '{ sub(/@.*/, "", $2); print $2 }' | sort -u) \
    <(nm --undefined-only "$archive" | awk 'NF == 2 { print $2 }' | sort -u) | grep '^>' |
    grep -vxE '> (_GLOBAL_OFFSET_TABLE_|_DYNAMIC|__dso_handle|_end|atexit|at_quick_exit|pthread_atfork)'
  return $((1 - $?))
}
check "the archive's names are those of exports.map" names
check "it needs no name that libswiftmalloc.so does not need" needs

# In each way of linking: what reports, statistics, leaks, forks, threads, exceptions and the process' end need.
common='ordinary_program_says|stats_is_printed|stats_at_quick_ends|double_free_immediate|containers_and_exc|new_handler_that_frees|new_failure_throws|fork_while_threads_a|leak_held_by_data|leak_cycle\.|leak_reported_by_every|libc_functions_hand|random_trace|posix_spawn|profile_is_written_at|address_space_limit_with|helper_thread_comes'
# Programs that ask for functions by name, or expect lines in their reports, cannot be static.
dynamic='debug_double_free_names_the|debug_overflow_found_at_exit|live_counts_every|guarded_error_is'
for way in dynamic static static-pie; do
  choice="^($common)"
  if [ $way = dynamic ]; then choice="^($common|$dynamic)"; fi
  if [ -n "$all" ]; then choice=.; fi
  log=$area/programs
  PROGRAM_LINK=$way Tests/Programs/run.sh --first --only "$choice" >"$log" 2>&1
  grep -vE '^SKIP|passed, .* failed' "$log" | sed "s/^/$way: /"
  read -r p _ f _ s _ < <(tail -1 "$log")
  passed=$((passed + ${p:-0})) failed=$((failed + ${f:-1})) skipped=$((skipped + ${s:-0}))
  echo "programs of Tests/Programs, $way: $(tail -1 "$log")"
done

. Tests/Linked/cases.sh
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
