// Proves that a fault on a pointer that was read from a freed block is explained, though its address is none; and that neither
// another fault on what is no address is, nor one on null while a register holds freed bytes.
// expect: abort
// stderr-count: 3
// report: SEGV on address 0x0 \(a read, the null pointer\)
// report: SEGV on address 0xff000000000000 \((a read, )?which can be no address\)
// report: ^==[0-9]+==ERROR: swiftmalloc: heap-use-after-free on address 0xdddddddddddddd.. \(a pointer that was read from freed memory\), thread "[^"]+" \([0-9]+\)$
// report: ^ +#0 0x[0-9a-f]+ in useMember +.*{FILE}:{LINE:use}$
// report: ^SUMMARY: swiftmalloc: heap-use-after-free .*{FILE}:{LINE:use} in useMember$
// env: SWIFTMALLOC_DEBUG=1
// arguments: MEMBER=0 MEMBER=3
#include <sys/wait.h>

#include "debug.h"
ARGUMENT(int, MEMBER)

struct Node {
    long values[4];
    struct Node *next;
};

static NOINLINE long useMember(struct Node *node) {
    long value = node->next->values[MEMBER];  // use
    hide(node);
    return value;
}

static NOINLINE void useNull(void) {
    long *null = hide(NULL);
#ifdef __x86_64__
    __asm__ volatile("movabs $0xdddddddddddddddd, %%rbx\n\tmovq (%0), %%rax" ::"r"(null) : "rax", "rbx", "memory");
#else
    __asm__ volatile("mov x19, #0xdddddddddddddddd\n\tldr x0, [%0]" ::"r"(null) : "x0", "x19", "memory");
#endif
}

static void dieAlone(int way) {
    pid_t child = fork();
    if (child == 0) {
        if (way == 0) useNull();
        _exit((int)*(volatile long *)hide((void *)0xff000000000000ul));
    }
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status), "status %x", status);
    CHECK(WTERMSIG(status) == SIGSEGV, "status %x", status);
}

int main(void) {
    dieAlone(0);
    dieAlone(1);
    struct Node *node = hide(malloc(sizeof *node));
    free(hide(node));
    return (int)useMember(node);
}
