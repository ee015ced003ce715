// Registers by name, for programs that hold a block in one. The variants have x86-64's names; on AArch64 each stands for one
// of as many registers, of the same kind: kept by calls or not, the frame pointer.
#ifndef REGISTERS_H
#define REGISTERS_H

#define TEXT(name) #name
#ifdef __x86_64__
#define NAME(name) "%%" TEXT(name)
#else
#define NAME(name) TEXT(name)
#define rax x0
#define rcx x1
#define rdx x2
#define rsi x3
#define rdi x4
#define r8 x8
#define r9 x9
#define r10 x10
#define r11 x11
#define rbx x19
#define rbp x29
#define r12 x20
#define r13 x21
#define r14 x27
#define r15 x28
// Instructions: the word of a static variable, inverted, comes into a register; 1 is stored in one. They use x16 and x17.
#define TAKE_INVERTED(register, variable) \
    "adrp x16, " #variable "\n\tldr " register ", [x16, :lo12:" #variable "]\n\tmvn " register ", " register "\n\t"
#define STORE_ONE(variable) "adrp x16, " #variable "\n\tmov w17, #1\n\tstr w17, [x16, :lo12:" #variable "]\n\t"
#endif

#endif
