// The end of a process by exit(3): standard error, which the program may close there, and what it has written to streams.

#ifndef SWIFTMALLOC_EXIT_H
#define SWIFTMALLOC_EXIT_H

/// Makes exit(3), called by the calling thread, keep standard error open under another number before any of the program's
/// handlers run: some programs (date, sort) close it there, to see whether all was written. Call it when the C library can
/// serve everything; it allocates. musl has no way to do that.
void swiftmalloc_keep_standard_error(void);

/// The descriptor of standard error: 2, or the one that was kept. Leaves errno alone.
int swiftmalloc_standard_error(void);

/// Writes what the program's streams hold, as exit(3) does in the end: it waits for no thread that holds a stream.
void swiftmalloc_flush_streams(void);

/// Where SIGINT and SIGTERM would end the process: makes `end` run before they do, in the handler, as soon as `is_inside`,
/// which tells what the signal came in, answers 0. A second one, or ten seconds, end the process at once.
void swiftmalloc_watch_end_signals(int (*is_inside)(void), void (*end)(void));

#endif
