// Blocks of many sizes, freed first to last, last to first, alternating and by a thread; null is freed several times.
// correct:
#include "error.h"

static void *blocks[300];
static void *rest(void *argument) {
    for (int i = 0; i < 300; i++) free(blocks[i]), blocks[i] = NULL;
    return argument;
}

int main(void) {
    for (int order = 0; order < 4; order++) {
        for (int i = 0; i < 300; i++) memset(blocks[i] = malloc((size_t)(i * i)), 1, (size_t)(i * i));
        for (int i = 0; i < 300 && order < 3; i++) {
            int n = order == 0 ? i : order == 1 ? 299 - i : i * 7 % 300;
            free(blocks[n]);
            blocks[n] = NULL;
            free(blocks[n]);
        }
        inThread(rest, NULL);
    }
    return end();
}
