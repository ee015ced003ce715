#!/usr/bin/env bash
# Makes the Swift package by which an executable brings the allocator along: sources, the object and headers, in one folder that may
# be copied anywhere.
#
# Usage: Scripts/swift-package.sh OBJECT FOLDER
set -eu
cd "$(dirname "$0")/.."
[ $# -eq 2 ] || { echo "usage: Scripts/swift-package.sh OBJECT FOLDER" >&2; exit 2; }
object=$1 folder=$2
version=$(sed -n 's/^#define SWIFTMALLOC_VERSION "\(.*\)"$/\1/p' CShims/include/swiftmalloc.h)
[ -n "$version" ] || { echo "swiftmalloc: CShims/include/swiftmalloc.h tells no version" >&2; exit 1; }
rm -rf "$folder.new"
mkdir -p "$(dirname "$folder")"
cp -R Sources/Archive/SwiftMallocProcess "$folder.new"
mkdir -p "$folder.new/Sources/CSwiftMallocProcess/include"
cp CShims/include/swiftmalloc.h "$folder.new/Sources/CSwiftMallocProcess/include/swiftmalloc.h"
triple=$(uname -m)-unknown-linux-gnu
mkdir -p "$folder.new/swiftmalloc.artifactbundle/$triple"
# SwiftPM takes no other name, and linkers look into the file. An archive would not do: with --static-swift-stdlib Swift's driver says
# --exclude-libs ALL, which takes the names of archives away from the C library.
cp "$object" "$folder.new/swiftmalloc.artifactbundle/$triple/libswiftmalloc.a"
# SE-0482.
cat >"$folder.new/swiftmalloc.artifactbundle/info.json" <<JSON
{
  "schemaVersion": "1.0",
  "artifacts": {
    "swiftmalloc": {
      "type": "staticLibrary",
      "version": "$version",
      "variants": [
        {
          "path": "$triple/libswiftmalloc.a",
          "supportedTriples": ["$triple"],
          "staticLibraryMetadata": { "headerPaths": [] }
        }
      ]
    }
  }
}
JSON
rm -rf "$folder"
mv "$folder.new" "$folder"
