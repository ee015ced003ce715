#!/usr/bin/env bash
# Builds the library and the tool into dist/. Sets up what is missing but the Swift toolchain.
#
# Usage: Scripts/build.sh [library | tool | debug-tool]
#   library     dist/libswiftmalloc.so alone: no package but this one is fetched or compiled
#   tool        dist/swiftmallocctl alone: one file that runs without the toolchain (4 minutes on two cores, the first time)
#   debug-tool  .build/tool/debug/swiftmallocctl, not optimised: what Scripts/test.sh tests
set -eu
cd "$(dirname "$0")/.."
what=${1:-both}
case $what in
  library | tool | debug-tool | both) ;;
  *) echo "usage: Scripts/build.sh [library | tool | debug-tool]" >&2; exit 2 ;;
esac
. Scripts/packages.sh
need_swift
# The linker and the C headers that the toolchain uses.
need_packages binutils libc6-dev gcc

# install_built FILE: a new file in dist, not new contents: processes that run with the old one keep it.
install_built() {
  mkdir -p dist
  cp "$1" "dist/${1##*/}.new"
  mv "dist/${1##*/}.new" "dist/${1##*/}"
  echo "dist/${1##*/}"
}

if [ "$what" = debug-tool ]; then
  . Scripts/test-builds.sh
  swift build --package-path Tool --product swiftmallocctl --scratch-path .build/tool --static-swift-stdlib \
    --disable-index-store "${test_build[@]}"
  exit
fi
if [ "$what" != tool ]; then
  # Types of the libraries that the debugging modes load, and the libraries themselves.
  need_packages libunwind-dev libdw-dev
  # Beside .build, so that the ordinary and the Embedded build do not undo each other.
  swift build -c release --traits Embedded --product swiftmalloc --scratch-path .build/embedded \
    --explicit-target-dependency-import-check error
  install_built .build/embedded/release/libswiftmalloc.so
fi
if [ "$what" != library ]; then
  swift build --package-path Tool -c release --product swiftmallocctl --scratch-path .build/tool --static-swift-stdlib -Xlinker -s
  install_built .build/tool/release/swiftmallocctl
fi
