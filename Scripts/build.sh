#!/usr/bin/env bash
# Builds the library and the tool into dist/. Sets up what is missing but the Swift toolchain.
#
# Usage: Scripts/build.sh [library | archive | tool | debug-tool] [--target aarch64]
#   library     dist/libswiftmalloc.so alone: no package but this one is fetched or compiled
#   archive     that, and dist/swiftmalloc.o and libswiftmalloc.a, which programs are linked with: docs/linking.md
#   --target aarch64
#               dist/aarch64/libswiftmalloc.so, and with `archive` swiftmalloc.o and libswiftmalloc.a there, for another machine:
#               docs/design/ports.md
#   tool        dist/swiftmallocctl alone: one file that runs without the toolchain (4 minutes on two cores, the first time)
#   debug-tool  .build/tool/debug/swiftmallocctl, not optimised: what Scripts/test.sh tests
set -eu
cd "$(dirname "$0")/.."
usage() { echo "usage: Scripts/build.sh [library | archive | tool | debug-tool] [--target aarch64]" >&2; exit 2; }
what= target=
while [ $# -gt 0 ]; do
  case $1 in
    library | archive | tool | debug-tool) [ -z "$what" ] || usage; what=$1 ;;
    --target) [ $# -gt 1 ] || usage; target=$2; shift ;;
    *) usage ;;
  esac
  shift
done
case $target,$what in
  , | ,library | ,archive | ,tool | ,debug-tool | aarch64, | aarch64,library | aarch64,archive) ;;
  *) usage ;;
esac
what=${what:-both}
. Scripts/packages.sh
need_swift
# The linker and the C headers that the toolchain uses.
need_packages binutils libc6-dev gcc
# What unpacks profiles: a part of the tool.
case $what in both | tool | debug-tool) need_packages zlib1g-dev ;; esac

# install_built FILE [AS]: a new file in dist, not new contents: processes that run with the old one keep it.
install_built() {
  local as=dist/${2:-${1##*/}}
  mkdir -p "${as%/*}"
  cp "$1" "$as.new"
  mv "$as.new" "$as"
  echo "$as"
}
# install_library FILE [FOLDER]: with the name that programs ask for.
install_library() {
  install_built "$1" "${2:+$2/}libswiftmalloc.so"
  ln -sfn libswiftmalloc.so "dist/${2:+$2/}libswiftmalloc.so.0"
}

# The options of the library's build. The SONAME is what programs that are linked with it ask for: another number where the C interface
# loses something (docs/stability.md). Each scratch path stands beside .build, so that the builds do not undo each other.
library_build=(-c release --traits Embedded --product swiftmalloc --explicit-target-dependency-import-check error
  -Xlinker -soname=libswiftmalloc.so.0 --disable-local-rpath)

if [ "$target" = aarch64 ]; then
  # The C library's headers and start files for it, and libgcc, with the atomics that choose their instructions at run time.
  need_packages gcc-aarch64-linux-gnu libc6-dev-arm64-cross libdw-dev
  swift build "${library_build[@]}" --scratch-path .build/embedded-aarch64 --swift-sdks-path Scripts/sdks --swift-sdk aarch64-embedded-linux
  # What the toolchain takes for a system without one has programs called so.
  install_library .build/embedded-aarch64/release/libswiftmalloc.elf aarch64
  if [ "$what" = archive ]; then
    Scripts/archive.sh .build/embedded-aarch64/release/swiftmalloc.product/Objects.LinkFileList .build/embedded-aarch64/archive aarch64-linux-gnu-
    install_built .build/embedded-aarch64/archive/libswiftmalloc.a aarch64/libswiftmalloc.a
    install_built .build/embedded-aarch64/archive/swiftmalloc.o aarch64/swiftmalloc.o
  fi
  exit
fi

if [ "$what" = debug-tool ]; then
  . Scripts/test-builds.sh
  swift build --package-path Tool --product swiftmallocctl --scratch-path .build/tool --static-swift-stdlib --disable-local-rpath \
    --disable-index-store "${test_build[@]}"
  exit
fi
if [ "$what" != tool ]; then
  need_library_packages
  swift build "${library_build[@]}" --scratch-path .build/embedded
  install_library .build/embedded/release/libswiftmalloc.so
fi
if [ "$what" = archive ]; then
  Scripts/archive.sh .build/embedded/release/swiftmalloc.product/Objects.LinkFileList .build/embedded/archive
  install_built .build/embedded/archive/libswiftmalloc.a
  install_built .build/embedded/archive/swiftmalloc.o
  for header in swiftmalloc.h swiftmalloc_heap.hpp swiftmalloc_layout.h; do install_built CShims/include/$header include/$header; done
  Scripts/link-files.sh dist ../.. ../../include
  Scripts/swift-package.sh dist/swiftmalloc.o dist/SwiftMallocProcess
fi
if [ "$what" = both ] || [ "$what" = tool ]; then
  swift build --package-path Tool -c release --product swiftmallocctl --scratch-path .build/tool --static-swift-stdlib --disable-local-rpath -Xlinker -s
  install_built .build/tool/release/swiftmallocctl
fi
