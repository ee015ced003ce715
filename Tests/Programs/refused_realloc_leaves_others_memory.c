// Proves that a realloc, or a malloc that takes the pages of a freed block, which the system refuses unmaps nothing that
// another thread was given meanwhile: the kernel unmaps a move's destination before it refuses (mremap(2)). A filter
// stops each munmap of a gibibyte or more, and its handler does what the other thread would: it takes the addresses.
// expect: exit 0
// stderr-none
// arguments: FREED=0 FREED=1
// env: UNUSED=1
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1
// also: DEBUG=1
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include "check.h"
ARGUMENT(int, FREED)

enum { HANDLERS_OWN = 7777 };
static char *stranger;

#ifdef __x86_64__
#define REGISTER(context, name) ((context)->uc_mcontext.gregs[name])
enum { FIRST = REG_RDI, SECOND = REG_RSI, RESULT = REG_RAX };
#else
#define REGISTER(context, name) ((context)->uc_mcontext.regs[name])
enum { FIRST = 0, SECOND = 1, RESULT = 0 };
#endif

static void onUnmap(int number, siginfo_t *information, void *given) {
    (void)number, (void)information;
    ucontext_t *context = given;
    char *start = (char *)REGISTER(context, FIRST);
    char *page = mmap(start, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (page == start) {
        stranger = page;
        *stranger = 77;
    }
    // A third argument, which munmap has not, passes the filter.
    REGISTER(context, RESULT) = syscall(SYS_munmap, start, REGISTER(context, SECOND), HANDLERS_OWN);
}

static void filter(void) {
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_munmap, 0, 5),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, HANDLERS_OWN, 3, 0),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[1]) + 4),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 4, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog all = {sizeof program / sizeof *program, program};
    CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no_new_privs");
    CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all) == 0, "no filter");
}

int main(void) {
    size_t tooMuch = (size_t)1 << 46;
    struct sigaction action = {.sa_sigaction = onUnmap, .sa_flags = SA_SIGINFO};
    sigaction(SIGSYS, &action, NULL);
    filter();
    char *block = malloc(8 * MIB);
    fill(block, 8 * MIB, 5);
    if (FREED) {
        free(block);
        for (int i = 0; i < 3; i++) CHECK(!malloc(tooMuch >> i), "more than there is");
    } else {
        for (int i = 0; i < 3; i++) CHECK(!realloc(block, tooMuch >> i), "more than there is");
        CHECK(filled(block, 8 * MIB, 5), "the block changed");
    }
    if (!FREED) free(block);
    CHECK(!stranger || *stranger == 77, "another's memory changed");
    return 0;
}
