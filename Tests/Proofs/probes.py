#!/usr/bin/env python3
"""What readers find of OpenTelemetry's probes in a library, by its notes (readelf -n): prints what is wrong.

usage: Tests/Proofs/probes.py LIBRARY…
"""
import struct
import sys

# By the machine's number in the ELF header.
REGISTERS = {62: ["8@%rdi", "8@%rsi", "8@%rdx"], 183: ["8@x0", "8@x1", "8@x2"]}
WRITE, ALLOCATED, EXECUTABLE = 1, 2, 4


def sections(data):
    """Name: (type, flags, address, place in the file, length)."""
    start, = struct.unpack_from("<Q", data, 0x28)
    size, count, names = struct.unpack_from("<HHH", data, 0x3A)
    heads = [struct.unpack_from("<IIQQQQ", data, start + size * i) for i in range(count)]
    name = lambda at: data[at : data.index(b"\0", at)].decode()
    return {name(heads[names][4] + head[0]): head[1:] for head in heads}


def notes(data, place, length):
    """Probe, base and semaphore as addresses, provider, name, arguments."""
    at, end = place, place + length
    while at < end:
        owner, content, kind = struct.unpack_from("<III", data, at)
        at += 12 + (owner + 3 & ~3)
        if kind == 3:
            texts = data[at + 24 : at + content].split(b"\0")
            yield *struct.unpack_from("<QQQ", data, at), *(text.decode() for text in texts[:3])
        at += content + 3 & ~3


def check(data):
    found = sections(data)
    registers = REGISTERS[struct.unpack_from("<H", data, 18)[0]]
    wanted = {"alloc": " ".join(registers), "free": registers[0]}

    def holds(name, flags, address):
        kind, has, start, place, length = found.get(name, (0, 0, 0, 0, 0))
        # With contents in the file, and where both the address and the place in it say: perf takes one for the other.
        return kind == 1 and has & flags == flags and start == place and start <= address < start + length

    semaphores = set()
    _, _, _, place, length = found.get(".note.stapsdt", (0, 0, 0, 0, 0))
    for probe, base, semaphore, provider, name, arguments in notes(data, place, length):
        title = f"{provider}:{name}({arguments})"
        if provider != "otel_memory" or wanted.pop(name, None) != arguments:
            yield f"{title} is not wanted"
        if not holds(".text", ALLOCATED | EXECUTABLE, probe):
            yield f"{title} is no code at {probe:#x}"
        if base != found.get(".stapsdt.base", (0, 0, 0))[2]:
            yield f"{title} has the base {base:#x}, by which gdb finds nothing"
        if not holds(".probes", ALLOCATED | WRITE, semaphore) or semaphore in semaphores:
            yield f"{title} has no semaphore of its own at {semaphore:#x}"
        semaphores.add(semaphore)
    for name in wanted:
        yield f"there is no probe {name}"


for path in sys.argv[1:]:
    with open(path, "rb") as file:
        for wrong in check(file.read()):
            print(f"{path}: {wrong}")
