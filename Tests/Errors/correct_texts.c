// The functions of the C library that read by words, on texts that end with their block, whatever their length and place.
// correct:
#include "error.h"

int main(void) {
    for (size_t length = 0; length < 300; length++)
        for (size_t skip = 0; skip < 17; skip++) {
            char *text = hide(malloc(skip + length + 1)), *copy = hide(malloc(length + 1)), *start = text + skip;
            memset(text, 'x', skip + length);
            start[length] = 0;
            strcpy(copy, start);
            if (strlen(start) != length || strcmp(start, copy) || strncmp(copy, start, length + 5) || memchr(start, 'y', length) ||
                strchr(start, 'y') || strrchr(start, 'y') || memcmp(start, copy, length + 1) || strnlen(copy, 1000) != length ||
                rawmemchr(start, 0) != start + length || strstr(copy, "xy") || strspn(copy, "x") != length || strcasecmp(copy, start))
                return 1;
            char *again = hide(strdup(start)), *part = hide(strndup(start, length / 2));
            free(again), free(part), free(text), free(copy);
        }
    wchar_t *wide = hide(malloc(11 * sizeof *wide));
    wcscpy(wide, L"ten letter");
    if (wcslen(wide) != 10 || wcschr(wide, L'y')) return 1;
    free(wide);
    return end();
}
