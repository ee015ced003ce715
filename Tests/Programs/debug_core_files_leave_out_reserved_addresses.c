// Proves that who writes a core file of the process (gdb's generate-core-file leaves out what has the flag dd and nothing else) writes
// little more than what is resident, however much was reserved, freed and sealed.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1
// arguments: ROUNDS=0 ROUNDS=40
#include "check.h"
ARGUMENT(int, ROUNDS)

int main(void) {
    static char *blocks[1000];
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < 1000; i++) blocks[i] = memset(malloc(i % 20 ? 3000 : 300000), 1, 100);
        for (int i = 0; i < 1000; i++) free(blocks[i]);
    }
    FILE *file = fopen("/proc/self/smaps", "r");
    char line[400];
    long size = 0, resident = 0, allResident = 0, written = 0;
    int isAnonymous = 0;
    while (fgets(line, sizeof line, file)) {
        unsigned long start, end;
        if (sscanf(line, "%lx-%lx ", &start, &end) == 2) isAnonymous = !strchr(line, '/');
        sscanf(line, "Size: %ld", &size);
        if (sscanf(line, "Rss: %ld", &resident) == 1) allResident += resident;
        if (!strncmp(line, "VmFlags:", 8) && !strstr(line, " dd") && isAnonymous) written += size;
    }
    CHECK(written < allResident * 13 / 10 + 4096, "%ld kB to write, %ld kB resident", written, allResident);
    return 0;
}
