#!/usr/bin/env bash
# Builds the library into dist/. Sets up what is missing but the Swift toolchain.
set -eu
cd "$(dirname "$0")/.."
. Scripts/packages.sh
need_swift
# The linker and the C headers that the toolchain uses.
need_packages binutils libc6-dev gcc
# Types of the libraries that the debugging modes load, and the libraries themselves.
need_packages libunwind-dev libdw-dev
# Beside .build, so that the ordinary and the Embedded build do not undo each other.
scratch=.build/embedded
swift build -c release --traits Embedded --product swiftmalloc --scratch-path "$scratch" \
  --explicit-target-dependency-import-check error
mkdir -p dist
# A new file, not new contents: processes that run with the old one keep it.
cp "$scratch/release/libswiftmalloc.so" dist/libswiftmalloc.so.new
mv dist/libswiftmalloc.so.new dist/libswiftmalloc.so
echo "dist/libswiftmalloc.so"
