#!/usr/bin/env python3
"""How much memory a profile takes at the usual interval of 512 KiB: redis-server with a million keys, and Python with JSON, without a
profile and with one. The wanted limit is one percent of the program's memory and a mebibyte. Prints medians of the runs.

usage: Tests/Measure/profile_memory.py [--runs N] [LIBRARY]
"""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

MIB = 1 << 20
parser = argparse.ArgumentParser()
parser.add_argument("--runs", type=int, default=5)
parser.add_argument("library", nargs="?", default="dist/libswiftmalloc.so")
arguments = parser.parse_args()
library = os.path.realpath(arguments.library)


def environment(area, has_profile):
    added = {"LD_PRELOAD": library, "PYTHONMALLOC": "malloc"}
    if has_profile:
        added["SWIFTMALLOC_PROFILE"] = os.path.join(area, "profile")
    return {**os.environ, **added}


def resident(process):
    """Bytes of anonymous memory; those of the library's file are the same in both."""
    with open(f"/proc/{process}/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("RssAnon:"))


def redis(area, has_profile):
    socket = os.path.join(area, "socket")
    server = subprocess.Popen(
        ["redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--enable-debug-command", "local"],
        env=environment(area, has_profile), stdout=subprocess.DEVNULL)

    def ask(*words):
        return subprocess.run(["redis-cli", "-s", socket, *words], capture_output=True, text=True).stdout.strip()

    while ask("ping") != "PONG":
        time.sleep(0.05)
    ask("debug", "populate", "1000000", "key", "100")
    # Some of them anew, so that stacks of commands are among the samples.
    subprocess.run(["redis-benchmark", "-s", socket, "-q", "-n", "100000", "-r", "100000", "-d", "200", "-t", "set,lpush,hset"],
                   stdout=subprocess.DEVNULL)
    time.sleep(1)
    bytes_in_use = resident(server.pid)
    ask("shutdown", "nosave")
    server.wait()
    return bytes_in_use


def python(area, has_profile):
    program = subprocess.Popen(
        [sys.executable, "-c", "import json\nkept = [json.loads(json.dumps([{'id': n, 'tags': ['tag%d' % (n % k) for k in range(3, 9)]} "
         "for n in range(2000)])) for _ in range(40)]\nprint('full', flush=True)\ninput()"],
        env=environment(area, has_profile), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    program.stdout.readline()
    bytes_in_use = resident(program.pid)
    program.communicate(b"\n")
    return bytes_in_use


failed = False
for name, run in (("redis-server", redis), ("python3", python)):
    if not shutil.which(name):
        print(f"{name} is not installed: left out")
        continue
    taken = {False: [], True: []}
    for _ in range(arguments.runs):
        for has_profile in taken:
            with tempfile.TemporaryDirectory() as area:
                taken[has_profile].append(run(area, has_profile))
    without, with_profile = statistics.median(taken[False]), statistics.median(taken[True])
    more, limit = with_profile - without, without / 100 + MIB
    failed |= more > limit
    print(f"{name}: {without / MIB:.1f} MiB without, {with_profile / MIB:.1f} MiB with a profile: {more / MIB:+.2f} MiB, "
          f"{'within' if more <= limit else 'beyond'} {limit / MIB:.2f} MiB")
sys.exit(failed)
