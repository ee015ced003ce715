#!/usr/bin/env bash
# Builds a package that uses the debug heap and heaps of its own from Swift and looks at what each of its cases prints and reports.
#
# Usage: Tests/UserPackage/run.sh [--release]
#   --release   with optimisation, too
set -u
cd "$(dirname "$0")"
scratch=../../.build/user
. ../../Scripts/load.sh
configurations=(debug)
if [ "${1:-}" = --release ]; then configurations+=(release); fi
passed=0 failed=0
output=$(mktemp)
trap 'rm -f "$output"' EXIT
# Swift's own backtrace of an abort takes seconds and says nothing more.
export SWIFT_BACKTRACE=enable=no

# expect CASE STATUS PATTERN…: the case ends with the status and its lines match the patterns (grep -E), in
# this order.
expect() {
  local case=$1 status=$2 result=0 line=1 found
  shift 2
  { timeout "$(under_load 120)" "$program" "$case" >"$output" 2>&1; } 2>/dev/null
  result=$?
  if [ "$result" -ne "$status" ]; then
    fail "ends with $result, not $status"
    return
  fi
  for pattern; do
    found=$(tail -n +"$line" "$output" | grep -nEm1 -- "$pattern" | cut -d: -f1)
    if [ -z "$found" ]; then
      fail "no line matches: $pattern"
      return
    fi
    line=$((line + found))
  done
  passed=$((passed + 1))
  echo "passed  $configuration: $case"
}

fail() {
  failed=$((failed + 1))
  echo "FAIL    $configuration: $case: $1"
  sed 's/^/        /' "$output" | head -60
}

error="^==[0-9]+==ERROR: swiftmalloc:"
thread='thread "UserProgram" \([0-9]+\)'
# A frame of the program's own, in whatever form its optimisation leaves the name, from the right file.
frame() { echo "^    #$1 0x[0-9a-f]+ in .*Misuses.swift:[0-9]+"; }

for configuration in "${configurations[@]}"; do
  if ! swift build --configuration $configuration --scratch-path "$scratch" >"$output" 2>&1; then
    case=build
    fail "the package cannot be built"
    continue
  fi
  program=$(swift build --configuration $configuration --scratch-path "$scratch" --show-bin-path)/UserProgram

  expect fixed-buffer 0 '^as it should be: true$'
  expect smallest-buffer 0 '^as it should be: true$'
  expect destroyed-heap 0 '^pages left behind: 0$' '^pages left behind: 0$' "^heaps of the system's pages: 3000$"
  expect refusing-source 0 '^heaps: 39, blocks: true$'
  expect limit 0 '^blocks: 16, requested: 1048576, then: 0$'
  expect threads 0 '^left: 0, damaged: 0$'
  expect protected 0 '^bytes: 50000, of the old one: 0$'
  expect forked 0 '^status of the child: 0, blocks here: 1$'

  expect double-free 0 \
    "$error double-free on address 0x[0-9a-f]+ \(64-byte block\), $thread$" "$(frame 0)" "$(frame 1)" \
    "^freed first by $thread:$" "$(frame 0)" "$(frame 1)" \
    "^allocated by $thread:$" "^    #0 .*make" "$(frame 1)" \
    '^SUMMARY: swiftmalloc: double-free .*Misuses.swift' '^went on, damaged: 0$'
  expect double-free-that-stops 134 \
    "$error double-free on address" "^freed first by" "^allocated by" '^SUMMARY: swiftmalloc: double-free'
  expect without-frames 0 \
    "$error double-free on address 0x[0-9a-f]+ \(64-byte block\), $thread$" "^freed first by $thread:$" \
    "^allocated by $thread:$" '^SUMMARY: swiftmalloc: double-free$' '^went on'
  expect overflow 0 \
    "$error heap-buffer-overflow on address 0x[0-9a-f]+ \(1 byte written, 0 bytes after the end of the 64-byte block at 0x[0-9a-f]+, found by check\)$" \
    "^  0x[0-9a-f]+0: \[41\]" "^allocated by $thread:$" "^    #0 .*make" '^damaged: 1, then: 0$'
  expect overflow-of-a-large-block 0 \
    "$error heap-buffer-overflow on address .*1 byte written, 0 bytes after the end of the 131072-byte block" '^damaged: 1, then: 0$'
  expect write-after-free 0 \
    "$error heap-use-after-free on address .*1 byte written, 3 bytes inside the freed 64-byte block.*, found by check" \
    "^freed by $thread:$" "^allocated by $thread:$" '^damaged: 1$'
  expect write-into-emptied-bucket 0 \
    "$error heap-use-after-free on address .*1 byte written, 3 bytes inside the freed 9000-byte block.*, found by quarantine" \
    "^freed by $thread:$" "^allocated by $thread:$" '^others: false, damaged: '
  expect wrong-size 0 \
    "$error size-mismatch on address .*\(64-byte block freed with size 32\)" "$(frame 0)" \
    "$error alignment-mismatch on address .*\(block with alignment 16 freed with alignment 64\)" "$(frame 0)"
  if grep -q 66-byte "$output"; then fail "the right size and alignment are reported"; fi
  expect foreign-block 0 \
    "$error invalid-free on address 0x[0-9a-f]+ \(in memory that is not the heap's\), $thread$" "$(frame 0)" '^went on$'
  expect guarded 134 \
    "$error heap-buffer-overflow on address .*\(a read, 0 bytes after the end of the 64-byte block" "^allocated by $thread:$" "^    #0 .*make"
  expect second-thread 0 \
    "$error thread-misuse of the single-threaded heap at 0x[0-9a-f]+, thread \"second\" \([0-9]+\)$" "$(frame 0)" \
    '^first used by thread "first" \([0-9]+\):$' "^    #0 .*make" "^    #1 .*useFirst.*Misuses.swift" \
    '^SUMMARY: swiftmalloc: thread-misuse .*Misuses.swift' \
    "$error thread-misuse" '^first used by thread "first"' \
    '^a block for the second thread: false$' '^check by the second thread: 0$' '^left: 0$'

  program=${program%/*}/HeapProgram
  expect policies 0 '^local: true shared: true$' '^bump: true huge: true$'
  expect size-classes 0 '^served: true$' '^40 bytes in a block of 48$' '^65 bytes in a block of 80$' \
    '^1030 bytes in a block of 1040$' '^17000 bytes in a block of 20000$'
  expect wrong-size-classes 0 '^badSizeClass\(48\) badSizeClass\(50\) badSizeClass\(65536\)$' '^tooManySizeClasses$'
  expect zeroing 0 '^when allocated: true$' '^when freed: true$' '^contents left behind: false$' '^secrets left behind: 0$'
  expect locked 0 '^locked: true$'
  expect not-locked 0 '^refused: notLocked$'
  expect node 0 '^served: true$' '^served shared: true$'
  expect no-node 0 '^refused: noNode\(1000\)$'
  expect foreign-block 134 "$error invalid-free on address 0x[0-9a-f]+ \(in no memory of the heap\), thread "
  expect foreign-block-in-a-bump-heap 134 "$error invalid-free on address 0x[0-9a-f]+ \(in no memory of the heap\), thread "
  expect foreign-block-moved 134 "$error invalid-free on address 0x[0-9a-f]+ \(in no memory of the heap\), thread "
  expect block-of-another-heap 134 "$error invalid-free on address 0x[0-9a-f]+ \(a block of another heap\), thread "
  expect inside-a-large-block 134 "$error invalid-free on address 0x[0-9a-f]+ \(1000 bytes inside the [0-9]+-byte block at "
  # Without optimisation alone.
  if [ $configuration = debug ]; then expect two-threads 134 "$error heap-misuse of the heap \"one\" \(it is for one thread, and two are in it at once\), thread "; fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
