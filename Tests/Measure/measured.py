"""What the measurements of options share: programs, and what a run of one costs with and without an option."""

import os
import pathlib
import re
import resource
import subprocess
import sys

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


def environment(option, more):
    """That of a run: `option` and `more` are dictionaries of variables."""
    return {**os.environ, "PYTHONHASHSEED": "0", "PERL_HASH_SEED": "0", "LD_PRELOAD": str(LIBRARY), **option, **more}


def instructions(command, option, more=None):
    """Of the whole process, by callgrind."""
    wrapped = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command]
    done = subprocess.run(wrapped, env=environment(option, more or {}), capture_output=True, text=True)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if not found:
        sys.exit(f"no instructions of {command[0]}: {done.stderr.strip()[-200:]}")
    return int(found[1])


def seconds(command, option, more=None):
    """Of user and system time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment(option, more or {}), stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def pair(folder):
    """The program that allocates and frees, built in a folder: its arguments are COUNT SIZE BATCH."""
    program = f"{folder}/pair"
    subprocess.run(["cc", "-O2", "-fno-builtin", "-o", program, ROOT / "Tests/Measure/pair.c"], check=True)
    return program
