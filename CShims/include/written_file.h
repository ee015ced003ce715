// How a file is written that an option names: in Swift neither struct stat nor the numbers of
// open(2) are the same for all machines.

#ifndef SWIFTMALLOC_WRITTEN_FILE_H
#define SWIFTMALLOC_WRITTEN_FILE_H

#include <stdint.h>

enum {
  /// A plain file, or nothing yet: written under another name, which is then given to it.
  SWIFTMALLOC_WRITE_ANEW,
  /// A device or a FIFO: bytes are written to it, and it stays.
  SWIFTMALLOC_WRITE_DIRECTLY,
};

/// Which of these; below zero the error: a folder (EISDIR), a block device or a socket (EPERM), or
/// why nothing is known. A symbolic link in the place of a plain file is replaced in `path`, which
/// has so much room, by what it leads to.
int swiftmalloc_way_to_write(char *path, intptr_t room);

/// Opens a new or shortened plain file, or a device or FIFO: below zero when refused. ENXIO: nobody reads the FIFO.
int swiftmalloc_open_draft(const char *path, int mode);
int swiftmalloc_open_device(const char *path);

#endif
