// What fork(2) needs of the C library.

#ifndef SWIFTMALLOC_FORK_H
#define SWIFTMALLOC_FORK_H

/// Takes the lock of the C library's list of streams, which fork will take too, after its prepare handlers: whoever
/// holds it may wait for a stream whose holder allocates. Taken before any lock of ours it keeps the order that fork
/// has for the C library's own malloc. Nothing in a process of one thread.
void swiftmalloc_lock_streams(void);

/// Gives it back, in the parent and before the fork, and makes it free in the child.
void swiftmalloc_unlock_streams(void);
void swiftmalloc_reset_streams(void);

/// Takes the lock and gives it back, which may wait for ever.
void swiftmalloc_pass_streams(void);

#endif
