// Whether the C library's names for files are its own in this process.

#ifndef SWIFTMALLOC_NAMES_TAKEN_H
#define SWIFTMALLOC_NAMES_TAKEN_H

/// Says that the destructors of all libraries have run: whatever is called of them may not work any more.
void swiftmalloc_libraries_have_ended(void);

/// Whether a library that has ended has taken a name of the C library's by which libdw reads files (libfaketime has those of
/// stat(2), and ends the process when they are called after its destructor).
int swiftmalloc_file_names_are_lost(void);

#endif
