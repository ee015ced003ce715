# Sourced: what programs of musl need of this machine.

# musl_folder FOLDER LIBRARY: makes FOLDER/include, with the kernel's headers alone; FOLDER/lib, with Debian's libraries for traces; and
# FOLDER/names.so, to link with: the names that LIBRARY exports and musl lacks (malloc_stats), as if musl had them, which is
# libutil.so as well. A program finds them in the library that is preloaded.
musl_folder() {
  local multiarch name
  multiarch=$(gcc -print-multiarch)
  mkdir -p "$1/include" "$1/lib"
  ln -sfn /usr/include/linux "$1/include/linux"
  ln -sfn /usr/include/asm-generic "$1/include/asm-generic"
  ln -sfn "/usr/include/$multiarch/asm" "$1/include/asm"
  for name in libunwind.so.8 liblzma.so.5 libdw.so.1 libelf.so.1 libz.so.1 libbz2.so.1.0; do
    ln -sf "$(readlink -e "/usr/lib/$multiarch/$name" "/lib/$multiarch/$name" | head -1)" "$1/lib/$name"
  done
  comm -23 <(nm -D --defined-only "$2" | awk '$2 == "T" { print $3 }' | grep -v '^swiftmalloc' | sort) \
    <(nm -D --defined-only /lib/ld-musl-x86_64.so.1 | awk '{ print $3 }' | sort) |
    sed -e '1i .section .note.GNU-stack,"",@progbits\n.text' -e 's/.*/.globl &\n.type &,@function\n&:/' >"$1/names.s"
  musl-gcc -shared -Wl,-soname,libutil.so -o "$1/names.so.new" "$1/names.s"
  cmp -s "$1/names.so.new" "$1/names.so" || mv "$1/names.so.new" "$1/names.so"
  musl-gcc -O1 -shared -fPIC -o "$1/lib/ld-linux-x86-64.so.2.new" Tests/Ports/musl-stand-in.c
  mv "$1/lib/ld-linux-x86-64.so.2.new" "$1/lib/ld-linux-x86-64.so.2"
}
