#!/usr/bin/env bash
# Profiles before other programs that read them: go tool pprof, and a reader of the Python index (flameshow's); and a profile
# that Go wrote before ours. Debian's google-pprof is none of them: it reads other formats only
# (findings/google_pprof_reads_no_profile_proto.sh). The last line counts.
#
# Usage: Tool/Tests/Readers/run.sh [TOOL]
#   TOOL   the built tool; dist/swiftmallocctl if absent
set -u
cd "$(dirname "$0")/../../.."
tool=$(realpath "${1:-dist/swiftmallocctl}")
[ -x "$tool" ] || { echo "$tool: no such program; Scripts/build.sh makes it" >&2; exit 2; }
. Scripts/packages.sh
. Scripts/load.sh
need_packages g++ gcc libc6-dev binutils golang-go python3 || exit 2
wheels=$PWD/.build/readers
need_wheel "$wheels" flamegraph-textual==0.1.2 protobuf==4.25.8 iteround==1.0.4 rich==13.9.4 typing_extensions==4.12.2 textual==0.37.1 || exit 2

passed=0 failed=0
area=$(mktemp -d)
trap 'rm -rf "$area"' EXIT
output=$area/output
export PPROF_TMPDIR=$area PPROF_BINARY_PATH=$area/none HOME=$area GOCACHE=$area/cache GOFLAGS=-mod=mod LC_ALL=C

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
    { cat "$area/check"; head -c 3000 "$output"; } | sed 's/^/        /' | head -60
  fi
}
prints() {
  local pattern
  for pattern; do grep -qE -- "$pattern" "$output" || { echo "no line matches: $pattern"; return 1; }; done
}
lacks() { ! grep -qE -- "$1" "$output" || { echo "a line matches: $1"; return 1; }; }

cat >"$area/app.cpp" <<'C'
#include <cstdlib>
#include <vector>
namespace kept {
inline __attribute__((always_inline)) void *inlined(std::size_t size) { return std::malloc(size * 3); }
template <typename Element> __attribute__((noinline)) void *grow(Element count) { return inlined(count); }
__attribute__((noinline)) void *leaf(const std::vector<int> &counts) { return std::malloc(counts.size()); }
}
extern "C" __attribute__((noinline)) void *branch(int count) { return count > 3 ? kept::leaf(std::vector<int>(count)) : kept::grow(count); }
int main(int count, char **) { return branch(count) == nullptr; }
C
g++ -g -O1 -o "$area/app" "$area/app.cpp" || exit 2
leaf=_ZN4kept4leafERKSt6vectorIiSaIiEE
Tool/Tests/Commands/write_profile.py "$area/raw.pprof" "$area/app" "4:4194304:3:3145728:main:$leaf<branch<main" \
  "2:2097152:1:1048576:main:~_ZN4kept4growIiEEPvT_<branch<main" "1:524288:1:524288:worker:~_ZN4kept4growIiEEPvT_<main" "1:1024:1:1024:main:0x1234" || exit 2
"$tool" profile "$area/raw.pprof" --output "$area/named.pprof" >/dev/null || exit 2
# No reader may take names from it: they stand in the profile.
mv "$area/app" "$area/app.away"

# totals READER: prints "TYPE FLAT" of every function of each sample type, in the type's unit, and compares the sums with the file's.
cat >"$area/sums.py" <<'P'
import json, re, subprocess, sys
# What a reader prints of each sample type, against what the profile holds.
tool, profile, reader = sys.argv[1:]
types = json.loads(subprocess.run([tool, "profile", profile, "--json", "--rows", "1000"], capture_output=True, check=True, text=True).stdout)["sampleTypes"]
assert len(types) == 4 and all(t["total"] > 0 for t in types), types
for index, type in enumerate(types):
    shown = subprocess.run([tool, "profile", profile, "--json", "--rows", "1000", "--sample-type", type["type"]], capture_output=True, check=True, text=True)
    ours = {row["function"]: (row["flat"], row["cumulative"]) for row in json.loads(shown.stdout)["rows"]}
    theirs = {}
    if reader == "go":
        # Templates keep their arguments, and nothing is too small to be shown.
        text = subprocess.run(["go", "tool", "pprof", "-top", "-nodecount=10000", "-nodefraction=0", "-edgefraction=0", "-symbolize=none", "-unit=B",
                               f"-sample_index={index}", profile], capture_output=True, check=True, text=True).stdout
        total = int(re.search(r" of (\d+)B? total", text).group(1))
        for line in text.split("cum%\n")[1].splitlines():
            fields = line.split(None, 5)
            theirs[re.sub(r" \(inline\)$", "", fields[5])] = tuple(int(fields[i].rstrip("B")) for i in (0, 3))
    else:
        from flamegraph_textual.pprof_parser import ProfileParser
        with open(profile, "rb") as file:
            read = ProfileParser("profile").parse(file.read())
        assert read.default_sample_type_index == 3 and read.sample_types[index].sample_type == type["type"], read
        total = read.root_stack.values[index]
        def add(frame, above):
            flat, cumulative = theirs.get(frame.name, (0, 0))
            own = frame.values[index] - sum(child.values[index] for child in frame.children)
            theirs[frame.name] = (flat + own, cumulative + (0 if frame.name in above else frame.values[index]))
            for child in frame.children:
                add(child, above | {frame.name})
        for frame in read.root_stack.children:
            add(frame, frozenset())
    assert total == type["total"] == sum(flat for flat, _ in theirs.values()), (type, total, theirs)
    assert theirs == ours, (type, theirs, ours)
P
go_totals() { /usr/bin/python3 "$area/sums.py" "$tool" "$area/named.pprof" go; }
check "go tool pprof -top has the same functions and totals" go_totals
go_raw() {
  go tool pprof -raw -symbolize=none "$area/named.pprof" >"$output" 2>&1 &&
    prints '^PeriodType: space bytes$' '^Period: 524288$' 'inuse_space/bytes\[dflt\]' 'kept::leaf\(std::vector<int.*app\.cpp:6 s=0\(_ZN4kept4leaf' 'kept::inlined\(unsigned long\) .*/app\.cpp:4 s=0\(_ZN4kept7inlinedEm\)$' \
      '^ +void\* kept::grow<int>\(int\) .*/app\.cpp:5 s=0\(_ZN4kept4growIiEEPvT_\)$' ' \[FN\]\[FL\]\[LN\]\[IN\]$' 'bytes:\[1048576 bytes\]' 'thread:\[worker\]' 'heap:\[process\]' 'live bytes: 12345'
}
check "go tool pprof -raw has lines, inlined functions, labels, comments" go_raw
go_default() { go tool pprof -top "$area/named.pprof" >"$output" 2>&1 && prints '^Type: inuse_space$' ' of 4\.50MB total' 'kept::leaf\(std::vector' && lacks 'app\+0x'; }
check "go tool pprof shows what is in use, by our names" go_default
go_binary_here() {
  mv "$area/app.away" "$area/app"
  go tool pprof -top "$area/named.pprof" >"$output" 2>&1 && prints 'kept::leaf\(std::vector<int, std::allocator<int> > const&\)$' 'kept::inlined\(unsigned long\) \(inline\)$'
  local status=$?
  # What the process itself wrote is for the reader to name.
  go tool pprof -top "$area/raw.pprof" >"$output" 2>&1 && prints 'branch$' 'main$' ' of 4\.50MB total' && lacks 'app\+0x' || status=1
  mv "$area/app" "$area/app.away"
  return "$status"
}
check "go tool pprof keeps our names, and finds its own for what has none" go_binary_here
go_raw_file() { go tool pprof -top -symbolize=none "$area/raw.pprof" >"$output" 2>&1 && prints ' of 4\.50MB total' ' app\+0x[0-9a-f]+$'; }
check "go tool pprof reads what the process itself writes" go_raw_file
go_diff() {
  Tool/Tests/Commands/write_profile.py "$area/later.pprof" "$area/app.away" --time 1800000060 "4:4194304:3:3145728:main:$leaf<branch<main" "3:3145728:2:2097152:main:$leaf<main" &&
    "$tool" profile "$area/later.pprof" --diff "$area/raw.pprof" --output "$area/difference.pprof" >/dev/null 2>&1 &&
    go tool pprof -top "$area/difference.pprof" >"$output" 2>&1 && prints '^Duration: 60s, ' '^Showing nodes accounting for 512kB,' '^ +2048kB .* kept::leaf\(' '^ +-1536kB .* kept::inlined\('
}
check "go tool pprof reads a difference" go_diff
python_totals() { PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$wheels /usr/bin/python3 "$area/sums.py" "$tool" "$area/named.pprof" flameshow; }
check "flameshow's reader has the same functions and totals" python_totals

cat >"$area/kept.go" <<'G'
package main

import (
	"os"
	"runtime"
	"runtime/pprof"
)

var kept [][]byte

//go:noinline
func keep(count int) {
	for i := 0; i < count; i++ {
		kept = append(kept, make([]byte, 1<<20))
	}
}

func main() {
	runtime.MemProfileRate = 1
	keep(3)
	runtime.GC()
	file, _ := os.Create(os.Args[1])
	pprof.Lookup("heap").WriteTo(file, 0)
	keep(2)
	runtime.GC()
	file, _ = os.Create(os.Args[2])
	pprof.Lookup("heap").WriteTo(file, 0)
}
G
go_wrote() {
  (cd "$area" && go run kept.go first.pprof second.pprof) >"$output" 2>&1 || return 1
  "$tool" profile "$area/first.pprof" >"$output" 2>&1 && prints '^inuse_space of .*first\.pprof: 3\.' '^ *3\.0 MiB .* main\.keep$' 'runtime\.main$' && lacks swiftmallocctl &&
    "$tool" profile "$area/second.pprof" --diff "$area/first.pprof" >"$output" 2>&1 && prints '^ *2\.0 MiB .* main\.keep$' &&
    "$tool" profile "$area/first.pprof" --output "$area/again.pprof" >/dev/null && go tool pprof -top "$area/first.pprof" 2>/dev/null | grep -v ^Time >"$area/one" &&
    go tool pprof -top "$area/again.pprof" 2>/dev/null | grep -v ^Time | diff "$area/one" - >"$output"
}
check "a profile that Go wrote is read, compared and written again" go_wrote
go_wrote_totals() { /usr/bin/python3 "$area/sums.py" "$tool" "$area/first.pprof" go; }
check "go tool pprof and we have the same functions of it" go_wrote_totals

echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
