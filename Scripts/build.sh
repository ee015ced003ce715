#!/usr/bin/env bash
# Builds the library into dist/. Needs the Swift toolchain (6.3) and a C compiler.
set -eu
cd "$(dirname "$0")/.."
command -v swift >/dev/null || {
  echo "swiftmalloc: no Swift toolchain found: install Swift 6.3 and put \"swift\" into PATH" >&2
  exit 1
}
# Beside .build, so that the ordinary and the Embedded build do not undo each other.
scratch=.build/embedded
swift build -c release --traits Embedded --product swiftmalloc --scratch-path "$scratch" \
  --explicit-target-dependency-import-check error
mkdir -p dist
# A new file, not new contents: processes that run with the old one keep it.
cp "$scratch/release/libswiftmalloc.so" dist/libswiftmalloc.so.new
mv dist/libswiftmalloc.so.new dist/libswiftmalloc.so
echo "dist/libswiftmalloc.so"
