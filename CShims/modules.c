// The body of modules.h.

#define _GNU_SOURCE
#include "modules.h"

#include "file_calls.h"
#include "libc.h"
#include "loader.h"

#include <errno.h>
#include <limits.h>
#include <link.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

struct search {
  uintptr_t address;
  struct swiftmalloc_module *module;
};

int swiftmalloc_take_build_id(const void *notes, uintptr_t length,
                              struct swiftmalloc_module *module) {
  const uintptr_t round = 3;
  uintptr_t place = 0;
  while (length - place >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) note;
    memcpy(&note, (const char *)notes + place, sizeof note);
    const uintptr_t name = place + sizeof note;
    const uintptr_t bytes = name + ((note.n_namesz + round) & ~round);
    if (bytes > length || note.n_descsz > length - bytes) return 0;
    if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == sizeof "GNU" &&
        !memcmp((const char *)notes + name, "GNU", sizeof "GNU") &&
        note.n_descsz <= sizeof module->build_id) {
      module->build_id_length = note.n_descsz;
      memcpy(module->build_id, (const char *)notes + bytes, note.n_descsz);
      return 1;
    }
    place = bytes + ((note.n_descsz + round) & ~round);
    if (place > length) return 0;
  }
  return 0;
}

// The loader has no name for the program itself, or the one that it was called by.
static void take_path(struct swiftmalloc_module *module, const char *path, int is_program) {
  char program[PATH_MAX];
  if (is_program || !*path) {
    const ssize_t length = swiftmalloc_link_read("/proc/self/exe", program, sizeof program - 1);
    program[length > 0 ? length : 0] = 0;
    path = length > 0 ? program : swiftmalloc_program_name();
  }
  if (strlen(path) >= sizeof module->path && strrchr(path, '/')) path = strrchr(path, '/') + 1;
  const size_t length = strnlen(path, sizeof module->path - 1);
  memcpy(module->path, path, length);
  module->path[length] = 0;
}

static int take(struct dl_phdr_info *object, size_t size, void *context) {
  (void)size;
  struct search *search = context;
  const uintptr_t page = (uintptr_t)swiftmalloc_page_size() - 1;
  uintptr_t start = UINTPTR_MAX, end = 0;
  for (int index = 0; index < object->dlpi_phnum; index++) {
    const ElfW(Phdr) *segment = &object->dlpi_phdr[index];
    if (segment->p_type != PT_LOAD) continue;
    const uintptr_t place = object->dlpi_addr + segment->p_vaddr;
    if ((place & ~page) < start) start = place & ~page;
    if (place + segment->p_memsz > end) end = place + segment->p_memsz;
  }
  if (search->address < start || search->address >= end) return 0;
  struct swiftmalloc_module *module = search->module;
  module->start = start;
  module->end = end;
  module->build_id_length = 0;
  for (int index = 0; index < object->dlpi_phnum; index++) {
    const ElfW(Phdr) *segment = &object->dlpi_phdr[index];
    if (segment->p_type == PT_NOTE &&
        swiftmalloc_take_build_id((const void *)(object->dlpi_addr + segment->p_vaddr),
                                  segment->p_memsz, module))
      break;
  }
  take_path(module, object->dlpi_name, (uintptr_t)object->dlpi_phdr == getauxval(AT_PHDR));
  return 1;
}

int swiftmalloc_module_at(uintptr_t address, struct swiftmalloc_module *module) {
  const int saved = errno;
  if (swiftmalloc_is_loader_held()) return 0;
  struct search search = {.address = address, .module = module};
  const int found = dl_iterate_phdr(take, &search);
  errno = saved;
  return found;
}
