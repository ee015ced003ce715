"""Python builds half a gigabyte of objects and drops them: what it holds then, and what two seconds later.

PYTHONMALLOC=malloc LD_PRELOAD=dist/libswiftmalloc.so python3 Tests/Measure/python_burst.py
"""
import gc
import os
import time


def resident():
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE") >> 20


def main():
    before = resident()
    objects = [{f"key {i}": [i, str(i), float(i)]} for i in range(1_000_000)]
    full = resident()
    start = time.process_time()
    del objects
    gc.collect()
    took = time.process_time() - start
    dropped = resident()
    time.sleep(2)
    print(f"MiB: {before} before, {full} full, {dropped} dropped (in {took * 1000:.0f} ms), {resident()} two seconds later")


if __name__ == "__main__":
    main()
