// What differs by architecture, of the one that is compiled for. Each has a folder here: architecture.h, which has the same names in
// each of them, and C files that are empty for any other one. Nothing outside of this folder asks which it is.

#ifndef SWIFTMALLOC_ARCHITECTURE_H
#define SWIFTMALLOC_ARCHITECTURE_H

#if defined(__x86_64__)
#include "x86_64/architecture.h"
#elif defined(__aarch64__)
#include "aarch64/architecture.h"
#else
#error "swiftmalloc knows x86-64 and AArch64 only"
#endif

#endif
