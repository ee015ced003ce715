// Proves that SIZE_CLASSES takes a file, with comments and one size or more in a line; and what is said of files that are wrong.
// expect: exit 0
// production-only: in the debug heap the usable size is the asked one
// env: LIST={TMP}/sizes
#include <sys/wait.h>
#include "check.h"

static const char *powers = "512 1024 2048 4096\n8192\n16384\n32768";

// What the program says on standard error when it runs with the file; its status is 3 if blocks are those of the list.
static const char *run(char *program, const char *path, int *status) {
    static char text[4096];
    int pipes[2];
    size_t length = 0;
    CHECK(pipe(pipes) == 0, "pipe");
    pid_t child = fork();
    if (child == 0) {
        dup2(pipes[1], 2);
        close(pipes[0]), close(pipes[1]);
        setenv("SWIFTMALLOC_SIZE_CLASSES", path, 1);
        execl("/proc/self/exe", program, "inside", (char *)NULL);
        _exit(127);
    }
    close(pipes[1]);
    for (ssize_t got; length < sizeof text - 1 && (got = read(pipes[0], text + length, sizeof text - 1 - length)) > 0;) length += (size_t)got;
    text[length] = 0;
    close(pipes[0]);
    waitpid(child, status, 0);
    *status = WIFEXITED(*status) ? WEXITSTATUS(*status) : 255;
    return text;
}

static void expect(char *program, const char *contents, int expected, const char *said) {
    const char *path = getenv("LIST");
    int status;
    FILE *file = fopen(path, "w");
    CHECK(file && fprintf(file, contents, powers) >= 0 && fclose(file) == 0, "%s", path);
    const char *text = run(program, path, &status);
    CHECK(status == expected && (*said ? strstr(text, said) != NULL : !*text), "status %d, “%s” for “%s”", status, text, contents);
}

int main(int count, char **arguments) {
    if (count > 1) return malloc_usable_size(malloc(48)) == 64 && malloc_usable_size(malloc(250)) == 256 ? 3 : 4;
    expect(arguments[0], "16 32\n64\t128,256\n%s", 3, "");
    expect(arguments[0], "# by hand: 17\n16\r\n32 # 33\n\n64, 128,\n256#\n%s\n# the end", 3, "");
    expect(arguments[0], "16 32\n64 128\n100\n%s", 4, "in line 3 of the file 100 is no multiple of 16");
    expect(arguments[0], "16\n32\n64\n128\n256\n%s\n40000", 4, "in line 10 of the file 40000 is more than 32768");
    expect(arguments[0], "16 32 64\n\n\xff\xfe %s", 4, "in line 3 of the file \"??\" is no number of bytes");
    expect(arguments[0], "\x7f""ELF %s", 4, "in line 1 of the file \"?ELF\" is no number of bytes");
    expect(arguments[0], "16 32 128 256 %s", 4, "it lacks 64");
    expect(arguments[0], "%.0s", 4, "it has no size");
    expect(arguments[0], "#%.0s", 4, "it has no size");
    return 0;
}
