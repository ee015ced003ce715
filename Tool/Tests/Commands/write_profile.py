#!/usr/bin/env python3
"""Writes a heap profile as the library does, of a program that need not run: what the tool shows of it is known beforehand.

Usage: write_profile.py FILE PROGRAM [--start ADDRESS] [--stored] [--no-id] SAMPLE...
  SAMPLE   OBJECTS:BYTES:INUSE_OBJECTS:INUSE_BYTES:THREAD:SYMBOL<SYMBOL<...  the innermost symbol first; "~SYMBOL" is a place in it
           where another function is inlined, "0x..." an address that no mapping has
"""
import argparse
import gzip
import os
import re
import struct
import subprocess
import sys
import zlib

parser = argparse.ArgumentParser()
parser.add_argument("file")
parser.add_argument("program")
parser.add_argument("--start", type=lambda text: int(text, 0), default=0x555555550000)
parser.add_argument("--stored", action="store_true")
parser.add_argument("--no-id", action="store_true")
parser.add_argument("--time", type=int, default=1_800_000_000)
parser.add_argument("samples", nargs="+")
arguments = parser.parse_args()
program = os.path.realpath(arguments.program)


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}).stdout


def varint(number):
    number &= (1 << 64) - 1
    result = b""
    while number >= 0x80:
        result += bytes([number & 0x7F | 0x80])
        number >>= 7
    return result + bytes([number])


def number(field, value):
    return varint(field << 3) + varint(value) if value else b""


def part(field, contents):
    return varint(field << 3 | 2) + varint(len(contents)) + contents


texts = {"": 0}


def text(words):
    return texts.setdefault(words, len(texts))


symbols = {}
for line in output("nm", program).splitlines():
    fields = line.split()
    if len(fields) == 3:
        symbols[fields[2]] = int(fields[0], 16)


def inlined(symbol):
    """The first address in a function where two functions are."""
    for place in range(symbols[symbol], symbols[symbol] + 64):
        if output("addr2line", "-f", "-i", "-e", program, hex(place)).count("\n") == 4:
            return place - 1
    sys.exit(f"nothing is inlined in {symbol}")


# The executable segment: offset, address, length.
segment = next(fields for line in output("readelf", "-lW", program).splitlines()
               for fields in [line.split()] if fields[:1] == ["LOAD"] and "E" in fields[6:8])
offset, address, length = (int(segment[index], 16) for index in (1, 2, 4))
build_id = re.search(r"Build ID: ([0-9a-f]+)", output("readelf", "-n", program))
name = os.path.basename(program)

message = b""
for type, unit in (("alloc_objects", "count"), ("alloc_space", "bytes"), ("inuse_objects", "count"), ("inuse_space", "bytes")):
    message += part(1, number(1, text(type)) + number(2, text(unit)))
locations = {}
functions = b""
for sample in arguments.samples:
    *amounts, thread, stack = sample.split(":")
    amounts = [int(amount) for amount in amounts]
    ids = []
    for symbol in stack.split("<"):
        if symbol not in locations:
            locations[symbol] = len(locations) + 1
        ids.append(locations[symbol])
    labels = part(3, number(1, text("bytes")) + number(3, amounts[1] // max(amounts[0], 1)) + number(4, text("bytes")))
    labels += part(3, number(1, text("thread")) + number(2, text(thread)))
    labels += part(3, number(1, text("heap")) + number(2, text("process")))
    message += part(2, part(1, b"".join(map(varint, ids))) + part(2, b"".join(map(varint, amounts))) + labels)
mapping = number(1, 1) + number(2, arguments.start) + number(3, arguments.start + length) + number(4, offset) + number(5, text(program))
message += part(3, mapping + (number(6, text(build_id.group(1))) if build_id and not arguments.no_id else b""))
for symbol, id in locations.items():
    if symbol.startswith("0x"):
        place, of = int(symbol, 16), b""
        label = symbol
    else:
        # Of a caller the return address minus one: within the call.
        place = (inlined(symbol[1:]) if symbol[0] == "~" else symbols[symbol]) - address + arguments.start + 1
        of = number(2, 1)
        label = f"{name}+{place - arguments.start + offset:#x}"
    message += part(4, number(1, id) + of + number(3, place) + part(4, number(1, id)))
    functions += part(5, number(1, id) + number(2, text(label)) + number(3, text(label)))
message += functions
message += number(9, arguments.time * 10**9) + number(12, 524288)
message += part(11, number(1, text("space")) + number(2, text("bytes")))
message += number(13, text("live bytes: 12345")) + number(14, text("inuse_space"))
message += b"".join(part(6, words.encode()) for words in texts)
if arguments.stored:
    compressor = zlib.compressobj(0, wbits=31)
    contents = compressor.compress(message) + compressor.flush()
else:
    contents = gzip.compress(message)
with open(arguments.file, "wb") as file:
    file.write(contents)
