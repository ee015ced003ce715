// Proves that what libc itself allocates for the caller (strdup, asprintf, getline, realpath, open_memstream, getdelim,
// scandir) can be measured, grown and freed by the caller.
// expect: exit 0
// stderr-none
// also: DEBUG=1
#include <dirent.h>
#include "check.h"

int main(void) {
    char *copy = strdup("text"), *printed = NULL, *line = NULL, *path = realpath("/", NULL), *memory = NULL, *where = getcwd(NULL, 0);
    size_t capacity = 0, length = 0;
    CHECK(asprintf(&printed, "%0500d", 5) == 500, "asprintf");
    FILE *file = fopen("/proc/self/maps", "r");
    CHECK(file && getline(&line, &capacity, file) > 0 && malloc_usable_size(line) >= capacity, "getline");
    fclose(file);
    FILE *stream = open_memstream(&memory, &length);
    for (int i = 0; i < 5000; i++) fprintf(stream, "line %d\n", i);
    fclose(stream);
    CHECK(length > 40000 && malloc_usable_size(memory) >= length, "open_memstream");
    struct dirent **entries = NULL;
    int count = scandir("/", &entries, NULL, alphasort);
    CHECK(count > 2, "scandir");
    while (count-- > 0) free(entries[count]);
    copy = realloc(copy, 1000);
    CHECK(strcmp(copy, "text") == 0 && strcmp(path, "/") == 0 && malloc_usable_size(where) > 1, "strdup, realpath, getcwd");
    free(copy), free(printed), free(line), free(path), free(memory), free(where), free(entries);
    return 0;
}
