// Proves that every fatal signal that nobody handles ends the process as without us, after a line with the signal, the address
// and what it is, and the stack: faults on null, code, read-only data, inaccessible pages, files' ends, what is no address, blocks,
// jumps, traps, and signals that were sent.
// expect: exit 0
// stderr-count: 20
// report: ERROR: swiftmalloc: SEGV on address 0x0 \(a write, the null pointer\), thread "
// report: ^ +#0 0x[0-9a-f]+ in fault +.*{FILE}:{LINE:null}$
// report: ^SUMMARY: swiftmalloc: SEGV .*{FILE}:{LINE:null} in fault$
// report: SEGV on address 0x18 \(a read, 24 bytes after null\)
// report: SEGV on address 0x[0-9a-f]+ \(a write, in .*debug_crash_tells_signal_and_address, which is read-only\)
// report: SEGV on address 0x[0-9a-f]+ \(a write, in .*debug_crash_tells_signal_and_address, which is read-only\)
// report: SEGV on address 0x[0-9a-f]+ \(a write, in memory without a file, which is inaccessible\)
// report: BUS on address 0x[0-9a-f]+ \(in .*/empty, behind the file's end\)
// report: SEGV on address {NONE} \({WRITE}which can be no address\)
// report: SEGV on address 0xffffffff00000000 \(a write, an address of the kernel's\)
// report: SEGV on address 0x0 \(a jump, the null pointer\)
// report: ^ +#0 0x[0-9a-f]+ in fault +.*{FILE}:{LINE:jump}$
// report: SEGV on address {NONE} \(a jump, which can be no address\)
// report: SEGV on address 0x[0-9a-f]+ \(a jump, 8 bytes inside the 100-byte block at 0x[0-9a-f]+\)
// report: ^allocated by thread
// report: SEGV on address 0x[0-9a-f]+ \(a jump, in memory without a file, where no code is\)
// report: SEGV on address 0x12345000 \(a read, in no mapping\)
// report: SEGV on address 0x[0-9a-f]+ \(sent by the program itself\)
// report: BUS on address 0x[0-9a-f]+ \(sent by the program itself\)
// report: SEGV on address 0x[0-9a-f]+ \(sent by process [0-9]+\)
// report: ABRT on address 0x[0-9a-f]+ \(by the program itself: abort\)
// report: in fault +.*{FILE}:{LINE:abort}$
// report: FPE on address 0x[0-9a-f]+ \({DIVISION}\)
// report: ILL on address 0x[0-9a-f]+ \(the instruction {TRAP}, by which compiled code stops the program\)
// report: TRAP on address 0x[0-9a-f]+ \(a breakpoint, by which compiled code stops the program\)
// report: ^SUMMARY: swiftmalloc: TRAP
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_DEBUG=guard
// timeout: 60
#ifdef __x86_64__
#define BREAKPOINT "int3"
#define TRAP "ud2"
#define NONE "0x4141414141414141"
#define WRITE ""
#define DIVISION "a division by zero, or with a result that is too large"
enum { DIVIDES = 1 };
#else
#define BREAKPOINT "brk #0"
#define TRAP "udf #0"
// The processor passes over the highest byte, the kernel tells each access, and a division by zero gives zero.
#define NONE "0x41414141414141"
#define WRITE "a write, "
#define DIVISION "sent by the program itself"
enum { DIVIDES = 0 };
#endif
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include "debug.h"

static NOINLINE void fault(int which, char *block) {
    char path[4096];
    snprintf(path, sizeof path, "%s/empty", getenv("PROGRAM_SCRATCH"));
    char *none = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *empty = mmap(NULL, 4096, PROT_READ, MAP_SHARED, open(path, O_RDWR | O_CREAT, 0600), 0);
    char *data = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    volatile int zero = 0;
    switch (which) {
        case 0: *(volatile char *)hide(NULL) = 1; break;  // null
        case 1: zero = *(volatile char *)hide((void *)24); break;
        case 2: *(volatile char *)hide((void *)fault) = 1; break;
        case 3: *(volatile char *)hide("text") = 1; break;
        case 4: *(volatile char *)hide(none) = 1; break;
        case 5: none[0] = *(volatile char *)hide(empty); break;
        case 6: *(volatile char *)hide((void *)0x4141414141414141) = 1; break;
        case 7: *(volatile char *)hide((void *)0xffffffff00000000) = 1; break;
        case 8: ((void (*)(void))hide(NULL))(); break;  // jump
        case 9: ((void (*)(void))hide((void *)0x4141414141414141))(); break;
        case 10: ((void (*)(void))hide(block + 8))(); break;
        case 11: ((void (*)(void))hide(data))(); break;
        case 12: zero = *(volatile char *)hide((void *)0x12345000); break;
        case 13: kill(getpid(), SIGSEGV), pause(); break;
        case 14: raise(SIGBUS); break;
        case 15: for (;;) pause();
        case 16: abort(); break;  // abort
        case 17: DIVIDES ? zero = 7 / zero : raise(SIGFPE); break;
        case 18: __asm__ volatile(TRAP); break;
        case 19: __asm__ volatile(BREAKPOINT); break;
    }
}

int main(void) {
    static const int ends[20] = {[5] = SIGBUS, [14] = SIGBUS, [16] = SIGABRT, [17] = SIGFPE, [18] = SIGILL, [19] = SIGTRAP};
    dprintf(1, "none=%s\nwrite=%s\ndivision=%s\ntrap=%.3s\n", NONE, WRITE, DIVISION, TRAP);
    for (int which = 0; which < 20; which++) {
        pid_t child = fork();
        if (child == 0) {
            char *block = malloc(100);
            fault(which, block);
            _exit(0);
        }
        int status = -1, expected = ends[which] ? ends[which] : SIGSEGV;
        if (which == 15) usleep(200000), kill(child, SIGSEGV);
        waitpid(child, &status, 0);
        CHECK(WIFSIGNALED(status) && WTERMSIG(status) == expected, "fault %d ended with %x", which, status);
    }
    return 0;
}
