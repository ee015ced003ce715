#!/usr/bin/env bash
# gdb 13.1: a C enumerator that is called malloc, in any file of the program, takes all literals of strings and arrays
# from expressions, and with them every call that passes one. The compiler accepts such a program: the names of enumerators and of
# functions of other files do not meet. gdb looks for a symbol of this name, and finds the enumerator first.
. "$(dirname "$0")/packages.sh"
take gdb-minimal=13.1-3
cat >length.c <<'C'
int length(const char *text) { int n = 0; while (text[n]) n++; return n; }
int main(void) { return length("abc") - 3; }
C
for name in malloc allocate; do
  echo "enum kind { $name, other }; enum kind kind = other;" >kind.c
  gcc -w -g -fno-builtin kind.c length.c -o program
  LD_LIBRARY_PATH=$libraries gdb -nx -batch -ex 'break main' -ex run -ex 'print length("hello")' ./program >log 2>&1 || true
  if [ $name = malloc ]; then expected='"malloc" exists in this program but is not a function.'; else expected='$1 = 5'; fi
  equal "gdb 13.1-3, enumerator $name, print length(\"hello\")" "$expected" "$(tail -1 log)"
done
