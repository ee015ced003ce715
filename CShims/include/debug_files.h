// The files that libdw reads a module's names and lines from: the program's own file, and the one that holds its
// debug information apart. Each is used only when it is the right one: by its build id, or by a checksum.

#ifndef SWIFTMALLOC_DEBUG_FILES_H
#define SWIFTMALLOC_DEBUG_FILES_H

#include <stdint.h>

/// Opens the file that was mapped at `start`, which the kernel calls `path`: also when it was replaced or
/// deleted since. -1 when the file is gone, or is not what was loaded.
int swiftmalloc_open_mapped_file(const char *path, uintptr_t start);

/// Opens the debug file that the section .gnu_debuglink of the file `path` names: `link`, with a checksum. It is looked
/// for beside the file, in .debug there, and in the same folder below /usr/lib/debug, as gdb does. -1 when there is
/// none; else its path stands in `found`.
int swiftmalloc_open_debug_link(const char *path, const char *link, uint32_t checksum,
                                char found[4096]);

#endif
