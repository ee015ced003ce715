#!/usr/bin/env python3
"""What a process pays that counts its calls (SWIFTMALLOC_LIVE=1): instructions by valgrind, and user and system time.

Usage: counting.py [ROUNDS]     interleaved pairs of runs for the times (default 9); needs valgrind, cc, perl, lua5.4, sqlite3
"""

import os
import pathlib
import re
import resource
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "dist/libswiftmalloc.so"


def programs(scale):
    """Names, commands and environments; `scale` is how often each does its work."""
    json = (f"import json\nfor i in range({6 * scale}): "
            "json.loads(json.dumps([{'a': j, 'b': str(j)} for j in range(2000)]))")
    perl = (f"my $s = 0; for (1..{scale}) {{ my %h; for (1..60000) {{ $h{{\"key$_\"}} = [$_, \"v$_\"]; }} "
            "for (sort keys %h) { $s += length $h{$_}[1] } } print $s")
    lua = (f"local s = 0 for k = 1, {scale} do local t = {{}} for i = 1, 40000 do t[i] = {{name = 'n' .. i, v = i}} end "
           "for _, x in ipairs(t) do s = s + #x.name end end print(s)")
    sql = (f"create table t(a, b, c); with recursive n(i) as (select 1 union all select i + 1 from n where i < {30000 * scale}) "
           "insert into t select i, 'x' || i, i * 7 % 1000 from n; select c, count(*), group_concat(b) from t group by c limit 3;")
    return [
        ("python3, JSON", ["/usr/bin/python3", "-c", json], {}),
        ("sqlite3", ["sqlite3", ":memory:", sql], {}),
        ("perl", ["perl", "-e", perl], {}),
        ("lua5.4", ["lua5.4", "-e", lua], {}),
        ("python3, PYTHONMALLOC=malloc", ["/usr/bin/python3", "-c", json], {"PYTHONMALLOC": "malloc"}),
    ]


def environment(is_on, more):
    counts = {"SWIFTMALLOC_LIVE": "1"} if is_on else {}
    return {**os.environ, "PYTHONHASHSEED": "0", "PERL_HASH_SEED": "0", "LD_PRELOAD": str(LIBRARY), **counts, **more}


def instructions(command, is_on, more=None):
    wrapped = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command]
    done = subprocess.run(wrapped, env=environment(is_on, more or {}), capture_output=True, text=True)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if not found:
        sys.exit(f"counting.py: no instructions of {command[0]}: {done.stderr.strip()[-200:]}")
    return int(found[1])


def seconds(command, is_on, more):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment(is_on, more), stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def pairs():
    with tempfile.TemporaryDirectory() as folder:
        program = f"{folder}/pair"
        subprocess.run(["cc", "-O2", "-fno-builtin", "-o", program, ROOT / "Tests/Measure/pair.c"], check=True)
        for size, batch in (64, 1), (64, 100), (4000, 1):
            few, many = 10000, 110000
            cost = [(instructions([program, str(many), str(size), str(batch)], is_on)
                     - instructions([program, str(few), str(size), str(batch)], is_on)) / (many - few) for is_on in (False, True)]
            print(f"malloc({size}) and free, batches of {batch}: {cost[0]:.1f} instructions, counted {cost[1]:.1f}", flush=True)


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    pairs()
    for (name, command, more), (_, longer, _) in zip(programs(1), programs(6)):
        ratio = instructions(command, True, more) / instructions(command, False, more)
        times = {False: [], True: []}
        for index in range(rounds):
            for is_on in (index % 2 == 0, index % 2 != 0):
                times[is_on].append(seconds(longer, is_on, more))
        off, on = (statistics.median(times[is_on]) for is_on in (False, True))
        print(f"{name}: instructions {ratio:.3f}, time {on / off:.2f} ({off:.2f} s without)", flush=True)


main()
