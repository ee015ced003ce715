#!/usr/bin/env bash
# Builds everything and runs every test; sets up what is missing. The last line counts them all.
#
# Usage: Scripts/test.sh [--without-matrix | --with-debug-matrix]
#   --without-matrix      without the real programs
#   --with-debug-matrix   the real programs under the debug heap, too: six minutes more
set -eu
cd "$(dirname "$0")/.."
with_matrix=1 with_debug_matrix=0
case ${1:-} in
  '') ;;
  --without-matrix) with_matrix=0 ;;
  --with-debug-matrix) with_debug_matrix=1 ;;
  *) echo "usage: Scripts/test.sh [--without-matrix | --with-debug-matrix]" >&2; exit 2 ;;
esac
. Scripts/packages.sh
need_packages g++ gcc libc6-dev binutils
Scripts/build.sh library

passed=0 failed=0 skipped=0
log=$(mktemp) tool_log=$(mktemp)
trap 'rm -f "$log" "$tool_log"' EXIT
# Half of the tool's build keeps one core only: meanwhile run the parts that need no tool.
Scripts/build.sh tool >"$tool_log" 2>&1 &
tool=$!

# part TITLE COMMAND…: runs one suite and adds up its last "N passed, N failed, N skipped".
part() {
  local title=$1 status=0 counts begin=$SECONDS
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
  echo "$counts ($((SECONDS - begin)) s)"
}

style() {
  if swift format lint --strict --recursive Package.swift Sources Tests Tool/Package.swift Tool/Sources Tool/Tests; then
    echo "1 passed, 0 failed, 0 skipped"
  else
    echo "0 passed, 1 failed, 0 skipped"
  fi
}

# unit_tests FOLDER PACKAGE SCRATCH: of the package in a folder. Counts by the last line of Swift Testing, "Test run with N tests in
# M suites passed after …". The product: so that nothing is compiled that no test imports.
unit_tests() {
  local status=0 output all bad
  output=$(mktemp)
  swift test --package-path "$1" --test-product "$2PackageTests" --scratch-path "$3" >"$output" 2>&1 || status=$?
  all=$(sed -nE 's/.*Test run with ([0-9]+) tests? .*/\1/p' "$output" | tail -1)
  bad=$(grep -cE '^✘ Test .*\(.*\) failed after' "$output" || true)
  if [ "$status" -ne 0 ]; then
    grep -vE '^[✔◇]' "$output" | tail -80
    [ "$bad" -gt 0 ] || bad=1
  fi
  rm -f "$output"
  [ -n "$all" ] || all=$bad
  echo "$((all - bad)) passed, $bad failed, 0 skipped"
}

part "style" style
part "proofs over the library" Tests/Proofs/run.sh
part "unit tests of the layers" unit_tests . swiftmalloc .build/tests
part "a package that uses the debug heap from Swift" Tests/UserPackage/run.sh
if ! wait $tool; then
  cat "$tool_log"
  exit 1
fi
echo "== the library and the tool are built after $SECONDS s"
part "unit tests of the tool" unit_tests Tool swiftmallocctl .build/tool
part "the tool" Tool/Tests/Commands/run.sh
part "the live page in a browser" Tool/Tests/Page/run.sh
part "one program for each behaviour" Tests/Programs/run.sh
EXTRA_ENV=SWIFTMALLOC_DEBUG=1 part "the same under the debug heap" \
  Tests/Programs/run.sh --only '^([^dl]|d[^e]|de[^b]|deb[^u]|l[^e]|le[^a]|lea[^k])'
EXTRA_ENV=SWIFTMALLOC_LIVE=1 part "and while calls are counted" \
  Tests/Programs/run.sh --only '^([^dflrs]|s[^e]|r[^e])'
part "names, for other tools and in reports" Tests/Names/run.sh
part "lost memory, compared with Valgrind" Tests/Leaks/compare.sh --quick
if [ "$with_matrix" -eq 1 ]; then part "real programs" Tests/Matrix/run.sh; fi
if [ "$with_debug_matrix" -eq 1 ]; then
  EXTRA_ENV=SWIFTMALLOC_DEBUG=1 part "real programs under the debug heap" Tests/Matrix/run.sh
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
