# title: gcc's cc1: one C file at -O2
# needs: gcc libc6-dev
prepare() {
    printf '%s\n' '#include <stdlib.h>' '#include <string.h>' 'struct node { struct node *left, *right; int key; };' \
        'static struct node *insert(struct node *n, int key) { if (!n) { n = calloc(1, sizeof *n); n->key = key; return n; }' \
        'if (key < n->key) n->left = insert(n->left, key); else n->right = insert(n->right, key); return n; }' \
        'int main(int c, char **v) { struct node *n = 0; for (int i = 0; i < c * 100; i++) n = insert(n, i * 7919 % 1000);' \
        'return n->key + (int)strlen(v[0]); }' >work.c
    gcc -E work.c -o work.i
}
command=("$(gcc -print-prog-name=cc1)" -quiet -fpreprocessed -O2 work.i -o work.s)
