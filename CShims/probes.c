// The body of probes.h. A note is laid out as <sys/sdt.h> of SystemTap says: three addresses as the
// file has them (the probe, .stapsdt.base, the semaphore), then the provider, the name, and where
// the arguments are.

#include "probes.h"

#include "arch/architecture.h"

#define PROVIDER "otel_memory"

#define FIRST SWIFTMALLOC_FIRST_ARGUMENT
#define SECOND SWIFTMALLOC_SECOND_ARGUMENT
#define THIRD SWIFTMALLOC_THIRD_ARGUMENT
#define WHERE(name) SWIFTMALLOC_PROBE_ARGUMENT(name)

// In the file, and not of a section without contents: a reader finds the semaphore by its place in the file.
volatile struct swiftmalloc_probe_semaphores swiftmalloc_otel_memory
    __attribute__((section(".probes"), used)) = {0, 0};

// Flag R: the linker keeps the note, and what it names, though no code refers to it (gdb finds no
// probe without .stapsdt.base).
#define PROBE(name, offset, arguments)                                          \
  "990: nop\n"                                                                  \
  ".pushsection .note.stapsdt,\"R\",\"note\"\n"                                 \
  ".balign 4\n"                                                                 \
  ".4byte 992f - 991f, 994f - 993f, 3\n"                                        \
  "991: .asciz \"stapsdt\"\n"                                                   \
  "992: .balign 4\n"                                                            \
  "993: .8byte 990b, _.stapsdt.base, swiftmalloc_otel_memory + " #offset "\n"   \
  ".asciz \"" PROVIDER "\", \"" #name "\", \"" arguments "\"\n"                 \
  "994: .balign 4\n"                                                            \
  ".popsection\n"                                                               \
  ".ifndef _.stapsdt.base\n"                                                    \
  ".pushsection .stapsdt.base,\"aG\",\"progbits\",.stapsdt.base,comdat\n"       \
  ".weak _.stapsdt.base\n"                                                      \
  ".hidden _.stapsdt.base\n"                                                    \
  "_.stapsdt.base: .space 1\n"                                                  \
  ".size _.stapsdt.base, 1\n"                                                   \
  ".popsection\n"                                                               \
  ".endif\n"

__attribute__((noinline)) void swiftmalloc_probe_alloc(
    uintptr_t block, uint64_t size, uint64_t weight) {
  if (!swiftmalloc_otel_memory.alloc) return;
  register uintptr_t first __asm__(FIRST) = block;
  register uint64_t second __asm__(SECOND) = size;
  register uint64_t third __asm__(THIRD) = weight;
  __asm__ volatile(PROBE(alloc, 0, WHERE(FIRST) " " WHERE(SECOND) " " WHERE(THIRD))
                   : : "r"(first), "r"(second), "r"(third) : "memory");
}

__attribute__((noinline)) void swiftmalloc_probe_free(uintptr_t block) {
  if (!swiftmalloc_otel_memory.free) return;
  register uintptr_t first __asm__(FIRST) = block;
  __asm__ volatile(PROBE(free, 2, WHERE(FIRST)) : : "r"(first) : "memory");
}
