#!/usr/bin/env bash
# Merges the objects of the library's build into one that a program can be linked with, and puts it into an archive, too.
#
# Usage: Scripts/archive.sh OBJECT_LIST FOLDER [PREFIX]
#   OBJECT_LIST  a file with a path for each line: SwiftPM's list of the objects of the product swiftmalloc
#   FOLDER       gets swiftmalloc.o and libswiftmalloc.a
#   PREFIX       what the names of the tools for another machine begin with: aarch64-linux-gnu-
#
# Destructors are called from behind, and those of the lowest number stand first: ours come after the program's, the last one last.
#
# One object, of which only the names of exports.map are global: those of the Embedded runtime (swift_retain and others) would
# take the place of the Swift runtime's in the program. Code and data stand in sections of their own, so that the library
# knows itself between what is the program's (CShims/include/image.h).
set -eu
cd "$(dirname "$0")/.."
[ $# -eq 2 ] || [ $# -eq 3 ] || { echo "usage: Scripts/archive.sh OBJECT_LIST FOLDER [PREFIX]" >&2; exit 2; }
list=$1 folder=$2 prefix=${3:-}
area=$(mktemp -d)
trap 'rm -rf "$area"' EXIT

# The names that programs see.
sed -e 's|/\*.*\*/||' -e '/local:/d' Sources/Preload/exports.map | grep -oE '[A-Za-z_][A-Za-z0-9_]*;' | tr -d ';' >"$area/names"
[ -s "$area/names" ] || { echo "swiftmalloc: Sources/Preload/exports.map names nothing" >&2; exit 1; }

# What sections.ld keeps apart from the rest of the code stands apart here, too.
seldom=$(sed -n '/\.text\.seldom : {/,/etext/{/^ *\*/p}' Sources/Preload/sections.ld)
[ -n "$seldom" ] || { echo "swiftmalloc: Sources/Preload/sections.ld has no .text.seldom" >&2; exit 1; }
cat >"$area/merge.ld" <<LD
SECTIONS {
  /DISCARD/ : { *(.swift_modhash .swift1_autolink_entries .linker-options .comment) }
  swiftmalloc_text : { __ehdr_start = .; $seldom . = ALIGN(4096); *(.text .text.*) etext = .; }
  swiftmalloc_data : { swiftmalloc_data_start = .; KEEP(*(.data.probes)) *(.data .data.[!r]*) swiftmalloc_data_end = .; }
  swiftmalloc_bss (NOLOAD) : { swiftmalloc_bss_start = .; *(.bss .bss.* COMMON) swiftmalloc_bss_end = .; }
  .eh_frame : { KEEP(*(.eh_frame)) }
  .init_array : { KEEP(*(.init_array .init_array.*)) }
  .fini_array.00000 : { KEEP(*(.fini_array.*)) KEEP(*(.fini_array)) }
  .note.swiftmalloc : { KEEP(*(.note.swiftmalloc)) }
}
LD
"${prefix}gcc" -c Sources/Archive/note.S -o "$area/note.o"
"${prefix}gcc" -c -O2 -fPIE Sources/Archive/program_only.c -o "$area/program_only.o"
mapfile -t objects < <(sed "s/^'\(.*\)'\$/\1/" "$list")
mapfile -t wanted < <(sed 's/^/--undefined=/' "$area/names")
"${prefix}ld" -r --gc-sections --force-group-allocation -T "$area/merge.ld" --undefined=swiftmalloc_program_only "${wanted[@]}" "${objects[@]}" \
  "$area/note.o" "$area/program_only.o" -o "$area/swiftmalloc.o"
# A program may have operators new and delete of its own, and a C++ library that comes first has them, too: theirs are in force then.
grep -E '^_Z(n[wa]m|d[la]Pv)' "$area/names" >"$area/operators"
# Hidden: it is seen by the linker alone.
echo swiftmalloc_is_for_programs_and_cannot_be_linked_into_a_shared_library | cat "$area/names" - >"$area/global"
"${prefix}objcopy" --keep-global-symbols="$area/global" --weaken-symbols="$area/operators" "$area/swiftmalloc.o"
"${prefix}objcopy" --strip-unneeded --keep-global-symbols="$area/global" "$area/swiftmalloc.o"
# No dates and numbers of users: the same objects give the same bytes.
(cd "$area" && "${prefix}ar" rcsD libswiftmalloc.a swiftmalloc.o)
mkdir -p "$folder"
mv "$area/swiftmalloc.o" "$area/libswiftmalloc.a" "$folder"
