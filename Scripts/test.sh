#!/usr/bin/env bash
# Builds what the tests need and runs them; sets up what is missing. The last line counts them all.
#
# Usage: Scripts/test.sh [--quick | --all]
#   without an option: what every change has to pass; ten minutes on two cores
#   --quick            style, proofs, unit tests, and each program once, in the first of its modes
#   --all              all that there is: the tool as it is published, every program in every mode, the comparison with
#                      Valgrind, and all real programs, under the debug heap too; an hour
set -eu
cd "$(dirname "$0")/.."
what=${1:---default}
case $what in
  --default | --quick | --all) ;;
  *) echo "usage: Scripts/test.sh [--quick | --all]" >&2; exit 2 ;;
esac
. Scripts/packages.sh
. Scripts/test-builds.sh

# What the builds and the programs write, in MiB.
declare -A needed=([--quick]=600 [--default]=1500 [--all]=3000)
# need_space: ends the run when the disk has no room for it, in one sentence and not in a hundred failures.
need_space() {
  local free
  free=$(df -Pm . | awk 'NR == 2 { print $4 }')
  [ "$free" -lt "$1" ] || return 0
  echo "swiftmalloc: the disk of $PWD has $free MiB free, and the tests need $1: please make room" >&2
  exit 1
}
mkdir -p .build
# What is there already is not written again.
need_space $((${needed[$what]} - $(du -sm .build | cut -f1)))
awk -v cores="$(nproc)" '$1 > 2 * cores {
  print "note: " $1 " processes want to run on " cores " cores: this takes longer, and time limits grow with it" }' /proc/loadavg
need_packages g++ python3 zlib1g-dev
need_library_packages

passed=0 failed=0 skipped=0
area=$(mktemp -d)
log=$area/log beside=
trap '[ -z "$beside" ] || kill -- "-$beside" 2>/dev/null || true; rm -rf "$area"' EXIT

# part TITLE COMMAND…: runs one suite and adds up its last "N passed, N failed, N skipped".
part() {
  local title=$1 status=0 counts begin=$SECONDS took=
  shift
  echo "== $title"
  "$@" >"$log" 2>&1 || status=$?
  counts=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$log" | tail -1)
  if [ -z "$counts" ]; then
    cat "$log"
    counts="0 passed, 1 failed, 0 skipped"
  else
    read -r p _ f _ s _ <<<"$counts"
    # A skip is never silent, and a failure comes with what its suite said of it.
    if [ "$status" -ne 0 ] || [ "$f" -ne 0 ]; then cat "$log"; else grep -iE '^(skip|SKIPPED)|[[:space:]]skipped[[:space:]]' "$log" || true; fi
    if [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; then counts="$p passed, 1 failed, $s skipped"; fi
  fi
  read -r p _ f _ s _ <<<"$counts"
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  echo "$counts (${took:-$((SECONDS - begin))} s)"
  need_space 200
}

# aside NAME COMMAND…: runs one suite beside the others; "part TITLE from_aside NAME" waits for it.
aside() {
  local name=$1 status=0 begin=$SECONDS
  shift
  "$@" >"$area/$name" 2>&1 || status=$?
  echo "$status $((SECONDS - begin))" >"$area/ended"
  mv "$area/ended" "$area/$name.end"
}
from_aside() {
  local status
  until [ -e "$area/$1.end" ] || ! kill -0 "$beside" 2>/dev/null; do sleep 0.2; done
  read -r status took <"$area/$1.end" || return 1
  cat "$area/$1"
  return "$status"
}

style() {
  if swift format lint --strict --recursive Package.swift Sources Tests Examples Tool/Package.swift Tool/Sources Tool/Tests; then
    echo "1 passed, 0 failed, 0 skipped"
  else
    echo "0 passed, 1 failed, 0 skipped"
  fi
}

# The heaps for Swift programs, compiled Embedded beside the library.
embedded_heaps() {
  if swift build -c release --traits Embedded --target SwiftMalloc --scratch-path .build/embedded \
    --explicit-target-dependency-import-check error; then
    echo "1 passed, 0 failed, 0 skipped"
  else
    echo "0 passed, 1 failed, 0 skipped"
  fi
}

# unit_tests FOLDER PACKAGE SCRATCH: of the package in a folder. Counts by the last line of Swift Testing, "Test run with N tests in
# M suites passed after …". The product: so that nothing is compiled that no test imports. A run that does not end is ended, and
# the tests are named that had begun.
unit_tests() {
  local status=0 output all bad
  output=$(mktemp)
  timeout --foreground --kill-after=10 1800 swift test --package-path "$1" --test-product "$2PackageTests" --scratch-path "$3" "${test_build[@]}" \
    >"$output" 2>&1 || status=$?
  all=$(sed -nE 's/.*Test run with ([0-9]+) tests? .*/\1/p' "$output" | tail -1)
  bad=$(grep -cE '^✘ Test .*\(.*\) failed after' "$output" || true)
  if [ "$status" -ne 0 ]; then
    grep -vE '^[✔◇]' "$output" | tail -80
    if [ "$status" -eq 124 ] || [ "$status" -eq 137 ]; then
      echo "the unit tests of $2 did not end in half an hour; begun and not ended:"
      comm -23 <(sed -nE 's/^◇ Test ([^ ]+\)) started\.$/\1/p' "$output" | sort) <(sed -nE 's/^[✔✘] Test ([^ ]+\)).* (passed|failed) after .*/\1/p' "$output" | sort)
    fi
    [ "$bad" -gt 0 ] || bad=1
  fi
  rm -f "$output"
  [ -n "$all" ] || all=$bad
  echo "$((all - bad)) passed, $bad failed, 0 skipped"
}

# finish: counts, and says what was left out.
finish() {
  case $what in
    --quick)
      echo "left out: the package of a user, the tool and its page, programs in further modes, real programs (Scripts/test.sh)," \
        "and what --all has" ;;
    --default)
      echo "left out: the tool's published build, leak programs in further heaps, the comparison with Valgrind, other readers of profiles," \
        "the user's package optimised, most real programs: Scripts/test.sh --all has them" ;;
  esac
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ]
  exit
}

all=() once=() quick=(--quick) release=()
# A debug build of the tool costs a third of the one that is published, and checks more of itself.
kind=debug-tool tool=.build/tool/debug/swiftmallocctl
if [ "$what" = --quick ]; then once=(--first); fi
if [ "$what" = --all ]; then
  all=(--all) quick=() release=(--release) kind=tool tool=dist/swiftmallocctl
fi
build_tool() { Scripts/build.sh $kind && echo "1 passed, 0 failed, 0 skipped"; }
tool_and_page() {
  aside tool_build build_tool
  aside tool_units unit_tests Tool swiftmallocctl .build/tool
  until [ -e "$area/library" ]; do sleep 1; done
  aside tool Tool/Tests/Commands/run.sh "$tool"
  aside page Tool/Tests/Page/run.sh
}
# Half of the time, a build keeps one core only, and the tests of the tool and of its page mostly wait.
set -m
{
  aside units unit_tests . swiftmalloc .build/tests
  if [ "$what" != --quick ]; then tool_and_page; fi
} &
beside=$!
set +m

Scripts/build.sh archive
touch "$area/library"
part "style" style
part "proofs over the library" Tests/Proofs/run.sh
part "one program for each behaviour" Tests/Programs/run.sh "${all[@]}" "${once[@]}"
part "unit tests of the layers" from_aside units
if [ "$what" = --quick ]; then finish; fi
part "programs under the debug heap, too" Tests/Programs/run.sh --also DEBUG=1 "${all[@]}"
part "programs while calls are counted, too" Tests/Programs/run.sh --also LIVE=1 "${all[@]}"
part "programs of musl" Tests/Ports/musl.sh --quick
part "names, for other tools and in reports" Tests/Names/run.sh
part "a package that uses the debug heap from Swift" Tests/UserPackage/run.sh "${release[@]}"
part "the examples" Examples/run.sh
part "heaps for Swift programs, compiled Embedded" embedded_heaps
part "real programs" Tests/Matrix/run.sh "${quick[@]}"
part "the tool is built" from_aside tool_build
part "programs that the library is linked into" Tests/Linked/run.sh "$tool"
part "unit tests of the tool" from_aside tool_units
part "the tool" from_aside tool
part "the live page in a browser" from_aside page
if [ "$what" = --all ]; then
  part "lost memory, compared with Valgrind" Tests/Leaks/compare.sh --quick
  part "profiles before other programs that read them" Tool/Tests/Readers/run.sh "$tool"
  EXTRA_ENV=SWIFTMALLOC_DEBUG=1 part "real programs under the debug heap" Tests/Matrix/run.sh
fi
finish
