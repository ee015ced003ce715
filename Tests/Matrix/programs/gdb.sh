# title: gdb: breakpoints in a threaded program, backtraces, printing, its Python
# needs: gdb gcc libc6-dev
# command: gdb gcc
# shellcheck shell=bash
cat >program.c <<'C'
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
struct node { int value; char name[16]; struct node *next; };
static int depth(int n, struct node *list) {
    if (n == 0) return list->value;
    return depth(n - 1, list->next) + 1;
}
static void *work(void *argument) {
    struct node *list = NULL;
    for (int i = 0; i < 20; i++) {
        struct node *node = malloc(sizeof *node);
        node->value = i * 3;
        snprintf(node->name, sizeof node->name, "node %d", i);
        node->next = list;
        list = node;
    }
    int result = depth(10, list);
    while (list) { struct node *next = list->next; free(list); list = next; }
    return memset(argument, result, 1);
}
int main(void) {
    char result = 0;
    pthread_t thread;
    pthread_create(&thread, NULL, work, &result);
    pthread_join(thread, NULL);
    printf("result %d\n", result);
    return 0;
}
C
gcc -g -O0 -pthread -o program program.c
cat >commands <<'GDB'
set print address off
set pagination off
set debuginfod enabled off
break depth if n == 3
break main
run
info breakpoints
continue
bt
frame 8
print *list
print list->name
print sizeof(struct node)
ptype struct node
info locals
call (int) strlen(list->name)
set var list->value = 41
finish
python
table = {i: gdb.parse_and_eval("%d + result" % i) for i in range(2000)} if False else {i: str(gdb.parse_and_eval("%d * 2" % i)) for i in range(2000)}
print("python", len(table), table[1999], gdb.lookup_type("struct node").sizeof)
end
delete
continue
info functions depth
GDB
# Thread ids, process ids, addresses and library paths are not the same twice.
gdb -nx -batch -x commands ./program 2>gdb.err | grep -v -e '^\[' -e '^Using host' -e breakpoint.already |
    sed -E 's/0x[0-9a-f]+/ADDRESS/g; s/\(LWP [0-9]+\)//; s/process [0-9]+/process/' | grep -v '^Breakpoint . at'
cat gdb.err >&2
