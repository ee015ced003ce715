// The body of scan.h.

#define _GNU_SOURCE
#include "scan.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>

#include "arch/signal_frame.h"
#include "libc.h"
#include "signals.h"
#include "system_call.h"

static intptr_t call(intptr_t number, intptr_t a, intptr_t b, intptr_t c, intptr_t d) {
  return swiftmalloc_system_call(number, a, b, c, d, 0, 0);
}

static void on_fault(int number, siginfo_t *information, void *context) {
  (void)context;
  const uintptr_t size = (uintptr_t)swiftmalloc_page_size();
  const uintptr_t page = (uintptr_t)information->si_addr & ~(size - 1);
  // A signal that somebody sent has a code that is not positive; a fault without an address has the kernel's.
  const int is_fault = information->si_code > 0 && information->si_code != SI_KERNEL && page != 0;
  if (is_fault &&
      (uintptr_t)swiftmalloc_system_call(SYS_mmap, (intptr_t)page, (intptr_t)size, PROT_READ | PROT_WRITE,
                                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == page)
    return;
  // The instruction faults once more, and that ends the process.
  swiftmalloc_handle_signal(number, NULL, 0, NULL);
}

void swiftmalloc_read_zeroes_at_faults(void) {
  // A thread's own stack may be too small for what the kernel puts there.
  static _Alignas(16) char bytes[64 * 1024];
  const stack_t stack = {.ss_sp = bytes, .ss_size = sizeof bytes};
  call(SYS_sigaltstack, (intptr_t)&stack, 0, 0, 0);
  const uint64_t faults = (uint64_t)1 << (SIGSEGV - 1) | (uint64_t)1 << (SIGBUS - 1);
  swiftmalloc_handle_signal(SIGSEGV, on_fault, 0, NULL);
  swiftmalloc_handle_signal(SIGBUS, on_fault, 0, NULL);
  call(SYS_rt_sigprocmask, SIG_UNBLOCK, (intptr_t)&faults, 0, sizeof faults);
}

int swiftmalloc_is_readable(uintptr_t address) {
  // The kernel reads the mask first, and then refuses what is to be done with it.
  return call(SYS_rt_sigprocmask, -1, (intptr_t)address, 0, 8) != -EFAULT;
}

void swiftmalloc_ask_kernel_pointers(uintptr_t pointers[SWIFTMALLOC_KERNEL_POINTERS]) {
  stack_t stack = {0};
  size_t length;
  for (int index = 0; index < SWIFTMALLOC_KERNEL_POINTERS; index++) pointers[index] = 0;
  if (call(SYS_sigaltstack, 0, (intptr_t)&stack, 0, 0) == 0) pointers[0] = (uintptr_t)stack.ss_sp;
  call(SYS_get_robust_list, 0, (intptr_t)&pointers[1], (intptr_t)&length, 0);
  pointers[2] = swiftmalloc_segment_base();
}
