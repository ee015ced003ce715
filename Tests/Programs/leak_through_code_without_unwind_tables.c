// Code that no unwind table describes, but that keeps frame pointers, is walked through: C, assembler, and what a JIT made.
// link: -fno-asynchronous-unwind-tables -fno-omit-frame-pointer -pthread
// report: ^Direct leak of 400 byte
// report: ^ +#0 0x[0-9a-f]+ in leak .*{FILE}
// report: ^ +#1 0x[0-9a-f]+ in by_c .*{FILE}
// report: ^ +#2 0x[0-9a-f]+ in in_a_thread .*{FILE}
// report: ^ +#3 0x[0-9a-f]+ in {START}
// report: ^Direct leak of 300 byte
// report: ^ +#0 0x[0-9a-f]+ in leak .*{FILE}
// report: ^ +#1 0x[0-9a-f]+ in \?\?  \(.*\)
// report: ^ +#2 0x[0-9a-f]+ in main .*{FILE}:{LINE:by copied code}
// report: ^ +#3 0x[0-9a-f]+ in {BEGIN}
// report: ^Direct leak of 200 byte
// report: ^ +#0 0x[0-9a-f]+ in leak .*{FILE}
// report: ^ +#1 0x[0-9a-f]+ in assembled
// report: ^ +#2 0x[0-9a-f]+ in main .*{FILE}:{LINE:by assembler}
// report: ^Direct leak of 100 byte
// report: ^ +#1 0x[0-9a-f]+ in by_c .*{FILE}
// report: ^ +#2 0x[0-9a-f]+ in main .*{FILE}:{LINE:by compiled code}
// report: ^ +#3 0x[0-9a-f]+ in {BEGIN}
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=guard
#include "check.h"

#include <pthread.h>
#include <sys/mman.h>

typedef void (*through)(void (*)(size_t), size_t);

// f(number), in a frame of 48 bytes.
void assembled(void (*f)(size_t), size_t number);
#ifdef __x86_64__
__asm__(".text\n.globl assembled\n.type assembled, @function\nassembled:\n"
        "push %rbp\nmov %rsp, %rbp\nsub $48, %rsp\nmov %rdi, %rax\nmov %rsi, %rdi\ncall *%rax\n"
        "leave\nret\n.size assembled, .-assembled\n");
#else
__asm__(".text\n.globl assembled\n.type assembled, @function\nassembled:\n"
        "stp x29, x30, [sp, #-64]!\nmov x29, sp\nmov x9, x0\nmov x0, x1\nblr x9\n"
        "ldp x29, x30, [sp], #64\nret\n.size assembled, .-assembled\n");
#endif

__attribute__((noinline)) static void leak(size_t size) {
  char *volatile p = malloc(size);
  *p = 1;
  p = NULL;
}
__attribute__((noinline)) static void by_c(size_t size) { leak(size); __asm__ volatile(""); }
static void *in_a_thread(void *unused) { by_c(400); return unused; }

int main(void) {
#ifdef __x86_64__
  printf("start=start_thread\nbegin=__libc_start_call_main\n");
#else
  // Debian's C library has no names of its own functions there.
  printf("start=\\?\\? .*/libc\\.so\nbegin=\\?\\? .*/libc\\.so\n");
#endif
  by_c(100);  // by compiled code
  assembled(leak, 200);  // by assembler
  char *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(code != MAP_FAILED, "mmap");
  memcpy(code, (void *)assembled, 64);
  __builtin___clear_cache(code, code + 64);
  ((through)code)(leak, 300);  // by copied code
  pthread_t thread;
  CHECK(!pthread_create(&thread, NULL, in_a_thread, NULL) && !pthread_join(thread, NULL), "thread");
  return 0;
}
