// The making and the end of the library's own thread (Heap/Helper.swift has what it does). Swift cannot name the types
// of the C library's threads.

#ifndef SWIFTMALLOC_HELPER_H
#define SWIFTMALLOC_HELPER_H

/// Starts a thread that runs `body`, with a small stack, and with every signal blocked that
/// the C library lets a program block; in a process that counts with the name "swiftmalloc". 0, or an error number (pthread_create(3)). It allocates: the caller is in no path of the heap and
/// holds no lock. errno stays.
int swiftmalloc_start_helper(void (*body)(void));

/// Waits until that thread has ended, which somebody has asked it to.
void swiftmalloc_join_helper(void);

#endif
