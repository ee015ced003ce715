// Text processing: lines are put together from words, split again, the words copied into a table by their hash, counted,
// and forgotten when the table is full: strdup, realloc and free of short strings with lives of all lengths.
//
//   strings LINES     (default 300000)
#include "workload.h"

enum { buckets = 1 << 15, tableLimit = 60000, wordsOfALine = 12 };
struct entry { struct entry *next; char *word; long seen; };
static struct entry *table[buckets];
static long entries;
static struct random source = {1};

// A word of one of 400000; the frequent ones are short, as in a language.
static void spell(char *word) {
    uint32_t number = next(&source) % 4 ? (uint32_t)below(&source, 2000) : (uint32_t)below(&source, 400000);
    size_t length = 3 + number % 9 + (number % 61 == 0 ? 40 : 0);
    for (size_t i = 0; i < length; i++, number = number * 1103515245u + 12345u) word[i] = (char)('a' + number / 65536 % 26);
    word[length] = 0;
}

static char *join(char *line, const char *word) {
    size_t before = line ? strlen(line) : 0, more = strlen(word);
    line = realloc(line, before + more + 2);
    if (!line) fail("no memory");
    if (before) line[before++] = ' ';
    memcpy(line + before, word, more + 1);
    return line;
}

static void note(const char *word) {
    uint32_t hash = 2166136261u;
    for (const char *at = word; *at; at++) hash = (hash ^ (unsigned char)*at) * 16777619u;
    struct entry **place = &table[hash % buckets];
    for (struct entry *entry = *place; entry; entry = entry->next)
        if (!strcmp(entry->word, word)) { entry->seen++; return; }
    struct entry *entry = malloc(sizeof *entry);
    char *copy = strdup(word);
    if (!entry || !copy) fail("no memory");
    *entry = (struct entry){*place, copy, 1};
    *place = entry;
    entries++;
}

// Forgets what was seen less than twice since the last time, or everything.
static void forget(long least) {
    for (size_t i = 0; i < buckets; i++) {
        for (struct entry **place = &table[i], *entry; (entry = *place);) {
            if (entry->seen >= least) { entry->seen = 1; place = &entry->next; continue; }
            *place = entry->next;
            free(entry->word);
            free(entry);
            entries--;
        }
    }
}

int main(int count, char **arguments) {
    long lines = argument(count, arguments, 1, 300000);
    for (long n = 0; n < lines; n++) {
        char *line = NULL, word[64], *parts[wordsOfALine], *rest = NULL;
        int found = 0;
        for (int i = 0; i < wordsOfALine; i++) { spell(word); line = join(line, word); }
        for (char *part = strtok_r(line, " ", &rest); part; part = strtok_r(NULL, " ", &rest)) parts[found++] = strdup(part);
        free(line);
        for (int i = 0; i < found; i++) { note(parts[i]); free(parts[i]); }
        if (found != wordsOfALine) fail("words were lost");
        if (entries > tableLimit) forget(2);
    }
    forget(lines * wordsOfALine + 1);
    return entries != 0;
}
