// Code without unwind tables whose frame pointer register holds anything: the walk ends there, and nothing is read
// but the stack.
// link: -fno-asynchronous-unwind-tables
// report: ^Direct leak of
// report: ^ +#0 0x[0-9a-f]+ in leak .*{FILE}
// report-not: in main .*{FILE}
// arguments: VALUE=0 VALUE=1 VALUE=8 VALUE=0x7fffffff000 VALUE=-1 VALUE=-16 VALUE=0xdeadbeefdeadbeef
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
#include "check.h"
ARGUMENT(long, VALUE)

void with_frame_pointer(void (*f)(void), uintptr_t value);
#ifdef __x86_64__
__asm__(".text\n.globl with_frame_pointer\n.type with_frame_pointer, @function\nwith_frame_pointer:\n"
        "push %rbp\nmov %rsi, %rbp\ncall *%rdi\npop %rbp\nret\n.size with_frame_pointer, .-with_frame_pointer\n");
#else
__asm__(".text\n.globl with_frame_pointer\n.type with_frame_pointer, @function\nwith_frame_pointer:\n"
        "stp x29, x30, [sp, #-16]!\nmov x29, x1\nblr x0\nldp x29, x30, [sp], #16\nret\n"
        ".size with_frame_pointer, .-with_frame_pointer\n");
#endif

__attribute__((noinline, optimize("omit-frame-pointer"))) static void leak(void) {
  char *volatile p = malloc(100);
  *p = 1;
  p = NULL;
}

int main(void) {
  with_frame_pointer(leak, (uintptr_t)VALUE);
  // An address on the stack whose neighbour is no return address; what stands there is zero.
  uintptr_t fake[64] = {0};
  with_frame_pointer(leak, (uintptr_t)&fake[8]);
  fake[9] = (uintptr_t)&fake[0];
  with_frame_pointer(leak, (uintptr_t)&fake[8]);
  return 0;
}
