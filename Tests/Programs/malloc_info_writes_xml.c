// Proves that malloc_info writes a <malloc version=…> … </malloc> document to the stream and refuses options it has not.
// expect: exit 0
// stderr-none
// also: DEBUG=1 LIVE=1
#include "check.h"

int main(void) {
    static char text[200000];
    char name[] = "/tmp/malloc_info.XXXXXX";
    int file = mkstemp(name);
    CHECK(file >= 0, "no scratch file");
    unlink(name);
    FILE *stream = fdopen(file, "w+");
    CHECK(malloc_info(1, stream) != 0, "option 1 was taken");
    CHECK(malloc_info(0, stream) == 0, "it failed");
    fflush(stream);
    ssize_t length = pread(file, text, sizeof text - 1, 0);
    CHECK(length > 20, "%zd bytes written", length);
    CHECK(strncmp(text, "<malloc version=\"", 17) == 0, "it begins with %.40s", text);
    while (length > 0 && text[length - 1] == '\n') text[--length] = 0;
    CHECK(length > 9 && strcmp(text + length - 9, "</malloc>") == 0, "it ends with %s", text + length - 9);
    int depth = 0;  // every element that is opened is closed
    for (char *at = text; *at; at++) {
        if (at[0] == '<' && at[1] != '?') depth += at[1] == '/' ? -1 : 1;
        if (at[0] == '/' && at[1] == '>') depth--;
        CHECK(depth >= 0, "more is closed than opened");
    }
    CHECK(depth == 0, "%d elements stay open", depth);
    fclose(stream);
    return 0;
}
