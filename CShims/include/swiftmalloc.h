/// The functions that libswiftmalloc.so adds to those of the C library.
/// A program may declare them weak and test them for null, so that it also runs without the library.

#ifndef SWIFTMALLOC_H
#define SWIFTMALLOC_H

#ifdef __cplusplus
extern "C" {
#endif

/// The version of the library, such as "0.1.0".
const char *swiftmalloc_version(void);

#ifdef __cplusplus
}
#endif

#endif
