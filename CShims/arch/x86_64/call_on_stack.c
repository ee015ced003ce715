// The body of call_on_stack.h. psABI 3.2.1: a function keeps rbx, rbp and r12 to r15; 3.2.2: at a call the stack
// pointer is a multiple of 16. Call and return are in pairs, as a processor's own stack of return addresses wants it.

#if defined(__x86_64__)

#include "../call_on_stack.h"

__asm__(
    ".text\n"
    ".p2align 4\n"
    ".hidden swiftmalloc_call_on_stack\n"
    ".globl swiftmalloc_call_on_stack\n"
    ".type swiftmalloc_call_on_stack,@function\n"
    "swiftmalloc_call_on_stack:\n"
    "  .cfi_startproc\n"
    "  pushq %rbp\n"
    "  .cfi_def_cfa_offset 16\n"
    "  .cfi_offset %rbp, -16\n"
    "  movq %rsp, %rbp\n"
    "  .cfi_def_cfa_register %rbp\n"
    "  pushq %rbx\n"
    "  pushq %r12\n"
    "  pushq %r13\n"
    "  pushq %r14\n"
    "  pushq %r15\n"
    "  movq %rdi, %rax\n"
    "  movq %rsi, %rdi\n"
    "  movq %rdx, %rsp\n"
    "  callq *%rax\n"
    // The body has left them as they were: what was pushed is only to be seen.
    "  movq %rbp, %rsp\n"
    "  popq %rbp\n"
    "  .cfi_def_cfa %rsp, 8\n"
    "  retq\n"
    "  .cfi_endproc\n"
    ".size swiftmalloc_call_on_stack,.-swiftmalloc_call_on_stack\n");

#endif
