"""What is measured otherwise than as a workload: instructions by callgrind, and the start of an almost empty program."""
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
import os
import re
import subprocess

# What is counted: mode, size, whether --quick counts it too, and what it is. The first two call malloc and free by name, and
# are whole; from the others the loop's own cost is taken off.
PATTERNS = [
    ("hot", 64, True, "64 bytes, hot, called by name"),
    ("thousand", 64, True, "1000 of 64 bytes, freed in another order, called by name"),
    ("same", 16, False, "one block of 16 bytes"),
    ("same", 1000, True, "one block of 1000 bytes"),
    ("same", 4000, False, "one block of 4000 bytes"),
    ("same", 30000, False, "one block of 30000 bytes"),
    ("batch", 64, False, "100 of 64 bytes, last freed first"),
    ("batch", 1000, False, "100 of 1000 bytes, last freed first"),
    ("random", 0, True, "16 to 1024 bytes, 1000 live, at random"),
]


def _collected(program, path, kind, mode, size, number):
    environment = {k: v for k, v in os.environ.items() if k != "LD_PRELOAD"}
    # The preload goes through valgrind into the program; callgrind itself leaves malloc alone.
    if path:
        environment["LD_PRELOAD"] = path
    try:
        done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", str(program), kind, mode, str(size), str(number)],
                              env=environment, capture_output=True, text=True, errors="replace", timeout=120)
    except subprocess.TimeoutExpired:
        return None
    match = re.search(r"Collected : (\d+)", done.stderr)
    return int(match[1]) if match and done.returncode == 0 else None


def _per_pair(program, path, kind, mode, size, number):
    """The difference between number and twice as many pairs, for one pair; None when the program fails."""
    once = _collected(program, path, kind, mode, size, number)
    twice = _collected(program, path, kind, mode, size, 2 * number)
    return None if once is None or twice is None else (twice - once) / number


def instructions(program, allocators, quick):
    """One row for each pattern: what it is, and each allocator's number of instructions, or None."""
    patterns = [pattern for pattern in PATTERNS if pattern[2] or not quick]
    number = 5000 if quick else 20000
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as workers:
        def count(path, kind, mode, size):
            return workers.submit(_per_pair, program, path, kind, mode, size, number)

        rows = []
        for mode, size, _, what in patterns:
            own = None if mode in ("hot", "thousand") else count("", "null", mode, size)
            rows.append((what, own, {a.label: count(a.path, "heap", mode, size) for a in allocators}))
        # Counts are exact: that they run beside each other changes nothing.
        return [(what, {label: _without(counted.result(), own) for label, counted in values.items()}) for what, own, values in rows]


def _without(counted, own):
    if counted is None or own is None:
        return counted
    return None if own.result() is None else counted - own.result()


def startup(runner, allocators, quick):
    """Starts of /bin/true, each allocator in turn: for each the wall time, what that is over none, and the same of resident KiB."""
    rounds = 200 if quick else 1000
    bare = next((a.label for a in allocators if not a.path), None)
    options = ["--rounds", str(rounds)] + ([] if bare else ["--preload", "none"])
    for allocator in allocators:
        options += ["--preload", allocator.path or "none"]
    lines, failure = runner.launch(options, [str(Path("/bin/true").resolve())], timeout=20)
    if failure:
        return {"rounds": rounds, "failure": failure, "values": {}}
    rows = [[float(value) for value in line.split("\t")[1:]] for line in lines]
    labels = ([] if bare else ["none"]) + [a.label for a in allocators]
    measured = dict(zip(labels, rows))
    wall, _, processor, _, resident, _ = measured[bare or "none"]
    return {"rounds": rounds, "failure": "", "values": {
        label: {"wall_us": row[0], "wall_over_none_us": row[0] - wall, "processor_over_none_us": row[2] - processor,
                "resident_kib": row[4], "resident_over_none_kib": row[4] - resident}
        for label, row in measured.items()}}
