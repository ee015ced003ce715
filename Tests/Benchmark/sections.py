"""What is measured otherwise than as a workload: the nanoseconds and the instructions of a pair of malloc and free, and the
start of an almost empty program."""
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
import os
import re
import subprocess

# The patterns of nanoseconds.c, and what they are; the loop is a part of what they cost.
PAIRS = {
    "hot": "one block of 64 bytes",
    "batch": "1000 of 64 bytes, freed in another order",
    "lifo": "100 of 48 bytes, last freed first",
    "mixed": "1024 live, 4 bytes to 32 KiB by an inverse square law",
}
# A turn of a pattern is so many slices of so many pairs, a tenth of a second in all; their first decile counts.
SLICES, SLICE_PAIRS = 100, 100_000
# In each round, that many turns.
TURNS = 3
# What instructions.c counts: mode, size, whether --quick counts it too, and what it is. The loop's own cost is taken off.
PATTERNS = [
    ("same", 16, False, "one block of 16 bytes"),
    ("same", 1000, True, "one block of 1000 bytes"),
    ("same", 4000, False, "one block of 4000 bytes"),
    ("same", 30000, False, "one block of 30000 bytes"),
    ("batch", 64, False, "100 of 64 bytes, last freed first"),
    ("batch", 1000, False, "100 of 1000 bytes, last freed first"),
    ("random", 0, True, "16 to 1024 bytes, 1000 live, at random"),
]


# What takes this long hangs.
TIMEOUT = 120


def _run(command, allocator=None):
    """The command under an allocator, or under the C library's own; None when it fails."""
    environment = {k: v for k, v in os.environ.items() if k != "LD_PRELOAD"}
    if allocator and allocator.path:
        environment.update(LD_PRELOAD=allocator.path, **dict(variable.split("=", 1) for variable in allocator.variables))
    try:
        done = subprocess.run([str(word) for word in command], env=environment, capture_output=True, text=True, errors="replace", timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        return None
    return done if done.returncode == 0 else None


def pairs(program, allocators, rounds, progress):
    """For each pattern and allocator the nanoseconds of a pair in each turn, or None when the program fails."""
    values = {pattern: {a.label: [] for a in allocators} for pattern in PAIRS}
    for turn in range(rounds * TURNS):
        progress(f"pairs, turn {turn + 1} of {rounds * TURNS}")
        for pattern, taken in values.items():
            for place in range(len(allocators)):
                allocator = allocators[(place + turn) % len(allocators)]
                # What failed once is not tried again.
                if taken[allocator.label] is None:
                    continue
                done = _run([program, pattern, SLICE_PAIRS, SLICES], allocator)
                if done:
                    taken[allocator.label].append(float(done.stdout))
                else:
                    taken[allocator.label] = None
    return values


def _collected(command, allocator):
    # The preload goes through valgrind into the program; callgrind itself leaves malloc alone.
    done = _run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command], allocator)
    match = re.search(r"Collected : (\d+)", done.stderr) if done else None
    return int(match[1]) if match else None


def _per_pair(command, allocator, number):
    """The difference between number and twice as many pairs, for one pair; None when the program fails."""
    once, twice = (_collected([*command, count], allocator) for count in (number, 2 * number))
    return None if once is None or twice is None else (twice - once) / number


def instructions(programs, allocators, quick):
    """One row for each pattern: what it is, and each allocator's number of instructions, or None."""
    patterns = [pattern for pattern in PATTERNS if pattern[2] or not quick]
    number = 5000 if quick else 20000
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as workers:
        def count(allocator, program, *words):
            return workers.submit(_per_pair, [programs / program, *words], allocator, number)

        # One slice is what nanoseconds.c does with a number of pairs alone.
        rows = [(f"{pattern}: {what}", None, {a.label: count(a, "nanoseconds", pattern) for a in allocators})
                for pattern, what in PAIRS.items()]
        for mode, size, _, what in patterns:
            rows.append((what, count(None, "instructions", "null", mode, size),
                         {a.label: count(a, "instructions", "heap", mode, size) for a in allocators}))
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
        options += ["--with", f"LD_PRELOAD={allocator.path}", *allocator.variables, ";"] if allocator.path else ["--preload", "none"]
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
