// How often code was unloaded: unwinder.h. The rest of it is in arch/.

#define _GNU_SOURCE
#include "unwinder.h"

#include <link.h>

static int take_unload_count(struct dl_phdr_info *object, size_t size, void *count) {
  (void)size;
  *(uint64_t *)count = object->dlpi_subs;
  return 1;
}

uint64_t swiftmalloc_unload_count(void) {
  uint64_t count = 0;
  dl_iterate_phdr(take_unload_count, &count);
  return count;
}
