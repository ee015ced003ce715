#!/usr/bin/env bash
# gdb 13.1: with `gcc -g1` (functions and lines, no types) a function cannot be called with its result cast, though this works
# without any debug information. gdb then takes the return type that is not told for void, and void cannot be cast.
. "$(dirname "$0")/packages.sh"
take gdb-minimal=13.1-3
printf 'int answer(void) { return 42; }\nint main(void) { return answer() - 42; }\n' >program.c
for option in -g0 -g1 -g2; do
  gcc $option program.c -o program
  LD_LIBRARY_PATH=$libraries gdb -nx -batch -ex 'break main' -ex run -ex 'print (int)answer()' ./program >log 2>&1 || true
  if [ $option = -g1 ]; then expected='Invalid cast.'; else expected='$1 = 42'; fi
  equal "gdb 13.1-3, gcc $option, print (int)answer()" "$expected" "$(tail -1 log)"
done
