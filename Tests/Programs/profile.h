// Reads a heap profile as the library writes it: gzip of stored blocks, profile.proto. What the issue of a program is stands in
// four sums: blocks and bytes allocated, blocks and bytes in use, of all stacks that pass through a function.
#ifndef PROFILE_H
#define PROFILE_H
#include "check.h"

int swiftmalloc_profile_write(const char *path) __attribute__((weak));

enum { ALLOCATED_BLOCKS, ALLOCATED_BYTES, LIVE_BLOCKS, LIVE_BYTES, PROFILE_VALUES };
enum { PROFILE_LOCATIONS = 1 << 16 };

static struct {
    unsigned char bytes[16 << 20];
    size_t length;
    uint64_t addresses[PROFILE_LOCATIONS], mappings[PROFILE_LOCATIONS];
    // Numbers of the strings that name files.
    uint64_t files[PROFILE_LOCATIONS];
    struct field {
        uint64_t number, value;
        const unsigned char *bytes;
    } strings[PROFILE_LOCATIONS];
    size_t stringCount;
    // Of the samples that were chosen last.
    double residentBytes;
} profile;

static uint64_t profileVarint(const unsigned char **next) {
    uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
        unsigned char byte = *(*next)++;
        value |= (uint64_t)(byte & 127) << shift;
        if (byte < 128) return value;
    }
}

// The next field of a message: its number, its value, or where its bytes begin and how many there are.
static int profileField(const unsigned char **next, const unsigned char *end, struct field *field) {
    if (*next >= end) return 0;
    uint64_t key = profileVarint(next);
    field->number = key >> 3;
    field->value = profileVarint(next);
    field->bytes = *next;
    if ((key & 7) == 2) *next += field->value;
    CHECK(*next <= end && ((key & 7) == 2 || (key & 7) == 0), "damaged field %d", (int)field->number);
    return 1;
}

static inline void profileRead(const char *path) {
    int file = open(path, O_RDONLY);
    CHECK(file >= 0, "no profile %s", path);
    static unsigned char packed[16 << 20];
    size_t length = 0;
    for (ssize_t count; (count = read(file, packed + length, sizeof packed - length)) > 0;) length += (size_t)count;
    close(file);
    CHECK(length > 18 && packed[0] == 0x1f && packed[1] == 0x8b, "%s is no gzip file of %zu bytes", path, length);
    profile.length = 0;
    for (size_t at = 10, last = 0; !last;) {
        last = packed[at] & 1;
        size_t count = packed[at + 1] | (size_t)packed[at + 2] << 8;
        memcpy(profile.bytes + profile.length, packed + at + 5, count);
        profile.length += count;
        at += 5 + count;
        CHECK(at < length, "the file is cut");
    }
    profile.stringCount = 0;
    const unsigned char *next = profile.bytes, *end = next + profile.length;
    for (struct field field; profileField(&next, end, &field);) {
        if (field.number == 6) {
            CHECK(profile.stringCount < PROFILE_LOCATIONS, "more strings than there is room for");
            profile.strings[profile.stringCount++] = field;
        }
        if (field.number != 3 && field.number != 4) continue;
        uint64_t id = 0, second = 0, third = 0, fifth = 0;
        const unsigned char *part = field.bytes, *partEnd = part + field.value;
        for (struct field inner; profileField(&part, partEnd, &inner);) {
            if (inner.number == 1) id = inner.value;
            if (inner.number == 2) second = inner.value;
            if (inner.number == 3) third = inner.value;
            if (inner.number == 5) fifth = inner.value;
        }
        CHECK(id > 0 && id < PROFILE_LOCATIONS, "field %d, number %lu", (int)field.number, (unsigned long)id);
        if (field.number == 3) profile.files[id] = fifth;
        else profile.mappings[id] = second, profile.addresses[id] = third;
    }
}

static inline int profileIsString(uint64_t number, const char *text) {
    CHECK(number < profile.stringCount, "string %lu", (unsigned long)number);
    return profile.strings[number].value == strlen(text) && !memcmp(profile.strings[number].bytes, text, strlen(text));
}

// Whether a location is in a file of that name.
static inline int profileIsIn(uint64_t location, const char *file) {
    const struct field *path = &profile.strings[profile.files[profile.mappings[location]]];
    size_t length = strlen(file);
    return path->value >= length && !memcmp(path->bytes + path->value - length, file, length);
}

// Whether a sample's label, a message of key and string, is that.
static inline int profileIsLabel(struct field label, const char *key, const char *text) {
    uint64_t numbers[2] = {0};
    const unsigned char *next = label.bytes, *end = next + label.value;
    for (struct field field; profileField(&next, end, &field);)
        if (field.number <= 2) numbers[field.number - 1] = field.value;
    return numbers[1] && profileIsString(numbers[0], key) && profileIsString(numbers[1], text);
}

struct profile_choice { const void *start, *stop; const char *key, *text, *file; };

// The sums of the samples that are chosen: by an address from `start` up to `stop` in the stack, by a label, or by the
// file of the innermost function.
static inline void profileSumsOf(struct profile_choice choice, double sums[PROFILE_VALUES]) {
    for (int index = 0; index < PROFILE_VALUES; index++) sums[index] = 0;
    profile.residentBytes = 0;
    const unsigned char *next = profile.bytes, *end = next + profile.length;
    for (struct field field; profileField(&next, end, &field);) {
        if (field.number != 2) continue;
        // Resident bytes before them where they are asked for.
        double values[PROFILE_VALUES + 1] = {0};
        int count = 0, isThere = !choice.start && !choice.key && !choice.file, depth = 0;
        const unsigned char *part = field.bytes, *partEnd = part + field.value;
        for (struct field inner; profileField(&part, partEnd, &inner);) {
            if (inner.number == 1 && inner.value < PROFILE_LOCATIONS) {
                uint64_t address = profile.addresses[inner.value];
                isThere |= address >= (uintptr_t)choice.start && address < (uintptr_t)choice.stop;
                isThere |= choice.file && !depth++ && profileIsIn(inner.value, choice.file);
            }
            if (inner.number == 2 && count <= PROFILE_VALUES) values[count++] = (double)inner.value;
            if (inner.number == 3 && choice.key) isThere |= profileIsLabel(inner, choice.key, choice.text);
        }
        int before = count - PROFILE_VALUES;
        CHECK(before == 0 || before == 1, "a sample of %d values", count);
        for (int index = 0; isThere && index < PROFILE_VALUES; index++) sums[index] += values[before + index];
        if (isThere && before) profile.residentBytes += values[0];
    }
}

// The sums of all samples whose stack has an address from `start` up to `stop`; of all samples where both are null.
static inline void profileSums(const void *start, const void *stop, double sums[PROFILE_VALUES]) {
    profileSumsOf((struct profile_choice){start, stop, NULL, NULL, NULL}, sums);
}

// Those of all samples with a label.
static inline void profileLabelSums(const char *key, const char *text, double sums[PROFILE_VALUES]) {
    profileSumsOf((struct profile_choice){NULL, NULL, key, text, NULL}, sums);
}

// Those of all samples whose block a function of that file allocated.
static inline void profileFileSums(const char *file, double sums[PROFILE_VALUES]) {
    profileSumsOf((struct profile_choice){NULL, NULL, NULL, NULL, file}, sums);
}

// Writes the profile of now and reads it.
static inline void profileNow(void) {
    static char path[64];
    snprintf(path, sizeof path, "/tmp/swiftmalloc-profile-test-%d", getpid());
    CHECK(swiftmalloc_profile_write, "no library");
    int error = swiftmalloc_profile_write(path);
    CHECK(error == 0, "error %d", error);
    profileRead(path);
    unlink(path);
}

// Functions of one place that allocates stand in a section of its own, by which their addresses are known.
#define PLACE(name) __attribute__((noinline, section(#name)))
#define PLACE_BOUNDS(name) extern const char __start_##name[], __stop_##name[]
#define PLACE_SUMS(name, sums) profileSums(__start_##name, __stop_##name, sums)

static inline int isAbout(double value, double wanted, double tolerance) {
    return value >= wanted * (1 - tolerance) && value <= wanted * (1 + tolerance);
}
#endif
