// Names that programs see.

#ifndef SWIFTMALLOC_PUBLIC_NAME_H
#define SWIFTMALLOC_PUBLIC_NAME_H

// In a program that has these sources by the product SwiftMalloc or SwiftMallocDebug the process' own allocator may be
// linked in, too (libswiftmalloc.a): then its functions are the ones that the names stand for.
#ifdef SWIFTMALLOC_IS_PROCESS
#define SWIFTMALLOC_PUBLIC __attribute__((visibility("default")))
#else
#define SWIFTMALLOC_PUBLIC __attribute__((visibility("default"), weak))
#endif

#endif
