#!/usr/bin/env bash
# What programs that were built with the library rely on: the names that it exports, the prototypes of its headers, constants, and the
# layout of structures. Tests/Proofs/abi.txt holds them, but the prototypes, which stand in abi.c. Prints what differs, and nothing
# when all is as it was; docs/stability.md tells what may change.
#
# Usage: Tests/Proofs/abi.sh [--write] [LIBRARY]
#   --write   writes Tests/Proofs/abi.txt anew
set -eu
cd "$(dirname "$0")/../.."
write=0
if [ "${1:-}" = --write ]; then write=1; shift; fi
library=${1:-dist/libswiftmalloc.so}
list=Tests/Proofs/abi.txt
area=$(mktemp -d)
trap 'rm -rf "$area"' EXIT

gcc -std=gnu17 -Wall -Werror -I CShims/include Tests/Proofs/abi.c -o "$area/abi" || { echo "a prototype changed"; exit 1; }
{
  echo "SONAME $(readelf -d "$library" | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p')"
  # A name, and whether it is a function (T) or an object (R).
  nm -D --defined-only "$library" | awk '{ print $3, $2 }' | LC_ALL=C sort
  "$area/abi"
} >"$area/now"
if [ $write -eq 1 ]; then
  cp "$area/now" $list
  exit
fi
diff $list "$area/now" | sed -n -e 's/^< \(.*\)/"\1" is gone or has changed: programs that were built with it break/p' \
  -e 's/^> \(.*\)/"\1" is not in '"${list//\//\\/}"': "Tests\/Proofs\/abi.sh --write" puts it there/p'
