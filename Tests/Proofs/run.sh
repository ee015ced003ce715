#!/usr/bin/env bash
# What a machine can prove about the library without running a program under it: which names it
# exports, what it needs, what its fast paths do, what it never calls; and that the tables
# of docs/ are those of the library. Each proof prints one line; the last line counts them.
#
# Usage: Tests/Proofs/run.sh [LIBRARY]
set -u
cd "$(dirname "$0")/../.."
library=${1:-dist/libswiftmalloc.so}
[ -f "$library" ] || { echo "$library: no such library; Scripts/build.sh makes it" >&2; exit 2; }
passed=0 failed=0

# prove NAME COMMAND…: the command prints nothing when the proof holds, else what is wrong.
prove() {
  local name=$1 wrong
  shift
  wrong=$("$@" 2>&1)
  if [ -z "$wrong" ]; then
    passed=$((passed + 1))
    echo "proved  $name"
  else
    failed=$((failed + 1))
    echo "FAIL    $name"
    printf '%s\n' "$wrong" | head -20 | sed 's/^/        /'
  fi
}

# The instructions of one function. By address: it has several names.
instructions() {
  local start size
  read -r start size < <(nm -S "$library" | awk -v name="$1" '$4 == name { print $1, $2 }')
  objdump -d --no-show-raw-insn --start-address="0x$start" \
    --stop-address="$(printf '%#x' $((0x$start + 0x$size)))" "$library" | grep -P '^ *[0-9a-f]+:\t'
}

listing=$(mktemp) stripped=$(mktemp)
trap 'rm -f "$listing" "$stripped"' EXIT
objdump -d --no-show-raw-insn "$library" >"$listing"
nm "$library" | grep -q ' swiftmalloc_malloc$' && [ -s "$listing" ] || { echo "objdump finds no code in $library" >&2; exit 2; }

exports() {
  diff <(sed -e 's|/\*.*\*/||' -e '/local:/d' Sources/Preload/exports.map | grep -oE '[A-Za-z_][A-Za-z0-9_]*;' | tr -d ';' | sort) \
    <(nm -D --defined-only "$library" | awk '{ print $3 }' | sort)
}
# A protected function has another address in a program that is not position independent, where
# the loader then warns at each start.
protected() { readelf --dyn-syms -W "$library" | grep PROTECTED; }
# valgrind, perf and dladdr(3) pass over symbols without a size. One is no function: what readers outside begin with.
sizes() {
  readelf --dyn-syms -W "$library" | awk '$7 ~ /^[0-9]+$/ &&
    ($4 != ($8 == "swiftmalloc_layout" ? "OBJECT" : "FUNC") || $3 == 0) { print $8 ": " $4 " of size " $3 }'
}
# gdb knows no Swift and takes an enum's case for the function that it means itself: malloc for a literal.
enumerators() {
  readelf --debug-dump=info "$library" 2>/dev/null | awk '/DW_TAG_enumerator/ { inside = 1 }
    inside && /DW_AT_name/ { print $NF; inside = 0 }' | sort -u |
    comm -12 - <(nm -D --defined-only "$(gcc -print-file-name=libc.so.6)" "$(gcc -print-file-name=libm.so.6)" |
      awk '$2 ~ /[TWi]/ { sub(/@.*/, "", $3); print $3 }' | sort -u)
}
# gdb's warnings: an index of names of one compilation unit only, and C modules' own debug information.
complete_debug_information() {
  readelf -SW "$library" | grep -E 'debug_names|debug_pubnames'
  readelf --debug-dump=info "$library" 2>/dev/null | grep -m 3 -E '> +DW_AT_(GNU_)?dwo_name'
}
needed() {
  readelf -d "$library" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | grep -vE '^(libc\.so\.6|ld-linux-.*)$'
}
# 2.34 is that of the oldest systems that are in use for services (Ubuntu 22.04 has 2.35).
glibc_version() {
  nm -D --undefined-only "$library" | grep -oE 'GLIBC_[0-9.]+' | sort -Vu | awk -F_ '{
    split($2, part, "."); if (part[1] > 2 || part[2] > 34) print "needs " $0 }'
}
hidden_allocation() {
  grep -E '(call|jmp|bl|b) .*<(swift_once|swift_allocObject|swift_slowAlloc|swift_initStackObject|swift_retain|swift_release|swift_getTypeByMangledName)(@plt)?>' "$listing"
  nm -D --undefined-only "$library" | grep -E ' swift_|__tls_get_addr'
}
own_malloc() {
  nm -D --undefined-only "$library" | grep -E ' (malloc|free|calloc|realloc|memalign|posix_memalign|aligned_alloc)(@|$)'
  # But what libdw and the demanglers allocated is freed as they want it: in symbols.c and demangle.c.
  awk '/^[0-9a-f]+ <.*>:$/ { skip = $2 ~ /^<(tell|tell_inlined|swiftmalloc_symbols_at|swiftmalloc_type_name)>:$/ } !skip' "$listing" |
    grep -E '(call|bl) .*<(swiftmalloc_)?(malloc|free|calloc|realloc|memalign|posix_memalign|new|_Zn[wa]m|_Zd[la]Pv)(@.*)?>'
}
fast_malloc() {
  local code
  code=$(instructions swiftmalloc_malloc)
  [ -n "$code" ] || echo "no code of malloc found"
  # From the entry to the first return, which is the end of the fast path.
  printf '%s\n' "$code" | awk '/[[:space:]](call|bl)[[:space:]]/ { print } /[[:space:]]ret/ { exit }'
}
fast_free() {
  local code
  code=$(instructions swiftmalloc_free)
  [ -n "$code" ] || echo "no code of free found"
  # The slow path is called, behind the jumps that leave the fast one: it alone, and the fast one has no frame.
  printf '%s\n' "$code" | grep -E '[[:space:]](call|bl)[[:space:]]|lock ' | grep -v 'freeRest'
  printf '%s\n' "$code" | grep -cE '[[:space:]](call|bl)[[:space:]]' | grep -vx 1 | sed 's/$/ calls of the slow path/'
  printf '%s\n' "$code" | sed -n '/:$/d; p; q' | grep -E 'push|stp'
}
# An exception cannot pass a Swift frame: what may throw must be jumped to, never called.
throwing_new() {
  local name code
  for name in swiftmalloc_new swiftmalloc_new_aligned; do
    code=$(instructions $name)
    printf '%s\n' "$code" | grep -qE '(jmp|b) .*<swiftmalloc_new_slowly>' || echo "$name does not jump to swiftmalloc_new_slowly"
    printf '%s\n' "$code" | grep -E '[[:space:]](call|bl)[[:space:]]'
  done
}
no_locked_fast_path() { instructions swiftmalloc_malloc | grep -E 'lock '; }
# Its code is the library's second executable mapping; a program that allocates is the one that prints.
seldom_used_code() {
  LD_PRELOAD="$PWD/$library" cat /proc/self/smaps | awk -v library="$(realpath "$library")" '
    /^[0-9a-f]+-/ { inside = $2 ~ /x/ && $NF == library; mappings += inside }
    inside && /^Rss:/ && mappings == 1 && $2 > 144 { print $2 " KiB of other code are resident: what goes to sections.ld?" }
    inside && /^Rss:/ && mappings == 2 && $2 { print $2 " KiB of it are resident" }
    END { if (mappings != 2) print mappings + 0 " executable mappings" }'
}
# Programs that were built with the library go on running with a newer one.
interface() { Tests/Proofs/abi.sh "$library"; }
# The header has the version; the library and the newest entry of CHANGELOG.md say the same.
versions() {
  local header program
  header=$(sed -n 's/^#define SWIFTMALLOC_VERSION "\(.*\)"$/\1/p' CShims/include/swiftmalloc.h)
  program=$(mktemp)
  gcc -I CShims/include Tests/Proofs/abi.c -o "$program" && LD_PRELOAD="$PWD/$library" "$program" version | grep -vxF "$header" |
    sed "s/^/the header has $header, the library /"
  rm -f "$program"
  sed -n 's/^## \([0-9.]*\).*/\1/p' CHANGELOG.md | head -n 1 | grep -vxF "$header" | sed "s/^/the header has $header, CHANGELOG.md /"
}
# docs/options.md holds the table that Tests/Proofs/options-table.sh makes of SWIFTMALLOC_HELP=1.
options_table() {
  diff <(Tests/Proofs/options-table.sh "$library") <(sed -n '/^| Key /,/^$/p' docs/options.md | grep '^|')
}
# Every file that the design pages name exists.
design_files() {
  local file
  grep -ohE '[A-Za-z0-9_+/]+\.(swift|h|c|ld|map)\b' docs/design/*.md | sort -u | while read -r file; do
    [ -f "$file" ] || find Sources CShims Tests Tool/Sources -path "*/$file" | grep -q . ||
      echo "docs/design names $file, and there is none"
  done
}
# Every exported C function (the C++ operators apart) is named in docs/functions.md.
functions_table() {
  local name
  for name in $(nm -D --defined-only "$library" | awk '$3 !~ /^_Z/ { print $3 }'); do
    grep -qE "\`$name\`" docs/functions.md || echo "$name is not in docs/functions.md"
  done
}
# Stripped or not.
probes() {
  strip -o "$stripped" "$library"
  Tests/Proofs/probes.py "$library" "$stripped"
}
# Counted by executing them one by one: x86-64.
fast_path_lengths() { [ "$(uname -m)" != x86_64 ] || Tests/Proofs/fast-paths.sh "$library"; }
# What differs by architecture stands in a folder of its own.
architecture_apart() {
  grep -rnE '__(x86_64|aarch64)__|\barch\(' CShims Sources --include='*.[ch]' --include='*.hpp' --include='*.swift' | grep -v '^CShims/arch/'
}
# What differs by C library stands in a file for each of them.
c_library_apart() {
  grep -rnE '__GLIBC|canImport\((Glibc|Musl)\)|__libc_stack_end|__register_atfork|_r_debug|_dl_debug_addr|\b_IO_[a-z]' CShims Sources \
    --include='*.[ch]' --include='*.swift' | grep -v '^CShims/libc/'
}
lines_and_layers() {
  find Sources CShims Tool/Sources -name '*.swift' -o -name '*.c' -o -name '*.h' | while read -r file; do
    [ "$(wc -l <"$file")" -le 250 ] || echo "$file has more than 250 lines"
  done
}

prove "the exported names are those of exports.map" exports
prove "no name and no structure that programs were built with is gone" interface
prove "the library and CHANGELOG.md have the version of the header" versions
prove "no exported name is protected" protected
prove "every exported function has its type and size" sizes
prove "no enum's case is named like a C function" enumerators
prove "the debug information is all in the file, without an index" complete_debug_information
prove "the library needs libc and the loader alone" needed
prove "no symbol newer than glibc 2.34 is needed" glibc_version
prove "nothing calls swift_once, swift_allocObject or their kin" hidden_allocation
prove "nothing in the library calls its own malloc" own_malloc
prove "malloc calls nothing on its fast path" fast_malloc
prove "free calls nothing and locks nothing on its fast path" fast_free
prove "malloc's own code has no locked instruction" no_locked_fast_path
prove "no fast path has more instructions than before" fast_path_lengths
prove "no code of the debug heap is resident without it, and little else" seldom_used_code
prove "operator new jumps to the code that may throw" throwing_new
prove "docs/options.md has the library's options" options_table
prove "docs/functions.md names every exported function" functions_table
prove "every file that docs/design names is there" design_files
prove "readers find OpenTelemetry's probes and their semaphores in the file" probes
prove "no line outside of CShims/arch asks for the architecture" architecture_apart
prove "no line outside of CShims/libc asks for the C library" c_library_apart
prove "no source file has more than 250 lines" lines_and_layers
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
