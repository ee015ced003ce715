// What differs between the machines that the self-test runs on.

#ifndef FREESTANDING_MACHINE_H
#define FREESTANDING_MACHINE_H

#include <stddef.h>

/// Shows bytes to a human.
void machine_print(const char *bytes, size_t count);

/// Ends the machine, or the process: 0 says that all is well.
_Noreturn void machine_end(int status);

enum { MACHINE_MEMORY = 32 << 20, MACHINE_NOTES = 128 << 10 };

/// The memory that heaps are made in, and some for the test's own notes, as many bytes as these numbers say.
extern unsigned char machine_memory[MACHINE_MEMORY], machine_notes[MACHINE_NOTES];
static inline void *machine_memory_start(void) { return machine_memory; }
static inline void *machine_notes_start(void) { return machine_notes; }

/// Thread-local variables: fills the place that lies before the thread pointer, and returns the pointer.
void *machine_make_thread(void);

/// SelfTest.swift.
void self_test(void);

#endif
