# title: gcc: 40 C files at -O2, link-time optimisation, run
# needs: gcc libc6-dev
# command: gcc
# quick: yes
# shellcheck shell=bash
# shellcheck source=/dev/null
. "$MATRIX_LIB"

{
    echo '#include <stdio.h>'
    echo 'int main(void) { unsigned long s = 0;'
    for ((i = 0; i < 40; i++)); do echo "{ unsigned long f$i(unsigned long); s += f$i(${i}000); }"; done
    printf '%s\n' 'printf("%lu\n", s); return 0; }'
} >main.c
for ((i = 0; i < 40; i++)); do
    {
        echo '#include <stdlib.h>'
        echo '#include <string.h>'
        echo 'struct node { struct node *left, *right; unsigned long key; char text[24]; };'
        for ((k = 0; k < 12; k++)); do
            echo "static unsigned long g$k(unsigned long n) { unsigned long a[64] = {0}; for (unsigned long j = 0; j < n; j++) { a[j % 64] += (j ^ $k) * $((i + 3)); switch (a[j % 64] % 7) { case 0: a[1]++; break; case 3: a[2] -= j; break; case 5: a[3] ^= a[j % 64]; } } return a[$k % 64] + a[3]; }"
        done
        echo "unsigned long f$i(unsigned long n) { return g0(n)"
        for ((k = 1; k < 12; k++)); do echo " + g$k(n)"; done
        echo '; }'
    } >"file$i.c"
done
gcc -O2 -Wall -flto=2 -o program main.c file*.c
./program
gcc -O2 -S -o - file7.c | digest
gcc -E main.c | grep -v '^#' | digest
{ gcc -fsyntax-only -Wall -xc - <<<'int main(void) { return undeclared + 1; }' 2>&1 || true; } | digest
