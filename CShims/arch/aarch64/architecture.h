// AArch64: Arm's architecture manual, and the procedure call standard ("AAPCS64"). Instructions that Swift has no
// words for, and numbers.

#ifndef SWIFTMALLOC_AARCH64_H
#define SWIFTMALLOC_AARCH64_H

#include <stdint.h>

// syscall(2): the number in x8, arguments from x0 on.
static inline intptr_t swiftmalloc_call_kernel(
    intptr_t number, intptr_t a, intptr_t b, intptr_t c, intptr_t d, intptr_t e, intptr_t f) {
  register intptr_t x8 __asm__("x8") = number;
  register intptr_t x0 __asm__("x0") = a;
  register intptr_t x1 __asm__("x1") = b;
  register intptr_t x2 __asm__("x2") = c;
  register intptr_t x3 __asm__("x3") = d;
  register intptr_t x4 __asm__("x4") = e;
  register intptr_t x5 __asm__("x5") = f;
  __asm__ volatile("svc 0"
                   : "+r"(x0)
                   : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                   : "memory", "cc");
  return x0;
}

/// Tells the processor that this is a spinning wait. `yield` does nothing on most processors; `isb`
/// waits until the pipeline is empty, some dozens of cycles as `pause` does on x86-64.
static inline void swiftmalloc_spin_hint(void) { __asm__ volatile("isb"); }

/// The stack pointer, and 1: an odd word that tells where the stack ended.
static inline uintptr_t swiftmalloc_stack_mark(void) {
  uintptr_t mark;
  __asm__ volatile("add %0, sp, #1" : "=r"(mark));
  return mark;
}

/// The stack pointer of the function that this becomes part of.
static inline __attribute__((always_inline)) uintptr_t swiftmalloc_stack_pointer(void) {
  uintptr_t end;
  __asm__ volatile("mov %0, sp" : "=r"(end));
  return end;
}

/// Bits of an address that a program can have; all higher ones are zero, and those of the kernel's are all one.
enum { SWIFTMALLOC_ADDRESS_BITS = 48 };

/// Bits of an address that the kernel tells of a fault: the processor passes over the others where bit 55 is zero ("top
/// byte ignore", Arm's manual, D8.8).
enum { SWIFTMALLOC_TOLD_ADDRESS_BITS = 56 };

/// The least alignment of blocks with which programs and the C library work: Arm's manual, B2.5.2: an atomic
/// instruction traps at an address that is none of its own length, and the loader has some in blocks of odd length.
enum { SWIFTMALLOC_LEAST_ALIGNMENT = 8 };

/// `address`, put into a register once: the compiler would make it anew, by two instructions, for the next word of the
/// same variable.
static inline const void *swiftmalloc_in_register(const void *address) {
  __asm__("" : "+r"(address));
  return address;
}

/// `word`, which is loaded here and not behind a later branch: loads of words that stand side by side become one instruction.
static inline uintptr_t swiftmalloc_loaded_here(uintptr_t word) {
  __asm__ volatile("" : "+r"(word));
  return word;
}

/// `bits` with bit `index` modulo 64 set.
static inline uint64_t swiftmalloc_with_bit(uint64_t bits, uint64_t index) { return bits | (uint64_t)1 << (index & 63); }

/// The address of code that a word of the stack holds, without its signature: a function that is compiled with pointer
/// authentication signs its return address before it stores it. `xpaclri`, written as the hint that older processors
/// pass over.
static inline uintptr_t swiftmalloc_code_address(uintptr_t word) {
  register uintptr_t link __asm__("x30") = word;
  __asm__("hint #7" : "+r"(link));
  return link;
}

/// All instructions have four bytes.
enum { SWIFTMALLOC_LONGEST_CALL = 4 };

/// Whether a call instruction ends at the address, in front of which `SWIFTMALLOC_LONGEST_CALL` bytes of code can be
/// read.
static inline int swiftmalloc_is_behind_call(uintptr_t address) {
  if (address & 3) return 0;
  const uint32_t code = ((const uint32_t *)address)[-1];
  // bl; blr; blraa, blrab and their forms without a modifier.
  return (code & 0xfc000000) == 0x94000000 || (code & 0xfefff800) == 0xd63f0000;
}

/// The instruction at `pc` when it is the one that is defined to be none; null for others.
static inline const char *swiftmalloc_undefined_instruction(uintptr_t pc) {
  return *(const uint32_t *)pc >> 16 == 0 ? "udf" : 0;
}

enum {
  /// AAPCS64 6.4.5.1: what is below the stack pointer may be overwritten at any time.
  SWIFTMALLOC_RED_ZONE = 0,
  /// The numbers of registers in unwind tables: DWARF for the Arm 64-bit architecture, 4.1.
  SWIFTMALLOC_DWARF_FRAME_POINTER = 29,
  SWIFTMALLOC_DWARF_STACK_POINTER = 31,
  SWIFTMALLOC_DWARF_RETURN_ADDRESS = 30,
  /// The C library's control block of a thread ends where the thread pointer leads to; there stands the address of the
  /// vector of thread-local memory. ELF TLS variant I: thread-local variables are above.
  SWIFTMALLOC_CONTROL_BLOCK_START = -2048,
  SWIFTMALLOC_CONTROL_BLOCK_END = 0,
  SWIFTMALLOC_THREAD_VECTOR = 0,
};

/// Whether functions keep a list of records on the stack. AAPCS64 6.4.6: x29 leads to the caller's x29 and the return
/// address, side by side. Compilers make a record in each function that calls another.
static inline int swiftmalloc_has_frame_records(void) { return 1; }

/// The control block holds its own address in its first word and so many bytes from there; 0 where it does not.
static inline uintptr_t swiftmalloc_control_block_self(void) { return 0; }

/// The vDSO's name of clock_gettime(2): vdso(7).
#define SWIFTMALLOC_VDSO_CLOCK "__kernel_clock_gettime"

// The registers of a call's first arguments, and how the note of a probe writes them (probes.c).
#define SWIFTMALLOC_FIRST_ARGUMENT "x0"
#define SWIFTMALLOC_SECOND_ARGUMENT "x1"
#define SWIFTMALLOC_THIRD_ARGUMENT "x2"
#define SWIFTMALLOC_PROBE_ARGUMENT(name) "8@" name

#endif
