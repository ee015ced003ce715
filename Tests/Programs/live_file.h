// What the programs that read published counters (SWIFTMALLOC_LIVE=1) use beside check.h: a process' file, mapped, and
// sums over its rows by the layout of live.h. Nothing here allocates.
#ifndef LIVE_FILE_H
#define LIVE_FILE_H
#include <sys/mman.h>
#include <sys/stat.h>
#include "../../CShims/include/live.h"
#include "check.h"

typedef struct swiftmalloc_live_header Header;
typedef struct swiftmalloc_live_thread Row;
typedef struct swiftmalloc_live_class Counts;

static inline const char *pathOf(pid_t process) {
    static char path[64];
    snprintf(path, sizeof path, "/dev/shm/swiftmalloc-%u/%d", geteuid(), process);
    return path;
}

// The counters of a process; null when there is no file.
static inline const Header *countersOf(pid_t process) {
    struct stat info;
    int file = open(pathOf(process), O_RDONLY | O_CLOEXEC);
    if (file < 0) return NULL;
    CHECK(fstat(file, &info) == 0 && info.st_size > (off_t)sizeof(Header), "a short file");
    const Header *header = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_SHARED, file, 0);
    CHECK(header != MAP_FAILED && header->magic == SWIFTMALLOC_LIVE_MAGIC, "no counters in %s", pathOf(process));
    CHECK(header->version == SWIFTMALLOC_LIVE_VERSION && header->file_bytes == (uint64_t)info.st_size, "another version");
    close(file);
    return header;
}

static inline const Row *rowAt(const Header *header, size_t index) {
    return (const Row *)((const char *)header + header->thread_offset + index * header->thread_stride);
}

static inline const Counts *classesOf(const Row *row) { return (const Counts *)(row + 1); }

static inline const Row *rowOfThread(const Header *header, pid_t thread) {
    for (size_t i = 1; i <= header->thread_row_end; i++)
        if (rowAt(header, i)->is_used && rowAt(header, i)->thread_id == thread) return rowAt(header, i);
    return NULL;
}

static inline uint64_t blockSizeOf(const Header *header, size_t index) {
    const char *table = (const char *)header + header->class_offset;
    return ((const struct swiftmalloc_live_class_totals *)(table + index * header->class_stride))->block_size;
}

static inline struct swiftmalloc_live_amount amountOf(const Header *header, enum swiftmalloc_live_quantity quantity) {
    return ((const struct swiftmalloc_live_amount *)((const char *)header + header->quantity_offset))[quantity];
}

// The class under which blocks for so many bytes are counted.
static inline size_t classOf(const Header *header, size_t size) {
    for (size_t i = 0; i < header->small_class_count; i++)
        if (blockSizeOf(header, i) >= size) return i;
    return size <= 4 * MIB ? SWIFTMALLOC_LIVE_MEDIUM : SWIFTMALLOC_LIVE_LARGE;
}

static inline void addCounts(Counts *sum, const Counts *counts) {
    sum->allocation_count += counts->allocation_count, sum->free_count += counts->free_count;
    sum->requested_bytes += counts->requested_bytes, sum->returned_bytes += counts->returned_bytes;
}

// Of all classes of a row.
static inline Counts sumOfRow(const Row *row) {
    Counts sum = {0};
    for (size_t i = 0; i < SWIFTMALLOC_LIVE_CLASSES; i++) addCounts(&sum, &classesOf(row)[i]);
    return sum;
}

// Of all rows in use.
static inline Counts sumOfAll(const Header *header) {
    Counts sum = {0};
    for (size_t i = 0; i <= header->thread_row_end; i++) {
        Counts row = sumOfRow(rowAt(header, i));
        if (rowAt(header, i)->is_used) addCounts(&sum, &row);
    }
    return sum;
}

#endif
