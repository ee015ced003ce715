#!/usr/bin/env bash
# valgrind 3.19: an allocator whose `malloc` is an alias made by the linker (--defsym) is not seen, and the program is told
# that "no leaks are possible". Such a symbol has no size (GNU ld and lld alike), and valgrind reads none that has no size. An
# alias that the compiler makes has the size of its function, and the block is found.
. "$(dirname "$0")/packages.sh"
take valgrind=1:3.19.0-1
cat >allocator.c <<'C'
void *my_malloc(unsigned long size) {
  static char memory[65536] __attribute__((aligned(16)));
  static unsigned long used;
  void *block = memory + used;
  used += (size + 15) & -16ul;
  return block;
}
#ifdef ALIAS
void *malloc(unsigned long size) __attribute__((alias("my_malloc")));
#endif
void free(void *block) { (void)block; }
C
printf '#include <stdlib.h>\nint main(void) { char *volatile p = malloc(77); *p = 1; p = 0; return 0; }\n' >lose.c
gcc lose.c -o lose
gcc -w -shared -fPIC allocator.c -o linker.so -Wl,--defsym=malloc=my_malloc
gcc -w -shared -fPIC -DALIAS allocator.c -o compiler.so
export VALGRIND_LIB=$folder/root/usr/libexec/valgrind
for maker in linker compiler; do
  LD_PRELOAD=$folder/$maker.so valgrind --leak-check=full ./lose >log 2>&1 || true
  if [ $maker = linker ]; then expected='All heap blocks were freed -- no leaks are possible'; else expected='definitely lost: 77 bytes in 1 blocks'; fi
  equal "valgrind 3.19.0, alias by the $maker" "$expected" \
    "$(sed -nE 's/^==[0-9]+== +(All heap blocks.*|definitely lost:.*)/\1/p' log)"
done
