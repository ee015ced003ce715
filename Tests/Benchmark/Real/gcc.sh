# kind: command
# The C compiler proper at -O2 on some 2000 lines of made-up C: its trees are its collector's, all that its passes need is
# malloc's.
# shellcheck shell=bash source-path=SCRIPTDIR source=common.bash
. "$(dirname "$0")/common.bash"

packages() { printf '%s\n' gcc libc6-dev; }
source_file() {
    echo '#include <stdlib.h>'
    echo '#include <string.h>'
    echo '#include <stdio.h>'
    echo 'struct node { struct node *left, *right; unsigned long key; char text[24]; };'
    awk -v functions="$(scaled 50)" 'BEGIN {
        for (f = 0; f < functions; f++) {
            printf "static struct node *add%d(struct node *at, unsigned long key) {\n", f
            printf "    if (!at) {\n        at = calloc(1, sizeof *at);\n"
            printf "        if (at) at->key = key;\n        return at;\n    }\n"
            printf "    snprintf(at->text, sizeof at->text, \"%%lu\", key + %d);\n", f
            printf "    if (key < at->key) at->left = add%d(at->left, key ^ %d);\n", f, f * 7
            printf "    else at->right = add%d(at->right, key + %d);\n    return at;\n}\n", f, f
            printf "unsigned long work%d(unsigned long n) {\n", f
            printf "    unsigned long a[64] = {0}, s = 0;\n    struct node *top = 0;\n"
            printf "    for (unsigned long i = 0; i < n; i++) {\n        a[i %% 64] += (i ^ %d) * %d;\n", f, f + 3
            printf "        switch ((a[i %% 64] + s) %% %d) {\n", 9 + f % 5
            for (c = 0; c < 9 + f % 5; c++)
                printf "        case %d: %s; break;\n", c, \
                    c % 4 == 0 ? "a[" c "] ^= s + a[i % 7]" : c % 4 == 1 ? "top = add" f "(top, a[" c "])" : \
                    c % 4 == 2 ? "for (int k = 0; k < 16; k++) a[k] += a[k + " c "] >> 3" : "if (top) s += strlen(top->text)"
            printf "        }\n        s += a[%d] ? a[%d] / 7 : (unsigned long)memcmp(a, a + 8, 64);\n", f % 64, f * 3 % 64
            print "    }\n    return s;\n}"
        }
    }'
}
command_line() { quoted "$(gcc -print-prog-name=cc1)" -quiet -O2 "input-$quick.i" -o output.s; }
prepare() {
    if ! fresh "input-$quick.i"; then
        source_file >"input-$quick.c"
        gcc -E "input-$quick.c" -o "input-$quick.i" || unavailable "gcc does not work here"
    fi
    works ''
    grep -q 'work9' output.s || unavailable "cc1 wrote no code"
}
part "$@"
