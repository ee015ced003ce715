// Proves that LEAK_FORMAT=json gives one line with everything that the text has.
// report: ^\{"pid":{PROCESS},"program":"leak_json[^"]*","leaks":\[\{"kind":"definite","bytes":100,"blocks":1,"new_bytes":[0-9]+,"new_blocks":[0-9]+,"example":"{HEAD}","example_bytes":100,"thread":"builder","thread_id":{THREAD},"suppressed":false,"frames":\[\{"address":"0x[0-9a-f]+","function":"build","file":"[^"]*{FILE}","line":{LINE:head},"module":"[^"]*/leak_json[^"]*","offset":"0x[0-9a-f]+","build_id":"[0-9a-f]*"\}.*,\{"kind":"indirect","bytes":50,"blocks":1,.*\],"totals":\{"definite":\{"bytes":100,"blocks":1\},"indirect":\{"bytes":50,"blocks":1\},"possible":\{"bytes":[0-9]+,"blocks":[0-9]+\},"reachable":\{"bytes":[0-9]+,"blocks":[0-9]+\},"suppressed":\{"bytes":0,"blocks":0\}\}\}$
// stderr-none
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_FORMAT=json
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_FORMAT=json SWIFTMALLOC_LOG={TMP}/log
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_FORMAT=json SWIFTMALLOC_DEBUG=1
#include "leak.h"

static void *build(void *nothing) {
    pthread_setname_np(pthread_self(), "builder");
    tell("thread", gettid());
    void **head = malloc(100);  // head
    head = tellAddress("head", head);
    fill(head, 100, 0);
    head[7] = malloc(50);
    return nothing;
}

int main(void) {
    pthread_t thread;
    tell("process", getpid());
    CHECK(pthread_create(&thread, NULL, build, NULL) == 0, "no thread");
    pthread_join(thread, NULL);
    return 0;
}
