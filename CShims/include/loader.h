// The locks of the C library's loader and of its streams, which a report needs and a thread that stands still may hold.

#ifndef SWIFTMALLOC_LOADER_H
#define SWIFTMALLOC_LOADER_H

/// Whether dl_iterate_phdr, dladdr and calls that need the list of streams would come back within so many
/// milliseconds: a copy of the process tries. The others stand still. Where the system lets us make no copy the answer
/// is yes.
int swiftmalloc_is_loader_free(int milliseconds);

/// From now on `swiftmalloc_is_loader_held` says so.
void swiftmalloc_do_without_loader(void);

/// In a child of fork, whose parent had other threads: one of them may have held a lock of the loader, which nobody in
/// the child gives back. Whoever asks first whether it is held finds out.
void swiftmalloc_doubt_loader(void);

/// Whether that is so still.
int swiftmalloc_is_loader_doubtful(void);

/// Whether calls of the loader would never come back: reports and traces do without them.
int swiftmalloc_is_loader_held(void);

#endif
