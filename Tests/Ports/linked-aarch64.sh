#!/usr/bin/env bash
# Programs for AArch64 that dist/aarch64/libswiftmalloc.a is linked into, dynamic and static ones: linked by Debian's cross compiler, run
# by qemu-aarch64, which imitates the processor and hands system calls on. (What that cannot show is named in Tests/Ports/aarch64.sh.)
# Some seconds. The last line counts.
#
# Usage: Tests/Ports/linked-aarch64.sh
set -u
cd "$(dirname "$0")/../.."
. Scripts/packages.sh
archive=dist/aarch64/libswiftmalloc.a
[ -f "$archive" ] || { echo "$archive: no such archive; Scripts/build.sh archive --target aarch64 makes it" >&2; exit 2; }
need_packages gcc-aarch64-linux-gnu g++-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user || exit 2
passed=0 failed=0
area=$(mktemp -d)
trap 'rm -rf "$area"' EXIT

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
    sed 's/^/        /' "$area/check" | head -20
  fi
}
# link SOURCE FLAG…: makes $area/program; the linker warns of nothing.
link() {
  local source=$1 compiler=gcc
  shift
  case $source in *.cpp) compiler=g++ ;; esac
  "aarch64-linux-gnu-$compiler" -g -O1 -Wall -Werror -fno-builtin -I CShims/include -I Tests/Programs "$source" -o "$area/program" \
    "$archive" -Wl,--undefined=malloc -pthread "$@" 2>&1 | tee "$area/warnings"
  [ ! -s "$area/warnings" ]
}
# run STATUS PATTERN [ARGUMENT]: it ends so, and a line that it prints or reports matches.
run() {
  local expected=$1 pattern=$2 status=0
  shift 2
  SWIFTMALLOC_STATS=1 timeout 60 qemu-aarch64 -L /usr/aarch64-linux-gnu "$area/program" "$@" >"$area/output" 2>&1 </dev/null || status=$?
  [ "$status" -eq "$expected" ] && grep -qE -- "$pattern" "$area/output" && return
  echo "ends with $status, and no line matches: $pattern"
  cat "$area/output"
  return 1
}
for way in '' -static -static-pie; do
  name=${way:-dynamic}
  check "$name: a program is linked" link Tests/Linked/leaves_a_leak.c $way
  check "$name: statistics tell of the library's heap" run 0 'STATS: swiftmalloc: program, production heap'
  check "$name: a second free ends the program" run 134 'ERROR: swiftmalloc: double-free' twice
  check "$name: a program in C++ is linked" link Tests/Programs/containers_and_exceptions_work.cpp $way
  check "$name: its containers and exceptions work" run 0 'STATS: swiftmalloc: program, production heap'
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
