#!/usr/bin/env python3
"""What a profile costs, by sampling interval: instructions by valgrind of real programs and of a loop of malloc and free, and
the loop's user and system time. The same of the profilers of jemalloc and gperftools, each beside its own allocator without.

Usage: profile_cost.py [ROUNDS]     interleaved runs for the times (default 9); needs valgrind, cc, perl, lua5.4, sqlite3,
                                    libjemalloc2, libgoogle-perftools4
"""

import os
import statistics
import sys
import tempfile

import measured

INTERVALS = ["512k", "128k", "16k"]
# Library, and what switches its sampler on at a mean of 512 KiB.
PEERS = {
    "jemalloc": ("libjemalloc.so.2", {"MALLOC_CONF": "prof:true,lg_prof_sample:19"}),
    "gperftools": ("libtcmalloc.so.4", {"TCMALLOC_SAMPLE_PARAMETER": "524288"}),
}
SIZES = [16, 64, 256, 1024, 4096, 16384, 65536]


def sampled(folder, interval):
    return {"SWIFTMALLOC_PROFILE": os.path.join(folder, "profile"), "SWIFTMALLOC_PROFILE_INTERVAL": interval,
            "SWIFTMALLOC_PROFILE_SEED": "1"}


def percent(ratio):
    return f"{(ratio - 1) * 100:+.2f} %"


def real_programs(options):
    programs = measured.programs(3)
    for name, command, more in programs:
        counts = [measured.instructions(command, option, more) for option in options]
        columns = [f"{interval} {percent(counts[at] / counts[0])}" for at, interval in enumerate(INTERVALS, 1)]
        print(f"{name}, {counts[0] / 1e6:.0f} million instructions:", "; ".join(columns), flush=True)
    for name, (library, option) in PEERS.items():
        preload = {"LD_PRELOAD": library}
        columns = []
        for program, command, more in programs:
            off, on = (measured.instructions(command, each, more) for each in (preload, {**preload, **option}))
            columns.append(f"{program} {percent(on / off)}")
        print(f"{name}, 512k:", "; ".join(columns), flush=True)


def loops(folder, options, rounds):
    program = measured.pair(folder)
    for size in SIZES:
        few, many = 10000, 10000 + 2_000_000 // max(1, size // 256)

        def command(count):
            return [program, str(count), str(size), "1"]

        cost = [(measured.instructions(command(many), option) - measured.instructions(command(few), option)) / (many - few)
                for option in options]
        times = [[] for _ in options]
        for index in range(rounds):
            for step in range(len(options)):
                which = (index + step) % len(options)
                times[which].append(measured.seconds(command(30 * many), options[which]))
        medians = [statistics.median(each) for each in times]
        columns = [f"{interval} {percent(cost[at] / cost[0])} of instructions, {percent(medians[at] / medians[0])} of time"
                   for at, interval in enumerate(INTERVALS, 1)]
        print(f"malloc({size}) and free, {cost[0]:.1f} instructions, {medians[0] / (30 * many) * 1e9:.1f} ns:", "; ".join(columns),
              flush=True)


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with tempfile.TemporaryDirectory() as folder:
        options = [{}, *(sampled(folder, interval) for interval in INTERVALS)]
        real_programs(options)
        loops(folder, options, rounds)


main()
