// The body of unwind_tables.h.

#define _GNU_SOURCE
#include "unwind_tables.h"

#include "dynamic.h"
#include "file_calls.h"
#include "libc.h"
#include "libc/c_library.h"
#include "program_symbol.h"

#include <link.h>
#include <string.h>

static int is_prepared;

// Modules that were there at the beginning, by address.
enum { LASTING = 512 };
static const struct link_map *lasting[LASTING];
static int lasting_count;

// Where a module stands there, or would stand.
static int place_of(const struct link_map *module) {
  int low = 0, high = lasting_count;
  while (low < high) {
    const int middle = (low + high) / 2;
    if (lasting[middle] < module) low = middle + 1;
    else high = middle;
  }
  return low;
}

int swiftmalloc_unwind_tables_prepare(void) {
  if (is_prepared) return 1;
  if (!swiftmalloc_c_library()->prepare_to_find_modules()) return 0;
  const struct link_map *map = swiftmalloc_c_library()->modules();
  for (; map && lasting_count < LASTING; map = map->l_next) {
    const int place = place_of(map);
    memmove(&lasting[place + 1], &lasting[place], (size_t)(lasting_count++ - place) * sizeof *lasting);
    lasting[place] = map;
  }
  is_prepared = 1;
  return 1;
}

static int find(uintptr_t pc, struct swiftmalloc_loaded_module *found) {
  return is_prepared && swiftmalloc_c_library()->find_module(pc, found);
}

uintptr_t swiftmalloc_unwind_table(uintptr_t pc) {
  if (swiftmalloc_is_static()) return swiftmalloc_program_unwind_table(pc);
  struct swiftmalloc_loaded_module found = {0};
  return find(pc, &found) ? found.unwind_table : 0;
}

static uint64_t mix(uint64_t sum, uint64_t word) {
  sum = (sum ^ word) * 0x9e3779b97f4a7c15;
  return sum ^ sum >> 32;
}

static uint64_t mix_bytes(uint64_t sum, const void *bytes, size_t count) {
  const char *next = bytes;
  for (size_t left = count; left > 0;) {
    const size_t length = left < sizeof(uint64_t) ? left : sizeof(uint64_t);
    uint64_t word = 0;
    memcpy(&word, next, length);
    sum = mix(sum, word);
    next += length;
    left -= length;
  }
  return sum;
}

// Of the place, of the path, and of the first functions' places: two versions of a library may share the former.
uint64_t swiftmalloc_passing_stamp(uintptr_t pc) {
  struct swiftmalloc_loaded_module found = {0};
  if (swiftmalloc_c_library()->keeps_modules || !find(pc, &found)) return 0;
  const int place = place_of(found.link_map);
  if (place < lasting_count && lasting[place] == found.link_map) return 0;
  uint64_t stamp = mix(found.start, found.end);
  stamp = mix_bytes(stamp, found.link_map->l_name, strlen(found.link_map->l_name));
  // Version and encodings, the distance to .eh_frame, the number of pairs, and pairs (LSB Core 5.0, 10.6.1).
  const uint32_t *table = (const uint32_t *)found.unwind_table;
  if (table) stamp = mix_bytes(stamp, table, (3 + 2 * (table[2] < 8 ? table[2] : 8)) * sizeof *table);
  return stamp ? stamp : 1;
}

// A path within the current folder becomes a whole one. The name alone of one that is too long.
static void take_path(struct swiftmalloc_module *module, const char *path) {
  const size_t room = sizeof module->path - 1;
  size_t before = 0;
  if (*path != '/') {
    const intptr_t count = swiftmalloc_link_read("/proc/self/cwd", module->path, room);
    if (count > 0 && (size_t)count + 1 + strlen(path) <= room) before = (size_t)count;
  }
  if (before) module->path[before++] = '/';
  else if (strlen(path) > room && strrchr(path, '/')) path = strrchr(path, '/') + 1;
  const size_t length = strnlen(path, room - before);
  memcpy(module->path + before, path, length);
  module->path[before + length] = 0;
}

int swiftmalloc_passing_module(uintptr_t pc, struct swiftmalloc_passing_module *result) {
  struct swiftmalloc_loaded_module found = {0};
  if (!find(pc, &found)) return 0;
  struct swiftmalloc_module *module = &result->module;
  module->start = found.start;
  module->end = found.end;
  module->build_id_length = 0;
  take_path(module, found.link_map->l_name);
  const ElfW(Ehdr) *head = (const void *)found.start;
  const uintptr_t page = (uintptr_t)swiftmalloc_page_size();
  if (memcmp(head->e_ident, ELFMAG, SELFMAG) || head->e_phentsize != sizeof(ElfW(Phdr)) ||
      head->e_phoff + head->e_phnum * sizeof(ElfW(Phdr)) > page)
    return 0;
  const ElfW(Phdr) *segments = (const void *)((const char *)head + head->e_phoff);
  int has_code = 0;
  for (int index = 0; index < head->e_phnum; index++) {
    const ElfW(Phdr) *segment = &segments[index];
    const uintptr_t start = found.link_map->l_addr + segment->p_vaddr;
    if (segment->p_type == PT_NOTE && !module->build_id_length)
      swiftmalloc_take_build_id((const void *)start, segment->p_memsz, module);
    if (segment->p_type != PT_LOAD || pc - start >= segment->p_memsz) continue;
    has_code = 1;
    result->code_start = start & ~(page - 1);
    result->code_end = (start + segment->p_memsz + page - 1) & ~(page - 1);
    result->code_offset = segment->p_offset & ~(page - 1);
  }
  return has_code;
}
