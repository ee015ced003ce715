#!/usr/bin/env bash
# Writes what tells other builds how to link the library: for pkg-config and for CMake. The files name no folder of this machine:
# they find the library by where they themselves lie, and may be moved with it.
#
# Usage: Scripts/link-files.sh FOLDER LIBRARIES HEADERS
#   FOLDER     gets lib/pkgconfig/*.pc and lib/cmake/swiftmalloc/*.cmake
#   LIBRARIES  the folder of libswiftmalloc.so and libswiftmalloc.a, as seen from lib/pkgconfig
#   HEADERS    the folder of swiftmalloc.h, likewise
# LIB names another folder than lib below FOLDER: LIB=lib/x86_64-linux-gnu.
set -eu
cd "$(dirname "$0")/.."
[ $# -eq 3 ] || { echo "usage: Scripts/link-files.sh FOLDER LIBRARIES HEADERS" >&2; exit 2; }
folder=$1/${LIB:-lib}
version=$(sed -n 's/^#define SWIFTMALLOC_VERSION "\(.*\)"$/\1/p' CShims/include/swiftmalloc.h)
[ -n "$version" ] || { echo "swiftmalloc: CShims/include/swiftmalloc.h tells no version" >&2; exit 1; }
# write SOURCE DESTINATION: its folder lies as deep as the first one below FOLDER, or one deeper.
write() {
  mkdir -p "${2%/*}"
  sed -e "s|@version@|$version|" -e "s|@pkgconfig_libraries@|\${pcfiledir}/$libraries|" -e "s|@pkgconfig_headers@|\${pcfiledir}/$headers|" \
    -e "s|@cmake_libraries@|../$libraries|" -e "s|@cmake_headers@|../$headers|" "Sources/Archive/$1" >"$2.new"
  mv "$2.new" "$2"
}
libraries=$2 headers=$3
for name in swiftmalloc swiftmalloc-static; do write $name.pc "$folder/pkgconfig/$name.pc"; done
for name in swiftmallocConfig swiftmallocConfigVersion; do write $name.cmake "$folder/cmake/swiftmalloc/$name.cmake"; done
