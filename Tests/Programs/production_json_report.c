// Proves that in production, too, REPORT_FORMAT=json makes a bad free one line of JSON.
// expect: abort
// report: ^\{"pid":[0-9]+,"program":"production_json[^"]*","kind":"(double-free|invalid-free)","address":"{ADDRESS}","message":"(double-free|invalid-free) on address {ADDRESS} \([^"]*\), thread \\"we\\"ird\\" \([0-9]+\)","thread":"we\\"ird","thread_id":[0-9]+\}$
// stderr-none
// arguments: CASE=1 CASE=2
// env: SWIFTMALLOC_REPORT_FORMAT=json
// production-only: the debug heap's report has more
#include <pthread.h>
#include "debug.h"
ARGUMENT(int, CASE)

int main(void) {
    pthread_setname_np(pthread_self(), "we\"ird");
    char *block = malloc(64);
    if (CASE == 1) {
        announce(block);
        free(block), free(hide(block));
    } else {
        free(announce(block + 16));
    }
    return 0;
}
