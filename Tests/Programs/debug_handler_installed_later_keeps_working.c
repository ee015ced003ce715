// Proves that a program which uses SIGSEGV for its own work (a managed heap that makes pages accessible when touched) can,
// whether its handler was installed before our first call or after it.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// variants: EARLY=0 EARLY=1
#include <signal.h>
#include <sys/mman.h>
#include "workout.h"
static char *area;
static volatile int faults;

static void handler(int number, siginfo_t *information, void *context) {
    char *page = (char *)((uintptr_t)information->si_addr & ~(uintptr_t)4095);
    if (page < area || page >= area + 16 * MIB || context == NULL) _exit(number);
    mprotect(page, 4096, PROT_READ | PROT_WRITE);
    faults++;
}

static void install(void) {
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
    area = mmap(NULL, 16 * MIB, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    sigaction(SIGSEGV, &action, NULL);
}

static void earliest(void) {
    if (EARLY) install();
}
__attribute__((section(".preinit_array"), used)) static void (*const place)(void) = earliest;

int main(void) {
    workout(1, 1000);
    if (!EARLY) install();
    for (int i = 0; i < 1000; i++) {
        area[i * 16000]++;
        free(malloc((size_t)i * 50));
    }
    CHECK(faults >= 1000, "%d faults", faults);
    workout(2, 1000);
    return 0;
}
