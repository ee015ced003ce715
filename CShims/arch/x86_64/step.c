// One instruction of the program with access to a page that it must not touch: an error was reported, the program goes on,
// and the next error in the page is to be found, too. The processor's single step ends with SIGTRAP, and then the page
// is inaccessible again.

#if defined(__x86_64__)

#define _GNU_SOURCE
#include "step.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>

#include "../../crash_report.h"
#include "system_call.h"

#define STEP_FLAG 0x100

// The pages that are open for an instruction of a thread; thread 0: a free place. An instruction may touch two pages.
static struct {
  int thread;
  uintptr_t page;
  size_t length;
} places[64];

static int this_thread(void) { return (int)swiftmalloc_system_call(SYS_gettid, 0, 0, 0, 0, 0, 0); }

static int close_pages(void) {
  const int thread = this_thread();
  int count = 0;
  for (size_t index = 0; index < sizeof places / sizeof *places; index++) {
    if (__atomic_load_n(&places[index].thread, __ATOMIC_ACQUIRE) != thread) continue;
    swiftmalloc_system_call(SYS_mprotect, (intptr_t)places[index].page,
                            (intptr_t)places[index].length, PROT_NONE, 0, 0, 0);
    __atomic_store_n(&places[index].thread, 0, __ATOMIC_RELEASE);
    count++;
  }
  return count;
}

// The handler of crashes (faults.c), whose place ours took; zero where it had none.
static struct sigaction before;

static void on_step(int number, siginfo_t *information, void *context) {
  ucontext_t *registers = context;
  if (information->si_code == TRAP_TRACE && close_pages() != 0) {
    registers->uc_mcontext.gregs[REG_EFL] &= ~(greg_t)STEP_FLAG;
    return;
  }
  // Somebody else's: a crash.
  if (before.sa_flags & SA_SIGINFO) return before.sa_sigaction(number, information, context);
  struct sigaction usual;
  memset(&usual, 0, sizeof usual);
  sigaction(number, &usual, NULL);
  raise(number);
}

// A debugger would take the signal for its own.
static int is_traced(void) {
  char text[2048];
  intptr_t file = swiftmalloc_system_call(SYS_openat, -100, (intptr_t) "/proc/self/status", 0x80000, 0, 0, 0);
  if (file < 0) return 1;
  intptr_t length = swiftmalloc_system_call(SYS_read, file, (intptr_t)text, sizeof text - 1, 0, 0, 0);
  swiftmalloc_system_call(SYS_close, file, 0, 0, 0, 0, 0);
  if (length <= 0) return 1;
  text[length] = 0;
  const char *tracer = strstr(text, "TracerPid:\t");
  return !tracer || tracer[11] != '0';
}

static int can_step(const ucontext_t *registers) {
  static unsigned count;
  static int traced;
  // The kernel takes a while to say it.
  if (count++ % 64 == 0) traced = is_traced();
  // The kernel ends a process that blocks the signal.
  if (traced || sigismember(&registers->uc_sigmask, SIGTRAP)) return 0;
  struct sigaction current;
  if (sigaction(SIGTRAP, NULL, &current) != 0) return 0;
  if (current.sa_flags & SA_SIGINFO && current.sa_sigaction == on_step) return 1;
  if (swiftmalloc_is_own_action(SIGTRAP))
    before = current;
  else if (current.sa_flags & SA_SIGINFO || current.sa_handler != SIG_DFL)
    return 0;
  struct sigaction action, fault;
  sigaction(SIGSEGV, NULL, &fault);
  memset(&action, 0, sizeof action);
  action.sa_sigaction = on_step;
  action.sa_flags = SA_SIGINFO | (fault.sa_flags & SA_ONSTACK);
  return sigaction(SIGTRAP, &action, NULL) == 0;
}

int swiftmalloc_step(const void *context, uintptr_t page, size_t length) {
  ucontext_t *registers = (ucontext_t *)(uintptr_t)context;
  if (!can_step(registers)) return 0;
  const int thread = this_thread();
  for (size_t index = 0; index < sizeof places / sizeof *places; index++) {
    int expected = 0;
    // -1 reserves the place until its fields are set.
    if (!__atomic_compare_exchange_n(&places[index].thread, &expected, -1, 0, __ATOMIC_ACQUIRE,
                                     __ATOMIC_RELAXED)) {
      continue;
    }
    places[index].page = page;
    places[index].length = length;
    __atomic_store_n(&places[index].thread, thread, __ATOMIC_RELEASE);
    registers->uc_mcontext.gregs[REG_EFL] |= STEP_FLAG;
    return 1;
  }
  return 0;
}

#endif
