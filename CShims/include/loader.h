// The locks of the C library's loader and of its streams, which a report needs and a thread that stands still may hold.

#ifndef SWIFTMALLOC_LOADER_H
#define SWIFTMALLOC_LOADER_H

/// Whether dl_iterate_phdr, dladdr and fopen would come back within so many milliseconds: a copy of the process tries. The
/// others stand still. Where the system lets us make no copy the answer is yes.
int swiftmalloc_is_loader_free(int milliseconds);

#endif
