// Proves that what a handler on a stack for signals holds is not lost, nor what the interrupted code held in a register.
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
// stderr-none
// not-compared: the check is made while a handler runs
#include <stdatomic.h>

#include "leak.h"

static uintptr_t concealed[2];
static atomic_int isHeld, isChecked;

// No stack is named: the handler runs on the one that the library gave to the thread.
static void handler(int number) {
    (void)number;
    void *volatile held = reveal(concealed[0]);
#ifdef __x86_64__
    __asm__ volatile("xor %%r12d, %%r12d" ::: "r12");
#endif
    isHeld = 1;
    while (!isChecked) {
    }
    hide(held);
}

// The second block is in a register of the interrupted code alone, which the kernel keeps on the handler's stack.
HELPER void holdInRegister(void) {
    void *block = reveal(concealed[1]);
#ifdef __x86_64__
    __asm__ volatile("mov %0, %%r12\n\txor %k0, %k0\n1:\tcmpl $0, %1\n\tje 1b" : "+r"(block) : "m"(isChecked) : "r12");
#else
    while (!isChecked) hide(block);
#endif
}

static void *holder(void *unused) {
    concealed[0] = conceal(malloc(100));
    concealed[1] = conceal(malloc(200));
    clearStack();
    isHeld = 2;
    holdInRegister();
    return unused;
}

int main(void) {
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
    CHECK(sigaction(SIGUSR1, &action, NULL) == 0, "no handler");
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, holder, NULL) == 0, "no thread");
    while (isHeld != 2) usleep(1000);
    usleep(10000);
    CHECK(pthread_kill(thread, SIGUSR1) == 0, "no signal");
    while (isHeld != 1) usleep(1000);
    size_t lost = checkLeaks();
    CHECK(lost == 0, "%zu blocks are called lost", lost);
    isChecked = 1;
    pthread_join(thread, NULL);
    free(reveal(concealed[0]));
    free(reveal(concealed[1]));
    return 0;
}
