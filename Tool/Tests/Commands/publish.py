#!/usr/bin/env python3
"""Writes a file as CShims/include/live.h lays it out, for a process that does not have the library: what the tool shows
of it is known beforehand.

Usage: publish.py DIRECTORY PID PROGRAM [--ended] [--mode N] [--threads N] [--boot NANOSECONDS]
"""
import argparse
import os
import struct
import time

CLASSES, SMALL, THREADS, LARGE, ARENAS = 91, 89, 16384, 65536, 1024
THREAD_BYTES = 64 + 40 * CLASSES

parser = argparse.ArgumentParser()
parser.add_argument("directory")
parser.add_argument("pid", type=int)
parser.add_argument("program")
parser.add_argument("--ended", action="store_true")
parser.add_argument("--mode", type=int, default=0)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--boot", type=int)
parser.add_argument("--version", type=int, default=1)
arguments = parser.parse_args()

boot = arguments.boot if arguments.boot is not None else time.clock_gettime_ns(time.CLOCK_BOOTTIME)
quantity = 512
call = quantity + 13 * 16
classes = call + 8 * 8
arena = classes + CLASSES * 32
thread = (arena + ARENAS * 16 + 4095) // 4096 * 4096
large = (thread + THREADS * THREAD_BYTES + 4095) // 4096 * 4096
size = large + LARGE * 64

header = struct.pack(
    "=QIIQIIIIIIIIIIQIIQIIiIIIIIqQQQQQQQQQQQQQQ64s16s",
    0x766C6D7466697773, arguments.version, 512, size,
    quantity, 13, call, 7, classes, CLASSES, 32, SMALL, arena, ARENAS,
    thread, THREADS, THREAD_BYTES, large, LARGE, 64,
    arguments.pid, os.geteuid(), 2 if arguments.ended else 1, arguments.mode, 4096, 4, 500,
    time.time_ns(), boot, boot + 5_000_000_000 if arguments.ended else 0,
    1_500_000_000 if arguments.ended else 0, 250_000_000 if arguments.ended else 0,
    0, arguments.threads, arguments.threads, arguments.threads, 0, 1, 1, 1, 0,
    arguments.program.encode(), b"0.1.0")

# requested, committed, used, dirty, clean, purging, small spans, stashed, large, cached, metadata, resident, overhead.
amounts = [7_000_000, 4 << 20, 2_490_368, 1 << 20, 0, 0, 1 << 20, 1 << 16, 5 << 20, 1 << 16, 300_000, 0, 0]
if arguments.mode:
    amounts = [7_000_000] + [0] * 10 + [8_000_000, 500_000]

os.makedirs(arguments.directory, mode=0o700, exist_ok=True)
path = os.path.join(arguments.directory, str(arguments.pid))
descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
os.ftruncate(descriptor, size)
os.pwrite(descriptor, header, 0)
for index, now in enumerate(amounts):
    os.pwrite(descriptor, struct.pack("=QQ", now, now + 1000), quantity + 16 * index)
os.pwrite(descriptor, struct.pack("=7Q", 11, 2, 3, 4, 5, 6, 7), call)
os.pwrite(descriptor, struct.pack("=QQQQ", 64, 16, 4, 1000), classes + 3 * 32)
os.pwrite(descriptor, struct.pack("=QQQQ", 0, 3, 0, 0), classes + SMALL * 32)
os.pwrite(descriptor, struct.pack("=QQQQ", 0, 1, 0, 0), classes + (SMALL + 1) * 32)


def row(number, name, counts):
    live = sum(c[3] - c[4] for c in counts)
    offset = thread + number * THREAD_BYTES
    os.pwrite(descriptor, struct.pack("=Ii16sQqq", 1, arguments.pid + number - 1 if number else 0, name.encode()[:16],
                                      boot, live, live + 10), offset)
    for index, allocations, frees, requested, returned, peak in counts:
        os.pwrite(descriptor, struct.pack("=QQQQq", allocations, frees, requested, returned, peak), offset + 64 + 40 * index)


row(0, "", [(3, 500, 400, 30_000, 24_000, 9_000)])
row(1, "main", [(3, 10_000, 100, 600_000, 6_000, 594_000), (SMALL, 3, 0, 1_200_000, 0, 1_200_000),
                (SMALL + 1, 1, 0, 5_200_000, 0, 5_200_000)])
for number in range(2, arguments.threads + 1):
    row(number, f'w"{number}\\n,=1', [(3, 5, 5, 300, 300, 60)])
os.pwrite(descriptor, struct.pack("=QQQQi", 0x7F0000000000, 5_200_000, 5 << 20, boot, arguments.pid), large + 64)
os.close(descriptor)
print(path)
