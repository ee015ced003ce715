// The body of program_symbol.h. The file's headers may say anything: every place is looked at before it is read.

#define _GNU_SOURCE
#include "program_symbol.h"

#include "image.h"
#include "in_force.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#include "libc/c_library.h"
#include "system_call.h"

struct image {
  const char *bytes;
  size_t size;
};

// The bytes at a place in the file; null when they are not all there.
static const void *at(const struct image *image, uint64_t place, uint64_t count) {
  return place <= image->size && count <= image->size - place ? image->bytes + place : NULL;
}

// The dynamic section of the object that we are in.
extern ElfW(Dyn) _DYNAMIC[] __attribute__((weak, visibility("hidden")));

uintptr_t swiftmalloc_program_bias(void) {
  const struct swiftmalloc_program_headers program = swiftmalloc_c_library()->program_headers();
  const ElfW(Phdr) *headers = program.first;
  const uintptr_t dynamic = swiftmalloc_is_linked_in() ? (uintptr_t)_DYNAMIC : 0;
  uintptr_t bias = 0;
  for (size_t index = 0; index < program.count; index++) {
    if (headers[index].p_type == PT_PHDR) return (uintptr_t)headers - headers[index].p_vaddr;
    // One that moves itself (-static-pie) has no header of its headers.
    if (headers[index].p_type == PT_DYNAMIC && dynamic) bias = dynamic - headers[index].p_vaddr;
  }
  return bias;
}

// What is looked for: a function by its name, or by an address in it, as the file has it.
struct wanted {
  const char *name;
  uint64_t address;
};

static int is_it(const ElfW(Sym) *symbol, const char *name, size_t room, struct wanted wanted) {
  if (!wanted.name) return wanted.address - symbol->st_value < symbol->st_size && memchr(name, 0, room);
  return room > strlen(wanted.name) && !strcmp(name, wanted.name);
}

// The function's symbol in one table of symbols, and its name; null when it is not there.
static const ElfW(Sym) *search(const struct image *image, const ElfW(Shdr) *table, const ElfW(Shdr) *names,
                               struct wanted wanted, const char **name) {
  const ElfW(Sym) *symbols = at(image, table->sh_offset, table->sh_size);
  const char *text = at(image, names->sh_offset, names->sh_size);
  for (size_t index = 0; symbols && text && index < table->sh_size / sizeof *symbols; index++) {
    const ElfW(Sym) *symbol = &symbols[index];
    const int is_function = ELF64_ST_TYPE(symbol->st_info) == STT_FUNC && symbol->st_shndx != SHN_UNDEF;
    if (!is_function || symbol->st_name >= names->sh_size) continue;
    *name = text + symbol->st_name;
    if (is_it(symbol, *name, names->sh_size - symbol->st_name, wanted)) return symbol;
  }
  return NULL;
}

static const ElfW(Sym) *find(const struct image *image, struct wanted wanted, const char **name) {
  const ElfW(Ehdr) *header = at(image, 0, sizeof *header);
  if (!header || memcmp(header->e_ident, ELFMAG, SELFMAG) || header->e_shentsize != sizeof(ElfW(Shdr))) return NULL;
  const ElfW(Shdr) *sections = at(image, header->e_shoff, (uint64_t)header->e_shnum * sizeof *sections);
  for (size_t index = 0; sections && index < header->e_shnum; index++) {
    const ElfW(Shdr) *table = &sections[index];
    if ((table->sh_type != SHT_SYMTAB && table->sh_type != SHT_DYNSYM) || table->sh_link >= header->e_shnum) continue;
    const ElfW(Sym) *symbol = search(image, table, &sections[table->sh_link], wanted, name);
    if (symbol) return symbol;
  }
  return NULL;
}

// The loader was started with the program as an argument: the kernel's link names the loader.
static int is_loaders_argument(void) {
  const struct swiftmalloc_program_headers program = swiftmalloc_c_library()->program_headers();
  if (getauxval(AT_BASE)) return 0;
  for (size_t index = 0; index < program.count; index++)
    if (program.first[index].p_type == PT_INTERP) return 1;
  return 0;
}

// The symbol's value, 0 without one; the name of the function that holds an address goes into `text`.
static uint64_t find_in_program(struct wanted wanted, char *text, size_t room) {
  if (is_loaders_argument()) return 0;
  intptr_t file = swiftmalloc_system_call(SYS_openat, AT_FDCWD, (intptr_t)"/proc/self/exe", O_RDONLY | O_CLOEXEC, 0, 0, 0);
  if (file < 0) return 0;
  struct image image = {0};
  intptr_t size = swiftmalloc_system_call(SYS_lseek, file, 0, SEEK_END, 0, 0, 0);
  intptr_t bytes = size <= 0 ? -1
                             : swiftmalloc_system_call(SYS_mmap, 0, size, PROT_READ, MAP_PRIVATE, file, 0);
  swiftmalloc_system_call(SYS_close, file, 0, 0, 0, 0, 0);
  if (bytes < 0 && bytes > -4096) return 0;
  image.bytes = (const char *)bytes;
  image.size = (size_t)size;
  const char *name = "";
  const ElfW(Sym) *symbol = find(&image, wanted, &name);
  const uint64_t value = symbol ? symbol->st_value : 0;
  if (symbol && room) strncpy(text, name, room - 1);
  swiftmalloc_system_call(SYS_munmap, bytes, size, 0, 0, 0, 0);
  return value;
}

void *swiftmalloc_program_function(const char *name) {
  const uint64_t value = find_in_program((struct wanted){.name = name}, NULL, 0);
  return value ? (void *)(swiftmalloc_program_bias() + value) : NULL;
}

static int is_in_program(uintptr_t address) {
  const struct swiftmalloc_program_headers program = swiftmalloc_c_library()->program_headers();
  const uintptr_t bias = swiftmalloc_program_bias();
  for (size_t index = 0; index < program.count; index++) {
    const ElfW(Phdr) *segment = &program.first[index];
    if (segment->p_type == PT_LOAD && address - (bias + segment->p_vaddr) < segment->p_memsz) return 1;
  }
  return 0;
}

const char *swiftmalloc_program_name_at(uintptr_t address) {
  static char name[4096];
  if (!is_in_program(address)) return NULL;
  const struct wanted wanted = {.address = address - swiftmalloc_program_bias()};
  return find_in_program(wanted, name, sizeof name) ? name : NULL;
}

int swiftmalloc_program_has_unwind_table(void) {
  return swiftmalloc_program_unwind_table((uintptr_t)swiftmalloc_program_has_unwind_table) != 0;
}

uintptr_t swiftmalloc_program_unwind_table(uintptr_t pc) {
  const struct swiftmalloc_program_headers program = swiftmalloc_c_library()->program_headers();
  for (size_t index = 0; index < program.count; index++)
    if (program.first[index].p_type == PT_GNU_EH_FRAME && is_in_program(pc))
      return swiftmalloc_program_bias() + program.first[index].p_vaddr;
  return 0;
}

static int has_note(const char *owner, unsigned size, unsigned type) {
  const uintptr_t bias = swiftmalloc_program_bias();
  const struct swiftmalloc_program_headers program = swiftmalloc_c_library()->program_headers();
  for (size_t index = 0; index < program.count; index++) {
    if (program.first[index].p_type != PT_NOTE) continue;
    const char *next = (const char *)(bias + program.first[index].p_vaddr);
    const char *end = next + program.first[index].p_memsz;
    while ((size_t)(end - next) >= sizeof(ElfW(Nhdr)) && next < end) {
      const ElfW(Nhdr) *note = (const void *)next;
      const char *name = next + sizeof *note;
      if (note->n_type == type && note->n_namesz == size && end - name >= size && !memcmp(name, owner, size)) return 1;
      next = name + ((note->n_namesz + 3) & ~3u) + ((note->n_descsz + 3) & ~3u);
    }
  }
  return 0;
}

// Type 4 is the linker's build id.
int swiftmalloc_program_is_go(void) { return has_note("Go\0", 4, 4); }

int swiftmalloc_program_has_its_own(void) { return !swiftmalloc_is_linked_in() && has_note("swiftmalloc", 12, 1); }

uintptr_t swiftmalloc_malloc_of_others(void) { return swiftmalloc_malloc_is_own() ? 0 : (uintptr_t)malloc; }

// The program's dynamic symbols: all of those that its hash table holds, which names every one that others find.
static size_t symbol_count(const uint32_t *hash) {
  const uint32_t bucket_count = hash[0], first = hash[1], bloom_words = hash[2];
  const uint32_t *buckets = hash + 4 + (size_t)bloom_words * 2, *chain = buckets + bucket_count;
  uint32_t last = 0;
  for (uint32_t index = 0; index < bucket_count; index++)
    if (buckets[index] > last) last = buckets[index];
  if (last < first) return first;
  while (!(chain[last - first] & 1)) last++;
  return (size_t)last + 1;
}

static int names_jump(const void *function) {
  // Only a program at a fixed address has such, and its tables need no adding.
  const struct swiftmalloc_program_headers program = swiftmalloc_c_library()->program_headers();
  const ElfW(Phdr) *headers = program.first;
  const ElfW(Dyn) *entry = NULL;
  if (swiftmalloc_program_bias()) return 0;
  for (size_t index = 0; index < program.count; index++)
    if (headers[index].p_type == PT_DYNAMIC) entry = (const void *)headers[index].p_vaddr;
  const ElfW(Sym) *symbols = NULL;
  const uint32_t *hash = NULL, *old_hash = NULL;
  for (; entry && entry->d_tag != DT_NULL; entry++) {
    if (entry->d_tag == DT_SYMTAB) symbols = (const void *)entry->d_un.d_ptr;
    if (entry->d_tag == DT_GNU_HASH) hash = (const void *)entry->d_un.d_ptr;
    if (entry->d_tag == DT_HASH) old_hash = (const void *)entry->d_un.d_ptr;
  }
  const size_t count = !symbols ? 0 : hash ? symbol_count(hash) : old_hash ? old_hash[1] : 0;
  for (size_t index = 1; index < count; index++)
    if (symbols[index].st_shndx == SHN_UNDEF && symbols[index].st_value == (uintptr_t)function) return 1;
  return 0;
}

static int is_jump(const void *function) {
  // Asked often, and always of the same few. Each entry is an address, one bit to the left, and the answer in that bit.
  enum { CAPACITY = 16 };
  static uintptr_t known[CAPACITY];
  const uintptr_t address = (uintptr_t)function;
  for (int index = 0; index < CAPACITY; index++) {
    const uintptr_t entry = __atomic_load_n(&known[index], __ATOMIC_RELAXED);
    if (entry >> 1 == address) return entry & 1;
    if (entry) continue;
    const int answer = names_jump(function);
    __atomic_store_n(&known[index], address << 1 | (uintptr_t)answer, __ATOMIC_RELAXED);
    return answer;
  }
  return names_jump(function);
}

void *swiftmalloc_unless_jump_of_program(void *function) { return is_jump(function) ? NULL : function; }
