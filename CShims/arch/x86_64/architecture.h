// x86-64: System V ABI, x86-64 ("psABI"). Instructions that Swift has no words for, and numbers.

#ifndef SWIFTMALLOC_X86_64_H
#define SWIFTMALLOC_X86_64_H

#include <stdint.h>

// What follows the call of a function: psABI A.2.1.
static inline intptr_t swiftmalloc_call_kernel(
    intptr_t number, intptr_t a, intptr_t b, intptr_t c, intptr_t d, intptr_t e, intptr_t f) {
  register intptr_t r10 __asm__("r10") = d;
  register intptr_t r8 __asm__("r8") = e;
  register intptr_t r9 __asm__("r9") = f;
  intptr_t result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

/// Tells the processor that this is a spinning wait.
static inline void swiftmalloc_spin_hint(void) { __asm__ volatile("pause"); }

/// The stack pointer, and 1: an odd word that tells where the stack ended.
static inline uintptr_t swiftmalloc_stack_mark(void) {
  uintptr_t mark;
  __asm__ volatile("leaq 1(%%rsp), %0" : "=r"(mark));
  return mark;
}

/// The stack pointer of the function that this becomes part of.
static inline __attribute__((always_inline)) uintptr_t swiftmalloc_stack_pointer(void) {
  uintptr_t end;
  __asm__ volatile("movq %%rsp, %0" : "=r"(end));
  return end;
}

/// Bits of an address that a program can have; all higher ones are zero, and those of the kernel's are all one.
enum { SWIFTMALLOC_ADDRESS_BITS = 47 };

/// Bits of an address that the kernel tells of a fault.
enum { SWIFTMALLOC_TOLD_ADDRESS_BITS = 64 };

/// The least alignment of blocks with which programs and the C library work: instructions of any kind take any address.
enum { SWIFTMALLOC_LEAST_ALIGNMENT = 1 };

/// `address`, where it saves instructions as one that is put into a register once.
static inline const void *swiftmalloc_in_register(const void *address) { return address; }

/// `word`, where it saves instructions as one that is loaded here.
static inline uintptr_t swiftmalloc_loaded_here(uintptr_t word) { return word; }

/// `bits` with bit `index` modulo 64 set. One instruction, and no register for a mask.
static inline uint64_t swiftmalloc_with_bit(uint64_t bits, uint64_t index) {
  __asm__("btsq %1, %0" : "+r"(bits) : "r"(index) : "cc");
  return bits;
}

/// The address of code that a word of the stack holds: on other processors it may be signed.
static inline uintptr_t swiftmalloc_code_address(uintptr_t word) { return word; }

/// No instruction is longer, in bytes.
enum { SWIFTMALLOC_LONGEST_CALL = 7 };

/// Whether a call instruction ends at the address, in front of which `SWIFTMALLOC_LONGEST_CALL` bytes of code can be read.
static inline int swiftmalloc_is_behind_call(uintptr_t address) {
  const unsigned char *code = (const unsigned char *)address;
  // call rel32: e8. call through a register or memory: ff /2, with up to five bytes behind.
  if (code[-5] == 0xe8) return 1;
  for (int length = 2; length <= SWIFTMALLOC_LONGEST_CALL; length++)
    if (code[-length] == 0xff && (code[1 - length] & 0x38) == 0x10) return 1;
  return 0;
}

/// The instruction at `pc` when it is the one that is defined to be none; null for others.
static inline const char *swiftmalloc_undefined_instruction(uintptr_t pc) {
  const unsigned char *code = (const unsigned char *)pc;
  return code[0] == 0x0f && code[1] == 0x0b ? "ud2" : 0;
}

enum {
  /// Below the stack pointer code may keep so many bytes that a signal handler leaves alone: psABI 3.2.2.
  SWIFTMALLOC_RED_ZONE = 128,
  /// The numbers of registers in unwind tables: psABI 3.6.2.
  SWIFTMALLOC_DWARF_FRAME_POINTER = 6,
  SWIFTMALLOC_DWARF_STACK_POINTER = 7,
  SWIFTMALLOC_DWARF_RETURN_ADDRESS = 16,
  /// The C library's control block of a thread begins so many bytes from the thread pointer, and holds in the word of
  /// `VECTOR` from there the address of the vector of thread-local memory. ELF TLS variant II: thread-local variables are below.
  SWIFTMALLOC_CONTROL_BLOCK_START = 0,
  SWIFTMALLOC_CONTROL_BLOCK_END = 1536,
  SWIFTMALLOC_THREAD_VECTOR = 8,
};

/// Whether functions keep a list of records on the stack. No: they may use the frame pointer as they like, and tables say where the
/// caller is.
static inline int swiftmalloc_has_frame_records(void) { return 0; }

/// The control block holds its own address in its first word and so many bytes from there; 0 where it does not.
static inline uintptr_t swiftmalloc_control_block_self(void) { return 16; }

/// The vDSO's name of clock_gettime(2): vdso(7).
#define SWIFTMALLOC_VDSO_CLOCK "__vdso_clock_gettime"

// The registers of a call's first arguments, and how the note of a probe writes them (probes.c).
#define SWIFTMALLOC_FIRST_ARGUMENT "rdi"
#define SWIFTMALLOC_SECOND_ARGUMENT "rsi"
#define SWIFTMALLOC_THIRD_ARGUMENT "rdx"
#define SWIFTMALLOC_PROBE_ARGUMENT(name) "8@%%" name

#endif
