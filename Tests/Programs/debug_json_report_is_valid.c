// Proves that REPORT_FORMAT=json makes of each error one line of valid JSON with kind, address, thread, block, stacks and message,
// whatever bytes are in a thread's name, in every mode; Python's parser is the judge.
// env: SWIFTMALLOC_REPORT_FORMAT=json SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_ON_ERROR=continue SWIFTMALLOC_LOG={TMP}/log
// env: SWIFTMALLOC_REPORT_FORMAT=json SWIFTMALLOC_DEBUG=guard SWIFTMALLOC_ON_ERROR=continue SWIFTMALLOC_LOG={TMP}/log
// env: SWIFTMALLOC_REPORT_FORMAT=json SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_FRAMES=0 SWIFTMALLOC_ON_ERROR=continue SWIFTMALLOC_LOG={TMP}/log
// env: SWIFTMALLOC_REPORT_FORMAT=json SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_FORMAT=json SWIFTMALLOC_ON_ERROR=continue SWIFTMALLOC_LOG={TMP}/log
// timeout: 60
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include "debug.h"

static const char judge[] =
    "import json, sys, os\n"
    "lines = [json.loads(line) for line in open(sys.argv[1], encoding='utf-8')]\n"
    "errors = {line['kind']: line for line in lines}\n"
    "e = errors['double-free']\n"
    "b = e['block']\n"
    "assert (b['size'], b['offset'], b['freed'], b['address'], b['alignment']) == (64, 0, True, e['address'], 16), b\n"
    "name = 'a\"b\\\\c\\td\\ufffd'\n"
    "assert e['message'] == f'double-free on address {e[\"address\"]} (64-byte block), thread \"{name}\" ({e[\"pid\"]})', e\n"
    "assert (e['thread'], e['thread_id'], e['pid']) == (name, int(sys.argv[2]), int(sys.argv[2])), e\n"
    "assert e['program'].startswith('debug_json'), e\n"
    "i = errors['invalid-free']\n"
    "assert i['block']['offset'] == 16 and not i['block']['freed'] and '16 bytes inside' in i['message'], i\n"
    "if os.environ.get('SWIFTMALLOC_FRAMES') != '0':\n"
    "    top = e['frames'][0]\n"
    "    assert (top['function'], top['line']) == ('freeTwice', int(sys.argv[3])) and top['file'].endswith('.c'), top\n"
    "    assert top['offset'].startswith('0x') and top['module'] and top['address'].startswith('0x'), top\n"
    "    assert b['allocated']['frames'][0]['function'] == 'fail' and b['allocated']['thread'], b\n"
    "if not os.environ.get('SWIFTMALLOC_LEAKS'):\n"
    "    assert b['released']['thread_id'] == e['pid'], b\n"
    "    assert errors['kind-mismatch']['hint'] == 'what new gave is freed with delete, not with free', errors\n"
    "assert errors['summary']['errors'] == len(errors) - 1 == len(lines) - 1, lines\n";

static int *secondFree;

static __attribute__((noinline)) void freeTwice(char *block) {
    free(block);
    enum { line = __LINE__ + 1 };
    free(block);
    *secondFree = line;
}

static void fail(void) {
    pthread_setname_np(pthread_self(), "a\"b\\c\td\xff");
    char *block = malloc(64);
    freeTwice(hide(block));
    block = malloc(100);
    free(hide(block + 16));
    void *(*new)(size_t) = (void *(*)(size_t))function("_Znwm");
    free(hide(new(10)));
    exit(0);
}

int main(void) {
    char log[4096], line[16], child[16];
    int status;
    snprintf(log, sizeof log, "%s", getenv("SWIFTMALLOC_LOG"));
    secondFree = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t id = fork();
    if (id == 0) fail();
    CHECK(waitpid(id, &status, 0) == id && status == 0, "the child ended with %x", status);
    snprintf(line, sizeof line, "%d", *secondFree);
    snprintf(child, sizeof child, "%d", id);
    unsetenv("LD_PRELOAD");
    execlp("python3", "python3", "-c", judge, log, child, line, (char *)NULL);
    SKIP("python3 checks the JSON");
}
