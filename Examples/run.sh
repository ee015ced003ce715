#!/usr/bin/env bash
# Builds each example and runs it: it prints the lines that its head names behind "prints:", in this order, and one on standard error
# matches what is behind "reports:". "run:" says how it is started; otherwise it is linked with the library. "link:" names the ways
# in which it is linked with the object instead, one program each.
#
# Usage: Examples/run.sh [REGEX of names]
set -u
cd "$(dirname "$0")"
only=${1:-.}
library=$(realpath ../dist/libswiftmalloc.so)
area=$(mktemp -d)
trap 'rm -rf "$area"' EXIT
passed=0 failed=0
object=${library%/*}/swiftmalloc.o

# judge SOURCE COMMAND: runs it and compares.
judge() {
  local source=$1 status reports
  sed -n 's,^// prints: ,,p' "$source" >"$area/expected"
  reports=$(sed -n 's,^// reports: ,,p' "$source")
  eval "timeout 120 env ${2}" >"$area/printed" 2>"$area/reported"
  status=$?
  : >"$area/difference"
  if [ "$status" -ne 0 ] || ! diff "$area/expected" "$area/printed" >"$area/difference" ||
    { [ -n "$reports" ] && ! grep -qE -- "$reports" "$area/reported"; }; then
    failed=$((failed + 1))
    echo "FAIL    $source: status $status"
    sed 's/^/        /' "$area/difference" "$area/reported" | head -20
  else
    passed=$((passed + 1))
    echo "passed  $source"
  fi
}

# build_and_judge SOURCE FLAG…: linked with the flags.
build_and_judge() {
  local source=$1 program run compile=(gcc -std=gnu17)
  shift
  program=$area/${source%.*}
  run=$(sed -n 's,^// run: ,,p' "$source")
  [[ $source = *.cpp ]] && compile=(g++ -std=c++20)
  if ! "${compile[@]}" -Wall -Wextra -Werror -O1 -g -I ../CShims/include "$source" -o "$program" "$@" -lpthread 2>"$area/reported"; then
    failed=$((failed + 1))
    echo "FAIL    $source does not compile: $*"
    head -20 "$area/reported"
    return
  fi
  judge "$source" "${run:-$program}"
}

for source in *.c *.cpp; do
  [[ $source =~ $only ]] || continue
  ways=$(sed -n 's,^// link: ,,p' "$source")
  for way in ${ways:-shared}; do
    case $way in
      shared) build_and_judge "$source" "$library" -Wl,-rpath,"${library%/*}" ;;
      object) build_and_judge "$source" "$object" ;;
      *) build_and_judge "$source" "-$way" "$object" ;;
    esac
  done
done

names=$(ls Sources | grep -E -- "$only")
if [ -n "$names" ]; then
  scratch=../.build/examples
  if ! swift build --scratch-path "$scratch" >"$area/reported" 2>&1; then
    failed=$((failed + 1))
    echo "FAIL    the examples in Swift do not compile"
    grep -E "error|warning" "$area/reported" | head -20
  else
    programs=$(swift build --scratch-path "$scratch" --show-bin-path)
    for name in $names; do judge "Sources/$name/main.swift" "$programs/$name"; done
  fi
fi
if [[ Process =~ $only ]]; then
  # As most programs are built; and with Swift's own libraries, or all, in one file.
  for way in "" --static-swift-stdlib "-Xswiftc -static-executable"; do
    scratch=../.build/process-example${way//[^a-z]/}
    # shellcheck disable=SC2086
    if swift build --package-path Process --scratch-path "$scratch" $way >"$area/reported" 2>&1; then
      judge Process/Sources/ProcessExample/main.swift "$scratch/debug/ProcessExample"
    else
      failed=$((failed + 1))
      echo "FAIL    Process does not compile $way"
      grep -E "error|warning" "$area/reported" | head -20
    fi
  done
fi
[[ Freestanding =~ $only ]] && judge Freestanding/SelfTest.swift Freestanding/run.sh
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
