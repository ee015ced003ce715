# Objects of known types. Each line: the name that the tool should say, the block's address, its size.

import collections
import ctypes
import sys
import time

libc = ctypes.CDLL(None)
libc.malloc_usable_size.argtypes = [ctypes.c_void_p]
libc.malloc_usable_size.restype = ctypes.c_size_t


class Session:
    def __init__(self):
        self.items = []


class Slots:
    __slots__ = ("one", "two")


class Number(int):
    pass


class Meta(type):
    pass


class Made(metaclass=Meta):
    pass


kept = [Session(), Slots(), Made(), Number(5 << 80), [1], {"a": 1}, {1, 2}, (1, 2, sys.argv)]
kept += [str(len(kept)) * 100, "ä" * len(kept), b"x" * len(kept), 1.5e10 * len(kept)]
kept += [collections.deque([1]), Session, Made]
for value in kept:
    block = id(value) - (sys.getsizeof(value) - type(value).__sizeof__(value))
    name = type(value).__name__ if type(value) is not collections.deque else "collections.deque"
    print(f"{name} (CPython)", block, libc.malloc_usable_size(block), sep="\t")
print("ready", flush=True)
time.sleep(100000)
