"""The workloads in C: which program, with which arguments, and what it is about."""
from dataclasses import dataclass
import os


@dataclass(frozen=True)
class Workload:
    name: str
    program: str
    full: tuple
    quick: tuple
    idea: str

    def arguments(self, quick):
        return [str(word) for word in (self.quick if quick else self.full)]


# One thread for each core writes, where two threads may share a cache line.
CORES = max(2, min(8, len(os.sched_getaffinity(0))))

WORKLOADS = [
    Workload("pairs", "pairs", (2500,), (800,), "malloc and free of one block, ten sizes in turn"),
    Workload("lifo", "orders", ("lifo", 5000), ("lifo", 1500), "mixed sizes, last allocated first freed"),
    Workload("fifo", "orders", ("fifo", 6000), ("fifo", 2000), "mixed sizes, first allocated first freed"),
    Workload("random", "orders", ("random", 5000), ("random", 1500), "mixed sizes, freed at random"),
    Workload("batch", "batch", (40,), (12,), "10000 blocks of one size, then all freed"),
    Workload("larson", "larson", (4, 40, 100000), (4, 40, 30000), "4 threads that hand their blocks on and end"),
    Workload("exchange", "exchange", (2, 1, 1, 2000000), (2, 1, 1, 600000), "2 producers and 2 consumers in pairs"),
    Workload("fan-out", "exchange", (1, 1, 3, 2000000), (1, 1, 3, 600000), "1 producer, 3 consumers"),
    Workload("fan-in", "exchange", (1, 3, 1, 3000000), (1, 3, 1, 1000000), "3 producers, 1 consumer"),
    Workload("churn", "churn", (5000,), (1600,), "threads that live for 400 blocks"),
    Workload("cache-thrash", "sharing", ("thrash", CORES, 1000000), ("thrash", CORES, 400000), "active false sharing"),
    Workload("cache-scratch", "sharing", ("scratch", CORES, 1000000), ("scratch", CORES, 400000), "passive false sharing"),
    Workload("inverse", "inverse", (1, 40000), (1, 15000), "1024 live blocks, 4 bytes to 32 KiB, sizes by an inverse square law"),
    Workload("inverse-2", "inverse", (2, 20000), (2, 8000), "the same in 2 threads"),
    Workload("traffic", "traffic", (2, 5000), (2, 1500), "2 threads, 16 bytes to 16 KiB, one block in four is freed by the other"),
    Workload("vectors", "vectors", (250000,), (80000,), "300 vectors that grow by realloc, up to some MiB"),
    Workload("strings", "strings", (150000,), (50000,), "lines joined, split, their words in a hash table"),
    Workload("large", "lives", (20, 26, 8, 80), (20, 26, 8, 30), "1 to 64 MiB, random lives"),
    Workload("buffers", "buffers", (12, 300), (12, 100), "5 to 25 MB, random lives, written whole"),
    Workload("medium", "lives", (15, 20, 64, 50000), (15, 20, 64, 15000), "32 KiB to 1 MiB, random lives"),
    Workload("calloc", "calloc", (1500,), (500,), "zeroed blocks up to 64 KiB"),
    Workload("aligned", "aligned", (2500,), (800,), "posix_memalign of 16 to 4096 bytes"),
    Workload("growth", "growth", (200,), (70,), "small blocks, hardly any of them freed, as with a leak"),
    Workload("fragmentation", "fragmentation", (150,), (50,), "nine of ten freed at random, then other sizes; memory is what remains"),
    Workload("idle", "idle", (200,), (70,), "a load, then 1.2 s of little to do; memory is what remains"),
    Workload("crowd", "crowd", (64, 60000), (64, 20000), "64 threads, mixed sizes"),
    Workload("trees", "trees", (18,), (16,), "binary trees built and destroyed"),
    Workload("local", "local", (60,), (20,), "metamalloc's first: 37 sizes in one thread"),
    Workload("locality", "locality", (5,), (2,), "metamalloc's second: a walk through a million objects out of the caches"),
    Workload("cross", "cross", (20,), (2,), "metamalloc's third: 4 threads free each other's blocks"),
]


# With musl's own malloc beside it, which has one lock for all threads (--musl).
MUSL_WORKLOADS = [
    Workload("pairs-2", "pairs", (800, 2), (250, 2), "malloc and free of one block, ten sizes in turn, in two threads"),
    Workload("own", "scaling", ("own", 1, 6000000), ("own", 1, 2000000), "one thread replaces blocks of 16 to 512 bytes, written whole"),
    Workload("own-2", "scaling", ("own", 2, 3000000), ("own", 2, 1000000), "the same in two threads, each with blocks of its own"),
    Workload("own-4", "scaling", ("own", 4, 1500000), ("own", 4, 500000), "the same in four threads"),
]
# Of the real programs those that are built for it, too.
MUSL_PROGRAMS = ["lua", "sqlite-memory", "redis"]


def metamalloc_tables(quick):
    """The tables of metamalloc's README: title, workload, and the columns (heading, figure, decimals)."""
    runs = int(next(w for w in WORKLOADS if w.name == "cross").arguments(quick)[0])
    return [
        ("Single threaded local allocation: 900 blocks of each of 37 sizes", "local",
         [("Allocations per microsecond", "allocations/us", 1), ("Deallocations per microsecond", "deallocations/us", 1),
          ("Total duration, microseconds", "total_us", 0)]),
        ("Cache locality: a million objects read and written after a flush of the caches", "locality",
         [("In order, microseconds", "in_order_us", 0), ("Shuffled, microseconds", "shuffled_us", 0)]),
        ("4 threads, 407100 allocations and cross-thread deallocations each", "cross",
         [("P90 duration, microseconds", "p90_us", 0)]),
        (f"Memory after {runs * 4 * 0.4071:.1f} million of these", "cross",
         [("Virtual memory (VmSize), MiB", "vmsize_mib", 1)]),
    ]
