// Proves that names with quotes, backslashes, control characters and broken UTF-8 leave the JSON report JSON.
// report: ^\{"pid":[0-9]+,.*"thread":"a\\"b\\\\c\\(n|u000[aA])d[^"]*","thread_id".*\}$
// stderr-none
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_FORMAT=json
#include "leak.h"

static void *build(void *nothing) {
    pthread_setname_np(pthread_self(), "a\"b\\c\nd\xff");
    hide(malloc(100));
    return nothing;
}

int main(void) {
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, build, NULL) == 0, "no thread");
    pthread_join(thread, NULL);
    return 0;
}
