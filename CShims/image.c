// The body of image.h.

#include "image.h"

#include <link.h>
#include <stddef.h>

#include "libc/c_library.h"

// Defined in the archive alone, by the script that merges its sections.
#define IN_ARCHIVE __attribute__((weak, visibility("hidden")))
extern const char swiftmalloc_data_start[] IN_ARCHIVE, swiftmalloc_data_end[] IN_ARCHIVE;
extern const char swiftmalloc_bss_start[] IN_ARCHIVE, swiftmalloc_bss_end[] IN_ARCHIVE;

extern const char _end[] __attribute__((visibility("hidden")));

int swiftmalloc_is_linked_in(void) { return swiftmalloc_data_start != NULL; }

int swiftmalloc_own_data(int index, uintptr_t *start, uintptr_t *end) {
  const char *const whole[][2] = {{__ehdr_start, _end}};
  const char *const parts[][2] = {
      {swiftmalloc_data_start, swiftmalloc_data_end}, {swiftmalloc_bss_start, swiftmalloc_bss_end}};
  const int is_linked_in = swiftmalloc_is_linked_in();
  if (index >= (is_linked_in ? 2 : 1)) return 0;
  const char *const *range = is_linked_in ? parts[index] : whole[index];
  *start = (uintptr_t)range[0];
  *end = (uintptr_t)range[1];
  return 1;
}

int swiftmalloc_is_static(void) {
  if (!swiftmalloc_is_linked_in()) return 0;
  const struct swiftmalloc_program_headers headers = swiftmalloc_c_library()->program_headers();
  for (size_t index = 0; index < headers.count; index++)
    if (headers.first[index].p_type == PT_INTERP) return 0;
  return 1;
}
