// Reads the USDT notes of the library that serves malloc, as perf and eBPF profilers do: where its probes are in this process, and
// their semaphores. And does as the kernel does for those readers: it raises the semaphores of another process, puts breakpoints at the
// probes, and reads registers.
#ifndef PROBES_H
#define PROBES_H
#include "check.h"

#include <dlfcn.h>
#include <elf.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>

// Where a thread has come to a breakpoint, and the registers that have a call's arguments.
struct stop {
    uintptr_t place;
    uint64_t arguments[3];
};

#ifdef __x86_64__
#define PROBE_ARGUMENTS_1 "8@%rdi"
#define PROBE_ARGUMENTS_3 "8@%rdi 8@%rsi 8@%rdx"
enum { BREAKPOINT = 0xcc, BREAKPOINT_BYTES = 1 };

// The thread has passed the breakpoint.
static inline struct stop stopAtBreakpoint(pid_t thread) {
    struct user_regs_struct registers;
    CHECK(ptrace(PTRACE_GETREGS, thread, NULL, &registers) == 0, "no registers");
    return (struct stop){registers.rip - 1, {registers.rdi, registers.rsi, registers.rdx}};
}
#else
#define PROBE_ARGUMENTS_1 "8@x0"
#define PROBE_ARGUMENTS_3 "8@x0 8@x1 8@x2"
enum { BREAKPOINT = 0xd4200000u, BREAKPOINT_BYTES = 4 };

// The thread stands at the breakpoint, and is led past it.
static inline struct stop stopAtBreakpoint(pid_t thread) {
    struct user_regs_struct registers;
    struct iovec all = {&registers, sizeof registers};
    CHECK(ptrace(PTRACE_GETREGSET, thread, NT_PRSTATUS, &all) == 0, "no registers");
    struct stop stop = {registers.pc, {registers.regs[0], registers.regs[1], registers.regs[2]}};
    registers.pc += BREAKPOINT_BYTES;
    CHECK(ptrace(PTRACE_SETREGSET, thread, NT_PRSTATUS, &all) == 0, "no registers");
    return stop;
}
#endif

struct probe {
    uintptr_t address;
    volatile uint16_t *semaphore;
    char arguments[64];
};

// The probe of that name; all zero where there is none.
static inline struct probe findProbe(const char *provider, const char *name) {
    static unsigned char bytes[64 << 20];
    struct probe probe = {0};
    Dl_info module;
    CHECK(dladdr(dlsym(RTLD_DEFAULT, "malloc"), &module), "malloc is nobody's");
    int file = open(module.dli_fname, O_RDONLY | O_CLOEXEC);
    size_t length = 0;
    for (ssize_t count; (count = read(file, bytes + length, sizeof bytes - length)) > 0;) length += (size_t)count;
    close(file);
    const Elf64_Ehdr *head = (void *)bytes;
    const Elf64_Shdr *sections = (void *)(bytes + head->e_shoff);
    const char *names = (char *)bytes + sections[head->e_shstrndx].sh_offset;
    for (int i = 0; i < head->e_shnum; i++) {
        if (strcmp(names + sections[i].sh_name, ".note.stapsdt")) continue;
        const unsigned char *at = bytes + sections[i].sh_offset, *end = at + sections[i].sh_size;
        while (at < end) {
            const Elf64_Nhdr *note = (void *)at;
            const char *owner = (char *)at + sizeof *note;
            const unsigned char *content = at + sizeof *note + ((note->n_namesz + 3) & ~3u);
            at = content + ((note->n_descsz + 3) & ~3u);
            const char *text = (char *)content + 24, *second = text + strlen(text) + 1;
            if (note->n_type != 3 || strcmp(owner, "stapsdt") || strcmp(text, provider) || strcmp(second, name)) continue;
            uint64_t places[3];
            memcpy(places, content, sizeof places);
            probe.address = (uintptr_t)module.dli_fbase + places[0];
            if (places[2]) probe.semaphore = (void *)((char *)module.dli_fbase + places[2]);
            snprintf(probe.arguments, sizeof probe.arguments, "%s", second + strlen(second) + 1);
        }
    }
    return probe;
}

// What a child of fork raises when a reader is to attach, and to go away.
enum { ATTACH = SIGUSR1, DETACH = SIGUSR2 };

static inline void letTrace(void) {
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL)) SKIP("nobody may be traced here (ptrace)");
}

static inline void poke(pid_t child, uintptr_t address, int byteCount, long value) {
    long mask = (1l << byteCount * 8) - 1, word = ptrace(PTRACE_PEEKDATA, child, address, NULL);
    CHECK(ptrace(PTRACE_POKEDATA, child, address, (word & ~mask) | value) == 0, "cannot write at %lx", (unsigned long)address);
}

// Serves that child until it ends. `hit` is told of each probe that a thread comes to: its number among `probes`, and its arguments.
static inline void traceProbes(pid_t child, const struct probe *probes, int count, void (*hit)(int, const uint64_t[3])) {
    for (int isAttached = 0;;) {
        int status;
        pid_t thread = waitpid(-1, &status, __WALL);
        CHECK(thread > 0, "the child is lost");
        if (!WIFSTOPPED(status)) {
            if (thread != child) continue;
            if (WIFEXITED(status) && WEXITSTATUS(status) == 77) _exit(77);
            CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the child ended with %x", status);
            return;
        }
        int signal = WSTOPSIG(status);
        if (signal == ATTACH || signal == DETACH) {
            isAttached = signal == ATTACH;
            ptrace(PTRACE_SETOPTIONS, thread, NULL, PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL);
            for (int i = 0; i < count; i++) {
                // The breakpoints stay, to tell of what comes too late.
                poke(thread, probes[i].address, BREAKPOINT_BYTES, BREAKPOINT);
                poke(thread, (uintptr_t)probes[i].semaphore, 2, isAttached);
            }
        } else if (signal == SIGTRAP && status >> 16 == 0) {
            struct stop stop = stopAtBreakpoint(thread);
            int number = 0;
            while (number < count && stop.place != probes[number].address) number++;
            CHECK(isAttached && number < count, "a stop at %lx", (unsigned long)stop.place);
            hit(number, stop.arguments);
        } else {
            CHECK(signal == SIGSTOP || signal == SIGTRAP, "signal %d", signal);
        }
        ptrace(PTRACE_CONT, thread, NULL, NULL);
    }
}
#endif
