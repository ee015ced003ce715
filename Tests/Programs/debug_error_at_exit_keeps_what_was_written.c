// Proves that an error found at exit, which ends the process, and a status of the leak check's lose nothing that the program has
// written to its streams, also while another thread waits for input with a stream locked.
// expect: exit 0
// env: SWIFTMALLOC_DEBUG=1
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23
// env: SWIFTMALLOC_DEBUG=1 SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23
// arguments: READER=0 READER=1
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include "debug.h"
ARGUMENT(int, READER)
static char path[4096];

static void *readStream(void *stream) {
    char line[10];
    fgets(line, sizeof line, stream);
    return NULL;
}

static int work(FILE *input) {
    pthread_t thread;
    FILE *file = fopen(path, "w");
    printf("a line for standard output");
    fprintf(file, "a line for the file");
    if (READER) pthread_create(&thread, NULL, readStream, input), usleep(50000);
    char *block = malloc(40);
    *(volatile char *)hide(block + 40) = 1;
    // Its only pointer is behind this frame.
    block = NULL;
    return 0;
}

int main(void) {
    int input[2], output[2];
    char text[100] = "";
    snprintf(path, sizeof path, "%s/file", getenv("PROGRAM_SCRATCH"));
    CHECK(pipe(input) == 0 && pipe(output) == 0, "pipe");
    pid_t child = fork();
    if (child == 0) {
        dup2(output[1], 1), close(output[1]), close(output[0]);
        exit(work(fdopen(input[0], "r")));
    }
    close(output[1]);
    ssize_t length = read(output[0], text, sizeof text - 1);
    CHECK(length == 26 && strcmp(text, "a line for standard output") == 0, "%zd bytes on standard output", length);
    int status = -1;
    waitpid(child, &status, 0);
    if (getenv("SWIFTMALLOC_DEBUG")) CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT, "status %x", status);
    length = read(open(path, O_RDONLY), text, sizeof text);
    CHECK(length == 19, "%zd bytes in the file", length);
    return 0;
}
