// The body of debug_files.h.

#define _GNU_SOURCE
#include "debug_files.h"

#include "file_calls.h"
#include "modules.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, NOTE_BYTES = 4096 };

// The build id in a file of the processor's own kind.
static int read_build_id(int file, struct swiftmalloc_module *module) {
  ElfW(Ehdr) header;
  module->build_id_length = 0;
  if (swiftmalloc_file_read_at(file, &header, sizeof header, 0) != sizeof header ||
      memcmp(header.e_ident, ELFMAG, SELFMAG) || header.e_phentsize != sizeof(ElfW(Phdr)))
    return 0;
  for (unsigned index = 0; index < header.e_phnum; index++) {
    ElfW(Phdr) segment;
    const off_t place = (off_t)(header.e_phoff + index * sizeof segment);
    char notes[NOTE_BYTES];
    if (swiftmalloc_file_read_at(file, &segment, sizeof segment, place) != sizeof segment) return 0;
    if (segment.p_type != PT_NOTE || segment.p_filesz > sizeof notes) continue;
    if (swiftmalloc_file_read_at(file, notes, segment.p_filesz, (off_t)segment.p_offset) !=
        (ssize_t)segment.p_filesz)
      return 0;
    if (swiftmalloc_take_build_id(notes, segment.p_filesz, module)) return 1;
  }
  return 0;
}

// Whether a file is what stands in memory: the build ids are the same, or neither has one.
static int is_loaded(int file, const struct swiftmalloc_module *loaded) {
  struct stat status;
  if (swiftmalloc_file_status(file, &status) || !S_ISREG(status.st_mode)) return 0;
  struct swiftmalloc_module found;
  read_build_id(file, &found);
  return found.build_id_length == loaded->build_id_length &&
         !memcmp(found.build_id, loaded->build_id, loaded->build_id_length);
}

static int open_if_loaded(const char *path, const struct swiftmalloc_module *loaded) {
  const int file = swiftmalloc_file_open(path);
  if (file < 0 || is_loaded(file, loaded)) return file;
  swiftmalloc_file_close(file);
  return -1;
}

int swiftmalloc_open_mapped_file(const char *path, uintptr_t start) {
  struct swiftmalloc_module loaded;
  if (*path != '/' || !swiftmalloc_module_at(start, &loaded)) return -1;
  int file = open_if_loaded(path, &loaded);
  // A file that was replaced by its like: the kernel's path then ends in " (deleted)", the loader's does not.
  if (file < 0 && loaded.build_id_length) file = open_if_loaded(loaded.path, &loaded);
  if (file >= 0) return file;
  // The program itself can be read there even when it has no name any more.
  char link[sizeof loaded.path];
  const ssize_t length = swiftmalloc_link_read("/proc/self/exe", link, sizeof link - 1);
  link[length > 0 ? length : 0] = 0;
  return length > 0 && !strcmp(link, loaded.path) ? open_if_loaded("/proc/self/exe", &loaded) : -1;
}

// The checksum of a whole file: CRC-32 as in ISO 3309, of which .gnu_debuglink holds four bytes.
static uint32_t checksum_of(int file) {
  uint32_t table[256];
  for (uint32_t index = 0; index < 256; index++) {
    uint32_t value = index;
    for (int bit = 0; bit < 8; bit++) value = value >> 1 ^ (value & 1 ? 0xedb88320 : 0);
    table[index] = value;
  }
  unsigned char bytes[32768];
  uint32_t sum = 0xffffffff;
  ssize_t count;
  while ((count = swiftmalloc_file_read(file, bytes, sizeof bytes)) > 0)
    for (ssize_t index = 0; index < count; index++)
      sum = table[(sum ^ bytes[index]) & 255] ^ sum >> 8;
  swiftmalloc_file_rewind(file);
  return ~sum;
}

int swiftmalloc_open_debug_link(const char *path, const char *link, uint32_t checksum,
                                char found[PATH_BYTES]) {
  static const char *const before[] = {"", "", "/usr/lib/debug"};
  static const char *const behind[] = {"", ".debug/", ""};
  const char *name = strrchr(path, '/');
  // A link is the name of a file.
  if (!name || !*link || strchr(link, '/')) return -1;
  for (int place = 0; place < 3; place++) {
    const int length = snprintf(found, PATH_BYTES, "%s%.*s%s%s", before[place],
                                (int)(name + 1 - path), path, behind[place], link);
    if (length >= PATH_BYTES || !strcmp(found, path)) continue;
    const int file = swiftmalloc_file_open(found);
    struct stat status;
    if (file < 0) continue;
    if (!swiftmalloc_file_status(file, &status) && S_ISREG(status.st_mode) && checksum_of(file) == checksum)
      return file;
    swiftmalloc_file_close(file);
  }
  return -1;
}
