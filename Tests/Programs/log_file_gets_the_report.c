// Proves that LOG=path with %e and %p sends a child's report to a file of its name and number, and nothing to stderr.
// expect: exit 0
// stderr-none
// env: SWIFTMALLOC_LOG={TMP}/log.%e.%p
// env: SWIFTMALLOC_OPTIONS=LOG={TMP}/log.%e.%p
// also: DEBUG=1
#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>
#include "check.h"

int main(void) {
    char ending[40], path[4096], text[4096] = {0};
    int status = -1, found = 0;
    pid_t child = fork();
    if (child == 0) {
        void *block = hide(malloc(100));
        free(block);
        free(hide(block));
        _exit(0);
    }
    waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT, "the child ended with %x", status);
    snprintf(ending, sizeof ending, ".%d", child);
    DIR *folder = opendir(getenv("PROGRAM_SCRATCH"));
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        size_t length = strlen(entry->d_name);
        if (strncmp(entry->d_name, "log.log_file_gets", 17) != 0) continue;
        CHECK(length > strlen(ending) && strcmp(entry->d_name + length - strlen(ending), ending) == 0, "a file %s", entry->d_name);
        snprintf(path, sizeof path, "%s/%s", getenv("PROGRAM_SCRATCH"), entry->d_name);
        found++;
    }
    CHECK(found == 1, "%d log files", found);
    int file = open(path, O_RDONLY);
    CHECK(read(file, text, sizeof text - 1) > 20, "the log is empty");
    CHECK(strstr(text, "ERROR: swiftmalloc: double-free on address 0x") != NULL, "the log says %s", text);
    return 0;
}
