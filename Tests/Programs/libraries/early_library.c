// A library that a program is linked with: its constructor runs before the preloaded library's own.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static char *early[1000];

__attribute__((constructor(101))) static void load(void) {
    for (int i = 0; i < 1000; i++) {
        early[i] = malloc((size_t)i * 40);
        if (early[i] == NULL) abort();
        memset(early[i], i & 127, (size_t)i * 40);
    }
}

int early_blocks_are_whole(void) {
    for (int i = 0; i < 1000; i++) {
        for (int at = 0; at < i * 40; at++)
            if (early[i][at] != (i & 127)) return 0;
        free(early[i]);
        early[i] = NULL;
    }
    return 1;
}
