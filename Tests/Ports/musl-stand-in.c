// Stands in for glibc's loader where Debian's own libunwind and libdw are loaded into programs of musl: they name it as a library that
// they need. It has the few functions that they call and musl lacks. (A distribution of musl's has its own builds of the two.)
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int __vsnprintf_chk(char *text, size_t length, int flag, size_t room, const char *format, va_list list) {
    (void)flag, (void)room;
    return vsnprintf(text, length, format, list);
}

#define FORWARD(call)            \
    va_list list;                \
    va_start(list, format);      \
    int written = call;          \
    va_end(list);                \
    return written

int __snprintf_chk(char *text, size_t length, int flag, size_t room, const char *format, ...) {
    (void)flag, (void)room;
    FORWARD(vsnprintf(text, length, format, list));
}
int __sprintf_chk(char *text, int flag, size_t room, const char *format, ...) {
    (void)flag, (void)room;
    FORWARD(vsprintf(text, format, list));
}
int __asprintf_chk(char **text, int flag, const char *format, ...) {
    (void)flag;
    FORWARD(vasprintf(text, format, list));
}
int __printf_chk(int flag, const char *format, ...) {
    (void)flag;
    FORWARD(vprintf(format, list));
}
int __fprintf_chk(FILE *stream, int flag, const char *format, ...) {
    (void)flag;
    FORWARD(vfprintf(stream, format, list));
}

char *__strcpy_chk(char *to, const char *from, size_t room) { return (void)room, strcpy(to, from); }
char *__stpcpy_chk(char *to, const char *from, size_t room) { return (void)room, stpcpy(to, from); }
char *__strcat_chk(char *to, const char *from, size_t room) { return (void)room, strcat(to, from); }
void *rawmemchr(const void *bytes, int byte) { return memchr(bytes, byte, (size_t)-1 - (size_t)bytes); }

// For options on a command line.
void argp_error(void) { abort(); }
void argp_failure(void) { abort(); }
void error(void) { abort(); }
