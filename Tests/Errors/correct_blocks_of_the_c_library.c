// Blocks that functions of the C library allocate, or free for the program.
// correct:
#include "error.h"
#include <dirent.h>

int main(void) {
    char *line = NULL, *text = NULL, *memory = NULL;
    size_t size = 0, written = 0;
    FILE *file = fmemopen((void *)"one\ntwo and more\n", 17, "r");
    while (getline(&line, &size, file) > 0) sink += strlen(line);
    fclose(file);
    free(line);
    if (asprintf(&text, "%0300d", 7) != 300) return 1;
    free(text);
    file = open_memstream(&memory, &written);
    for (int i = 0; i < 2000; i++) fprintf(file, "%d ", i);
    fclose(file);
    put(memory, 0, written, 'x');
    free(memory);
    // The buffer is freed after the stream is closed.
    file = fopen("/dev/null", "w");
    char *buffer = malloc(500);
    setvbuf(file, buffer, _IOFBF, 500);
    for (int i = 0; i < 2000; i++) fputs("some text ", file);
    fclose(file);
    free(buffer);
    char *path = realpath("/proc/../proc", NULL);
    free(path);
    DIR *folder = opendir("/");
    while (readdir(folder)) sink++;
    closedir(folder);
    setenv("A_NAME", "value", 1), setenv("A_NAME", "another value", 1), unsetenv("A_NAME");
    return end();
}
