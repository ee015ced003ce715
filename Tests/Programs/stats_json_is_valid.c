// Proves that STATS=json leaves one line of valid JSON at the end, with 300 threads of odd names and 100 large blocks alive,
// and that its numbers add up: classes, threads and ledger say the same as malloc_info, mallinfo2 and swiftmalloc_statistics.
// env: SWIFTMALLOC_STATS=json SWIFTMALLOC_LOG={TMP}/log
// env: SWIFTMALLOC_STATS=json SWIFTMALLOC_LIVE=1 SWIFTMALLOC_LOG={TMP}/log
// env: SWIFTMALLOC_STATS=json SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_LOG={TMP}/log
// env: SWIFTMALLOC_STATS=json SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LOG={TMP}/log
// stderr-none
// timeout: 60
// also: DEBUG=1 LIVE=1
#include <pthread.h>
#include <sys/wait.h>
#include "../../CShims/include/swiftmalloc.h"
#include "check.h"
#pragma weak swiftmalloc_statistics
enum { threads = 300, large = 100 };
static pthread_barrier_t bar;

static const char *script =
    "import json,sys,re\n"
    "debug, requested, log, xml = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]\n"
    "lines = [l for l in open(log, 'rb').read().split(b'\\n') if l.startswith(b'{\"pid\"')]\n"
    "assert len(lines) == 1, lines\n"
    "j = json.loads(lines[0].decode('utf-8'))\n"
    "t, c, ledger = j['threads'], j['classes'], {l['key']: l['bytes'] for l in j['ledger']}\n"
    "names = [x['name'] for x in t]\n"
    "for n in ('a\"b\\\\c\\n\\t\\x1b[1m', '\\ufffd\\ufffdx\\u00e4'): assert names.count(n) >= 100, (n, names)\n"
    "assert len(t) >= 301 and j['threadsStarted'] == 301 and j['threadsRunning'] >= 301, len(t)\n"
    "for k in ('allocations', 'frees'): assert sum(x[k] for x in t) == sum(x[k] for x in c), k\n"
    "assert sum(x['liveBytes'] for x in t) == sum(x['requestedBytes'] for x in c) == ledger['requested'] == j['requested']\n"
    "assert sum(ledger.values()) == j['resident'], ledger\n"
    "assert abs(j['requested'] - requested) < 20000, (j['requested'], requested)\n"
    "for l in j['ledger']: assert l['peak'] is None or l['peak'] >= l['bytes'], l\n"
    "assert j['uptime'] > 0 and j['rss'] > 0 and j['peakRss'] >= 0 and j['systemCalls']['mmap'] > 0\n"
    "if not debug:\n"
    "  assert j['largeCount'] == 100 == len([b for b in j['large'] if b['requested'] == 5000001]), j['largeCount']\n"
    "  x = open(xml).read(); import xml.dom.minidom as d; d.parseString(x)\n"
    "  for b, n in re.findall('from=.(\\\\d+). .* live=.(\\\\d+).', x):\n"
    "    s = [k for k in c if k['blockSize'] == int(b)][0]; assert abs(s['live'] - int(n)) < 9, (s, n)\n";

static void *thread(void *argument) {
    static char names[][16] = {"a\"b\\c\n\t\x1b[1m", "\xff\xfex\xc3\xa4", "plain"};
    pthread_setname_np(pthread_self(), names[(intptr_t)argument % 3]);
    hide(malloc(100));
    pthread_barrier_wait(&bar);
    pause();
    return NULL;
}

int main(int count, char **arguments) {
    const char *log = getenv("SWIFTMALLOC_LOG");
    if (!swiftmalloc_statistics) SKIP("without the library there are no statistics");
    // The shell would print statistics, too.
    char library[4096];
    snprintf(library, sizeof library, "%s", getenv("LD_PRELOAD")), unsetenv("LD_PRELOAD");
    if (system("python3 -c 'import json' 2>/dev/null")) SKIP("python3 checks the JSON");
    setenv("LD_PRELOAD", library, 1);
    char xml[256], wanted[32];
    snprintf(xml, sizeof xml, "%s.xml", log);
    if (count == 1) {
        int pipes[2], status = -1;
        char text[64] = {0};
        unlink(log);
        CHECK(pipe(pipes) == 0, "pipe");
        if (fork() == 0) dup2(pipes[1], 9), execl("/proc/self/exe", arguments[0], "inside", (char *)NULL), _exit(127);
        CHECK(wait(&status) > 0 && status == 0 && read(pipes[0], text, 60) > 0, "inside: %x", status);
        unsetenv("LD_PRELOAD"), unsetenv("SWIFTMALLOC_STATS");
        execlp("python3", "python3", "-c", script, isDebug() ? "1" : "0", text, log, xml, (char *)NULL);
    }
    pthread_t id;
    pthread_barrier_init(&bar, NULL, threads + 1);
    for (intptr_t i = 0; i < threads; i++) CHECK(!pthread_create(&id, NULL, thread, (void *)i), "no thread");
    for (int i = 0; i < large; i++) hide(malloc(5000001));
    for (int i = 0; i < 3000; i++) hide(malloc((size_t)i));
    pthread_barrier_wait(&bar);
    struct swiftmalloc_statistics_lines lines;
    FILE *file = fopen(xml, "w");
    CHECK(file && malloc_info(0, file) == 0 && fclose(file) == 0, "malloc_info");
    CHECK(swiftmalloc_statistics(&lines) && lines.requested >= large * 5000001L, "requested");
    if (!isDebug()) CHECK(mallinfo2().hblkhd >= large * 5000001UL && mallinfo2().hblks == large, "mallinfo2");
    CHECK(write(9, wanted, (size_t)sprintf(wanted, "%ld", (long)lines.requested)) > 0, "pipe");
    exit(0);
}
