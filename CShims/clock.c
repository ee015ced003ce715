// The body of clock.h: clock_gettime of the vDSO, a library of the kernel's in every process, whose place the auxiliary
// vector tells (AT_SYSINFO_EHDR). Where there is none (Valgrind hides it) a system call serves.

#define _GNU_SOURCE
#include "clock.h"

#include <elf.h>
#include <link.h>
#include <string.h>
#include <sys/auxv.h>
#include <time.h>

#include "system_call.h"

typedef int (*clock_function)(clockid_t, struct timespec *);

static int by_system_call(clockid_t clock, struct timespec *now) {
  return (int)swiftmalloc_system_call(SYS_clock_gettime, clock, (intptr_t)now, 0, 0, 0, 0);
}

// How many symbols a table of GNU hashes knows: one more than the last of the last chain, whose lowest bit is set.
static uint32_t symbol_count(const uint32_t *table) {
  const uint32_t bucket_count = table[0], first = table[1], bloom_words = table[2];
  const uint32_t *buckets = (const uint32_t *)((const uint64_t *)(table + 4) + bloom_words);
  const uint32_t *chains = buckets + bucket_count;
  uint32_t last = 0;
  for (uint32_t index = 0; index < bucket_count; index++)
    if (buckets[index] > last) last = buckets[index];
  if (last < first) return first;
  while (!(chains[last - first] & 1)) last++;
  return last + 1;
}

// The tables of the vDSO are not relocated: their addresses are relative to it.
static clock_function find_in_vdso(void) {
  const uintptr_t base = getauxval(AT_SYSINFO_EHDR);
  if (!base) return by_system_call;
  const ElfW(Ehdr) *header = (const void *)base;
  const ElfW(Phdr) *segments = (const void *)(base + header->e_phoff);
  const ElfW(Dyn) *entry = NULL;
  uintptr_t bias = base;
  for (int index = 0; index < header->e_phnum; index++) {
    if (segments[index].p_type == PT_LOAD) bias = base + segments[index].p_offset - segments[index].p_vaddr;
    if (segments[index].p_type == PT_DYNAMIC) entry = (const void *)(base + segments[index].p_offset);
  }
  const ElfW(Sym) *symbols = NULL;
  const char *names = NULL;
  uint32_t count = 0;
  for (; entry && entry->d_tag != DT_NULL; entry++) {
    const uintptr_t place = bias + entry->d_un.d_ptr;
    if (entry->d_tag == DT_SYMTAB) symbols = (const void *)place;
    if (entry->d_tag == DT_STRTAB) names = (const char *)place;
    if (entry->d_tag == DT_HASH) count = ((const uint32_t *)place)[1];
    if (entry->d_tag == DT_GNU_HASH && !count) count = symbol_count((const uint32_t *)place);
  }
  if (!symbols || !names) return by_system_call;
  for (uint32_t index = 0; index < count; index++)
    if (symbols[index].st_shndx != SHN_UNDEF && !strcmp(names + symbols[index].st_name, SWIFTMALLOC_VDSO_CLOCK))
      return (clock_function)(bias + symbols[index].st_value);
  return by_system_call;
}

// Found at the first use; two threads find the same.
static clock_function found;

static struct timespec now_of(clockid_t clock) {
  clock_function function = __atomic_load_n(&found, __ATOMIC_RELAXED);
  if (!function) {
    function = find_in_vdso();
    __atomic_store_n(&found, function, __ATOMIC_RELAXED);
  }
  struct timespec now;
  if (function(clock, &now)) now = (struct timespec){0};
  return now;
}

static uint64_t nanoseconds(clockid_t clock) {
  struct timespec now = now_of(clock);
  return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

uint64_t swiftmalloc_milliseconds(void) {
  struct timespec now = now_of(CLOCK_MONOTONIC_COARSE);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

uint64_t swiftmalloc_monotonic_ns(void) { return nanoseconds(CLOCK_MONOTONIC); }
uint64_t swiftmalloc_boot_ns(void) { return nanoseconds(CLOCK_BOOTTIME); }
uint64_t swiftmalloc_realtime_ns(void) { return nanoseconds(CLOCK_REALTIME); }
