#!/usr/bin/env python3
"""What a process pays that counts its calls (SWIFTMALLOC_LIVE=1): instructions by valgrind, and user and system time.

Usage: counting.py [ROUNDS]     interleaved pairs of runs for the times (default 9); needs valgrind, cc, perl, lua5.4, sqlite3
"""

import statistics
import sys
import tempfile

import measured

COUNTED = {"SWIFTMALLOC_LIVE": "1"}


def pairs():
    with tempfile.TemporaryDirectory() as folder:
        program = measured.pair(folder)
        for size, batch in (64, 1), (64, 100), (4000, 1):
            few, many = 10000, 110000
            cost = [(measured.instructions([program, str(many), str(size), str(batch)], option)
                     - measured.instructions([program, str(few), str(size), str(batch)], option)) / (many - few)
                    for option in ({}, COUNTED)]
            print(f"malloc({size}) and free, batches of {batch}: {cost[0]:.1f} instructions, counted {cost[1]:.1f}", flush=True)


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    pairs()
    for (name, command, more), (_, longer, _) in zip(measured.programs(1), measured.programs(6)):
        ratio = measured.instructions(command, COUNTED, more) / measured.instructions(command, {}, more)
        times = {False: [], True: []}
        for index in range(rounds):
            for is_on in (index % 2 == 0, index % 2 != 0):
                times[is_on].append(measured.seconds(longer, COUNTED if is_on else {}, more))
        off, on = (statistics.median(times[is_on]) for is_on in (False, True))
        print(f"{name}: instructions {ratio:.3f}, time {on / off:.2f} ({off:.2f} s without)", flush=True)


main()
