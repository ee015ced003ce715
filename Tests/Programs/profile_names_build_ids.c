// Proves that each executable segment of a profile has a path, and those of the C library a build id, as Debian's files have.
// env: SWIFTMALLOC_PROFILE={TMP}/p SWIFTMALLOC_PROFILE_INTERVAL=64
// expect: exit 0
// stderr-none
// production-only: the debug heap is not sampled
#include "profile.h"

static const unsigned char *strings[1 << 16];
static size_t lengths[1 << 16];

int main(void) {
    for (int index = 0; index < 100; index++) CHECK(hide(malloc(1000)), "no block");
    profileNow();
    const unsigned char *next = profile.bytes, *end = next + profile.length;
    int count = 0, mappings = 0, named = 0;
    for (struct field field; profileField(&next, end, &field);) {
        if (field.number == 6) strings[count] = field.bytes, lengths[count++] = field.value;
        if (field.number != 3) continue;
        const unsigned char *part = field.bytes, *partEnd = part + field.value;
        uint64_t path = 0, id = 0;
        for (struct field inner; profileField(&part, partEnd, &inner);) {
            if (inner.number == 5) path = inner.value;
            if (inner.number == 6) id = inner.value;
        }
        CHECK(path > 0 && path < (uint64_t)count && lengths[path] > 0, "a segment without a path");
        mappings++;
        if (lengths[path] < 9 || memcmp(strings[path] + lengths[path] - 9, "libc.so.6", 9)) continue;
        CHECK(id > 0 && id < (uint64_t)count && lengths[id] >= 16 && lengths[id] % 2 == 0, "libc without a build id");
        for (size_t at = 0; at < lengths[id]; at++)
            CHECK(strchr("0123456789abcdef", strings[id][at]), "a build id with %c", strings[id][at]);
        named++;
    }
    CHECK(mappings >= 4 && named == 1, "%d segments, %d of libc", mappings, named);
    return 0;
}
