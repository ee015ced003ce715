// The files of processes that may not remove them: a daemon gives up its user's rights (setuid(2)), and may not enter the
// directory any more when it ends. It gives back the file's memory, and the user's next process that publishes removes it.

#define _GNU_SOURCE
#include "counters.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "libc.h"
#include "system_call.h"

static intptr_t call(intptr_t number, intptr_t a, intptr_t b, intptr_t c, intptr_t d) {
  return swiftmalloc_system_call(number, a, b, c, d, 0, 0);
}

static int is_address(intptr_t result) { return result < -4095 || result > 0; }

// Other threads may still count: a page of the file that they touch again could be refused by a signal. So memory of the
// process' own takes the place, and the file is seen elsewhere while its pages go (mremap(2) with an old size of 0).
void swiftmalloc_live_empty(void) {
  unsigned char *const place = swiftmalloc_live_base;
  const struct swiftmalloc_live_header header = *swiftmalloc_live_header_now();
  const intptr_t length = SWIFTMALLOC_LIVE_FILE_BYTES, kept = (intptr_t)swiftmalloc_page_size();
  const intptr_t file = call(SYS_mremap, (intptr_t)place, 0, length, MREMAP_MAYMOVE);
  if (!is_address(file)) return;
  const intptr_t own = swiftmalloc_system_call(SYS_mmap, (intptr_t)place, length, PROT_READ | PROT_WRITE,
                                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
  if (is_address(own)) {
    *swiftmalloc_live_header_now() = header;
    call(SYS_madvise, file + kept, length - kept, MADV_REMOVE, 0);
  }
  call(SYS_munmap, file, length, 0, 0);
}

// One page at most, and a header that says so. Others are looked at by their status only.
static int has_ended(int directory, const char *name) {
  struct stat info;
  if (call(SYS_newfstatat, directory, (intptr_t)name, (intptr_t)&info, AT_SYMLINK_NOFOLLOW)) return 0;
  if (!S_ISREG(info.st_mode) || info.st_size != SWIFTMALLOC_LIVE_FILE_BYTES) return 0;
  if ((size_t)info.st_blocks * 512 > swiftmalloc_page_size()) return 0;
  const int file = (int)call(SYS_openat, directory, (intptr_t)name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC, 0);
  if (file < 0) return 0;
  struct swiftmalloc_live_header header;
  const intptr_t count = call(SYS_pread64, file, (intptr_t)&header, sizeof header, 0);
  call(SYS_close, file, 0, 0, 0);
  return count == sizeof header && header.magic == SWIFTMALLOC_LIVE_MAGIC && header.state == SWIFTMALLOC_LIVE_ENDED;
}

// As the kernel has it (getdents64(2)).
struct directory_entry {
  uint64_t inode;
  int64_t next;
  uint16_t length;
  uint8_t kind;
  char name[];
};

void swiftmalloc_live_remove_ended(int directory) {
  _Alignas(struct directory_entry) char entries[2048];
  for (;;) {
    const intptr_t count = call(SYS_getdents64, directory, (intptr_t)entries, sizeof entries, 0);
    if (count <= 0) return;
    for (intptr_t place = 0; place < count;) {
      const struct directory_entry *entry = (const void *)(entries + place);
      if (has_ended(directory, entry->name)) call(SYS_unlinkat, directory, (intptr_t)entry->name, 0, 0);
      place += entry->length;
    }
  }
}
