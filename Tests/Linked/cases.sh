# Sourced by run.sh: what the linker may do wrong, what a static program says, other builds' files, and the tool.

# Names no function of the heap: strdup of the C library does.
unnamed() {
  link names_no_malloc "$@" "$force" && runs 0 env SWIFTMALLOC_STATS=1 "$program" && prints '^==[0-9]+==STATS: swiftmalloc: names_no_malloc, production'
}
check "a program that names no malloc has ours by --undefined" unnamed "$archive"
check "a static program that names no malloc, too" unnamed -static "$archive"
object=$PWD/dist/swiftmalloc.o
# An object is linked as it is: none of the traps is one.
unasked() { link names_no_malloc "$object" "$@" && runs 0 env SWIFTMALLOC_STATS=1 "$program" && prints 'names_no_malloc, production' && lacks WARNING; }
check "the object needs no --undefined, and no --exclude-libs hides it" unasked -Wl,--exclude-libs,ALL
# SwiftPM links releases so.
with_gold() {
  link leaves_a_leak "$object" -fuse-ld=gold -Wl,--gc-sections "$@" && runs 0 env SWIFTMALLOC_LEAKS=1 "$program" && prints '^  definitely lost: 40 bytes'
}
check "gold, which leaves out what nobody asks for" with_gold
check "gold, static" with_gold -static
own_operators() {
  g++ -O1 -Wall -Werror Tests/Linked/own_operators.cpp -o "$area/own" "$object" "$@" && runs 0 "$area/own" && prints '^1 by its own new, 1 by its own delete$'
}
check "a program's own operators new and delete are in force" own_operators
check "in a static program, too" own_operators -static
hidden() {
  link two_heaps "$archive" -Wl,--exclude-libs,ALL && runs 0 "$program" &&
    prints '^==[0-9]+==WARNING: swiftmalloc: swiftmalloc is linked into the program, but its libraries have the malloc of .*/libc\.so\.6: link it without --exclude-libs$'
}
check "hidden names are told" hidden
plain() { link two_heaps "$archive" && runs 0 "$program" && lacks '^=='; }
check "and nothing is said otherwise" plain

# An image may preload the library into every program.
preloaded_too() {
  link leaves_a_leak "$object" || return 1
  local preload=LD_PRELOAD=$PWD/dist/libswiftmalloc.so
  runs 0 env "$preload" SWIFTMALLOC_STATS=1 "$program" && [ "$(grep -c '^==' "$output")" -eq 1 ] && prints 'leaves_a_leak, production' || return 1
  runs 0 env "$preload" SWIFTMALLOC_LEAKS=1 "$program" && prints 'leak of 40 bytes in 1 block' && lacks WARNING || return 1
  runs 134 env "$preload" SWIFTMALLOC_DEBUG=1 "$program" twice && [ "$(grep -c '^==' "$output")" -eq 1 ] && prints 'ERROR: swiftmalloc: double-free'
}
check "a program that has it and is preloaded with it says everything once" preloaded_too

# A shared library with the object in it would have another heap than the process.
refused() {
  local linker
  for linker in bfd gold; do
    ! gcc -shared -fPIC Tests/Linked/names_no_malloc.c "$object" -fuse-ld=$linker -Wl,-Bsymbolic -o "$area/shared.so" >"$output" 2>&1 || { echo "$linker links it"; return 1; }
    prints 'swiftmalloc_is_for_programs_and_cannot_be_linked_into_a_shared_library' || return 1
  done
}
check "linkers refuse to link it into a shared library" refused

# What a static program cannot do is one line, and only where it is asked for.
static_modes() {
  link leaves_a_leak "$1" "$archive" "$force" || return 1
  static_line="^==[0-9]+==WARNING: swiftmalloc: the program is linked statically: "
  runs 0 env SWIFTMALLOC_STATS=1 "$program" && lacks '^==[0-9]+==(WARNING|ERROR)' && prints 'production' || return 1
  [ "$(grep -c production "$output")" -eq 1 ] || { echo "statistics come twice"; return 1; }
  runs 0 env SWIFTMALLOC_LEAKS=1 "$program" && prints "$static_line$2$" 'leak of 40 bytes in 1 block' '^  definitely lost: 40 bytes' && lacks 'libunwind|libdw' || return 1
  runs 134 env SWIFTMALLOC_DEBUG=1 "$program" twice && prints "$static_line$2$" 'ERROR: swiftmalloc: double-free' '^freed first by' \
    '^allocated by' '^ +#0 .* in main  \(.*/leaves_a_leak\+0x[0-9a-f]+, build id ' && lacks 'libunwind|libdw' || return 1
  # The tables lead on to the C library, and strip(1) takes names, not stacks.
  [ "$1" = -static ] || prints '^ +#3 .* in _start' || return 1
  strip "$program" && runs 134 env SWIFTMALLOC_DEBUG=1 "$program" twice && prints '^ +#0 .* in \?\?  \(.*/leaves_a_leak\+0x'
}
lines='stacks have no lines until swiftmallocctl symbolize adds them'
early=', and end early in code without frame pointers: link it with -Wl,--eh-frame-hdr'
check "static: statistics, leaks, reports, and what they lack" static_modes -static "$lines$early"
check "static-pie: the same, with whole stacks" static_modes -static-pie "$lines"

# The same object in programs of musl: dynamic, static, and static ones that move themselves (which Debian's musl-gcc cannot link).
in_musl() {
  local way=$1
  shift
  program=$area/of_musl
  "$@" -o "$program" >"$area/warnings" 2>&1 && [ ! -s "$area/warnings" ] || { cat "$area/warnings"; return 1; }
  runs 0 env SWIFTMALLOC_STATS=1 "$program" && prints 'of_musl, production' && lacks '^==[0-9]+==(WARNING|ERROR)' || return 1
  runs 0 env SWIFTMALLOC_LEAKS=1 "$program" && prints 'leak of 40 bytes in 1 block' '^  definitely lost: 40 bytes' || return 1
  runs 134 env SWIFTMALLOC_DEBUG=1 "$program" twice && prints 'ERROR: swiftmalloc: double-free' '^freed first by' '^allocated by' '^ +#0 .* in main ' || return 1
  if [ "$way" = dynamic ]; then lacks "${static_line%: }"; else prints "$static_line$lines$"; fi
}
musl_compiler=(musl-gcc -g -O1 -Wall -Werror -fno-builtin Tests/Linked/leaves_a_leak.c "$object" -Wl,--eh-frame-hdr)
moving_in_musl() {
  local from=/usr/lib/x86_64-linux-musl
  musl-gcc -g -O1 -fPIE -fno-builtin -c Tests/Linked/leaves_a_leak.c -o "$area/of_musl.o" &&
    in_musl static ld -static -pie --no-dynamic-linker --eh-frame-hdr $from/rcrt1.o $from/crti.o "$(gcc -print-file-name=crtbeginS.o)" \
      "$area/of_musl.o" "$object" $from/libc.a "$(gcc -print-libgcc-file-name)" "$(gcc -print-file-name=crtendS.o)" $from/crtn.o
}
check "a program of musl" in_musl dynamic "${musl_compiler[@]}"
check "a program of musl at a fixed address" in_musl dynamic "${musl_compiler[@]}" -no-pie
check "a static program of musl" in_musl static "${musl_compiler[@]}" -static
check "a static program of musl that moves itself" moving_in_musl

with_pkgconfig() {
  local flags package=$1
  shift
  flags=$(PKG_CONFIG_PATH=dist/lib/pkgconfig pkg-config --cflags --libs "$package") || return 1
  # shellcheck disable=SC2086
  link names_no_malloc $flags "$@" && runs 0 env SWIFTMALLOC_STATS=1 LD_LIBRARY_PATH=dist "$program" && prints production
}
check "pkg-config swiftmalloc: the library" with_pkgconfig swiftmalloc
check "pkg-config swiftmalloc, -static: the archive" with_pkgconfig swiftmalloc -static
check "pkg-config swiftmalloc-static: the archive in a dynamic program" with_pkgconfig swiftmalloc-static

with_cmake() {
  cmake -S Tests/Linked/cmake -B "$area/cmake" -DCMAKE_PREFIX_PATH="$PWD/dist" >"$area/log" 2>&1 && cmake --build "$area/cmake" >>"$area/log" 2>&1 ||
    { tail -20 "$area/log"; return 1; }
  local name
  for name in shared archive whole; do
    runs 0 env SWIFTMALLOC_STATS=1 "$area/cmake/$name" && prints production || return 1
  done
}
# It is long to install.
if [ -n "$all" ]; then need_packages cmake make; fi
if command -v cmake >/dev/null && command -v make >/dev/null; then
  check "CMake: swiftmalloc::shared and swiftmalloc::static" with_cmake
else
  skipped=$((skipped + 1))
  echo "SKIP    CMake is not installed: Tests/Linked/run.sh --all installs it"
fi
[ -n "$all" ] || echo "left out: the other programs of Tests/Programs (Tests/Linked/run.sh --all)"

# A program with heaps of its own in Swift (product SwiftMalloc) has the C sources of the library once more.
with_sources() {
  local source
  mkdir -p "$area/sources"
  for source in CShims/*.c CShims/arch/*/*.c CShims/libc/*.c; do
    clang -O1 -fvisibility=hidden -I CShims/include -I CShims -c "$source" -o "$area/sources/$(tr / _ <<<"$source").o" || return 1
  done
  link names_no_malloc "$area"/sources/*.o "$@" && runs 0 env SWIFTMALLOC_STATS=1 "$program" && prints 'names_no_malloc, production' &&
    [ "$(grep -c production "$output")" -eq 1 ] || { echo "statistics are not there once"; return 1; }
}
check "beside the sources of the product SwiftMalloc" with_sources "$object"

# What lies in a process is read by the note of its program: also of one that tells no names.
reads() {
  local id status=0
  link holds_blocks "$@" && strip "$program" || return 1
  "$program" >"$area/ready" &
  id=$!
  for _ in {1..100}; do [ -s "$area/ready" ] && break; sleep 0.05; done
  runs 0 "$tool" types $id && prints '^1,00[0-9] .* untyped$' || status=1
  # Of the program's own data one variable holds them all, by an array: none is lost.
  [ $status = 0 ] && runs 0 "$tool" why $id "$(cat "$area/ready")" && prints "^memory of the program's own at 0x" || status=1
  kill $id
  wait $id 2>/dev/null
  return $status
}
publishes() {
  local id status=0
  link holds_blocks "$@" || return 1
  SWIFTMALLOC_LIVE=1 "$program" >"$area/ready" &
  id=$!
  for _ in {1..100}; do [ -s "$area/ready" ] && break; sleep 0.05; done
  runs 0 "$tool" list && prints "^ *$id .*holds_blocks" && runs 0 "$tool" stats $id && prints '^ *64 .* 1,?000 ' || status=1
  kill $id
  wait $id 2>/dev/null
  return $status
}
symbolizes() {
  link leaves_a_leak -static "$object" && runs 134 env SWIFTMALLOC_DEBUG=1 "$program" twice || return 1
  mv "$output" "$area/report"
  runs 0 "$tool" symbolize "$area/report" && prints '^ +#0 .* in main .*leaves_a_leak\.c:[0-9]+'
}
preloads_nothing() {
  link names_no_malloc "$archive" "$force" "$@" && runs 0 "$tool" run --stats -- "$program" && prints production && lacks WARNING
}
if [ -n "$tool" ]; then
  check "types and why of a dynamic program" reads "$archive"
  check "types and why of a static program" reads -static "$archive"
  check "list and stats of a dynamic program" publishes "$archive"
  check "list and stats of a static program" publishes -static "$archive"
  check "symbolize adds lines to a static program's report" symbolizes
  check "run preloads nothing into a dynamic program" preloads_nothing
  check "run starts a static program" preloads_nothing -static
else
  echo "left out: the tool (Tests/Linked/run.sh TOOL)"
fi
