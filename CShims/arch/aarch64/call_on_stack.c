// The body of call_on_stack.h. AAPCS64 6.1.1: a function keeps x19 to x29; 6.4.6: x29 leads to the caller's x29 and
// the return address.

#if defined(__aarch64__)

#include "../call_on_stack.h"

__asm__(
    ".text\n"
    ".p2align 4\n"
    ".hidden swiftmalloc_call_on_stack\n"
    ".globl swiftmalloc_call_on_stack\n"
    ".type swiftmalloc_call_on_stack,@function\n"
    "swiftmalloc_call_on_stack:\n"
    "  .cfi_startproc\n"
    "  stp x29, x30, [sp, #-96]!\n"
    "  .cfi_def_cfa_offset 96\n"
    "  .cfi_offset x29, -96\n"
    "  .cfi_offset x30, -88\n"
    "  mov x29, sp\n"
    "  .cfi_def_cfa x29, 96\n"
    "  stp x19, x20, [sp, #16]\n"
    "  stp x21, x22, [sp, #32]\n"
    "  stp x23, x24, [sp, #48]\n"
    "  stp x25, x26, [sp, #64]\n"
    "  stp x27, x28, [sp, #80]\n"
    "  mov x9, x0\n"
    "  mov x0, x1\n"
    "  mov sp, x2\n"
    "  blr x9\n"
    // The body has left them as they were: what was stored is only to be seen.
    "  mov sp, x29\n"
    "  ldp x29, x30, [sp], #96\n"
    "  .cfi_def_cfa sp, 0\n"
    "  ret\n"
    "  .cfi_endproc\n"
    ".size swiftmalloc_call_on_stack,.-swiftmalloc_call_on_stack\n");

#endif
