"""The tables, as text and as Markdown, and the JSON."""
from dataclasses import dataclass
from statistics import median
import datetime
import os
import platform
import re

from allocators import OURS, PEERS
from figures import KINDS, above, best_of, means, ratio_to_best, to_best_mean, value
from sections import PAIRS
from workloads import metamalloc_tables

# The two that users would otherwise run.
USUAL = ("mimalloc3", "glibc")
# A workload where we need more than so many times what these, the best peer, the smallest peer or a library of --against (an
# earlier build of ours, for example) needs is lost.
TIME_TO_USUAL, TIME_TO_BEST, MEMORY_TO_SMALLEST, TIME_TO_FURTHER = 1.10, 1.25, 1.20, 1.05


@dataclass
class Table:
    title: str
    header: list
    rows: list
    notes: list


@dataclass
class Measured:
    """All that a run of the benchmark gave."""
    allocators: list
    results: list
    pairs: dict
    instructions: list
    startup: dict
    rounds: int
    quick: bool

    @property
    def ours(self):
        return next((a.label for a in self.allocators if a.label == OURS), None)

    @property
    def peers(self):
        return [a for a in self.allocators if a.is_peer]

    @property
    def further(self):
        """The libraries of --against."""
        return [a for a in self.allocators if a.label not in (*PEERS, OURS) and not a.variables]


def machine():
    model = "an unknown processor"
    with open("/proc/cpuinfo") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), model)
    with open("/proc/meminfo") as file:
        kib = int(re.search(r"\d+", file.readline())[0])
    system = platform.freedesktop_os_release().get("PRETTY_NAME", "Linux") if os.path.exists("/etc/os-release") else "Linux"
    return f"{len(os.sched_getaffinity(0))} cores of {model}, {kib / 1048576:.0f} GiB, {system}, {platform.system()} {platform.release()}"


def versions(allocators):
    return ", ".join(a.label + (f" {a.version}" if a.version else "") for a in allocators)


def _number(number, decimals):
    return "failed" if number is None else f"{number:.{decimals}f}"


def _ratio(pair):
    return "–" if pair is None else f"{pair[0]:.2f} ({pair[1]})"


def _workload_table(measured, kind):
    unit, scale, decimals = {"time": ("Time, ms", 1000, 1), "memory": ("Peak memory, MiB", 1 / 1024, 1)}[kind]
    labels = [a.label for a in measured.allocators]
    rows, notes = [], []
    for result in measured.results:
        if result.unavailable:
            # Once is enough.
            notes += [f"{result.name} was not measured: {result.unavailable}"] if kind == "time" else []
            continue
        row = [result.name]
        for label in labels:
            number = value(result, label, kind)
            row.append(_number(number and number * scale, decimals))
            if kind == "time" and result.samples[label].failure:
                notes.append(f"{result.name} failed under {label}: {result.samples[label].failure}")
        if measured.ours:
            ratio, best = ratio_to_best(result, measured.ours, measured.peers, kind), best_of(result, measured.peers, kind)
            row.append(_ratio((ratio, best.label) if ratio is not None else None))
        rows.append(row)
    header = ["workload", *labels] + (["ours to the best peer"] if measured.ours else [])
    return Table(f"{unit}, median of {measured.rounds} round{'s' if measured.rounds > 1 else ''}", header, rows, notes)


def _mean_table(measured):
    table, complete = means(measured.results, measured.allocators)
    if not table:
        return Table("Means", ["allocator"], [], ["no workload was completed by all allocators"])
    base, ours = measured.allocators[0].label, table.get(measured.ours)
    rows = []
    for label, row in table.items():
        processor = f"{row['processor']:.3f}" if row["processor"] else "–"
        rows.append([label, f"{row['time']:.3f}", processor, f"{row['memory']:.3f}"])
        for kind in KINDS:
            rows[-1].append(f"{row['to_best_' + kind]:.2f}, {_ratio(row['worst_' + kind])}" if row["worst_" + kind] else "–")
        rows[-1] += [f"{ours[kind] / row[kind]:.3f}" for kind in KINDS] if ours else []
    notes = []
    if len(complete) < len(measured.results):
        left = [r.name for r in measured.results if r.name not in complete]
        notes.append(f"over the {len(complete)} workloads that all allocators completed; left out: {', '.join(left)}")
    for kind in KINDS if measured.ours else ():
        best = to_best_mean(table, measured.ours, measured.allocators, kind)
        if best:
            notes.append(f"{measured.ours}'s mean {kind} is {best.value:.3f} of that of {best.label}, the best peer")
    header = ["allocator", "time", "user+sys", "peak memory", "mean and worst time to the best peer", "mean and worst memory to the smallest"]
    header += [f"our {kind} to its {kind}" for kind in KINDS] if ours else []
    return Table(f"Geometric means over {len(complete)} workloads, {base} = 1", header, rows, notes)


def losses(measured):
    """What is named as lost: the limit, and the workloads above it as (ratio, workload, to which allocator)."""
    limits = [(f"time above {TIME_TO_USUAL:.2f} of {a.label}", "time", TIME_TO_USUAL, [a]) for label in USUAL for a in measured.peers if a.label == label]
    limits.append((f"time above {TIME_TO_BEST:.2f} of the best peer", "time", TIME_TO_BEST, measured.peers))
    limits.append((f"peak memory above {MEMORY_TO_SMALLEST:.2f} of the smallest peer", "memory", MEMORY_TO_SMALLEST, measured.peers))
    limits += [(f"time above {TIME_TO_FURTHER:.2f} of {a.label}", "time", TIME_TO_FURTHER, [a]) for a in measured.further]
    return [(title, others, above(measured.results, measured.ours, others, kind, limit)) for title, kind, limit, others in limits if others]


def _loss_table(measured):
    rows = []
    for title, others, found in losses(measured):
        named = [f"{name} {ratio:.2f}" + (f" ({label})" if len(others) > 1 else "") for ratio, name, label in found]
        rows.append([title, str(len(found)), ", ".join(named) or "–"])
    return Table(f"Where {measured.ours} loses", ["limit", "workloads", "which"], rows, [])


def _pair_table(measured):
    """Nanoseconds, and their ratios to one allocator: medians over the turns, in each of which they ran one after the other."""
    base = next((a.label for a in measured.allocators if a.label == USUAL[0]), measured.allocators[0].label)
    rows = []
    for allocator in measured.allocators:
        taken = [(values[allocator.label], values[base]) for values in measured.pairs.values()]
        rows.append([allocator.label] + [_number(median(own) if own else None, 2) for own, _ in taken] +
                    [_number(median(a / b for a, b in zip(own, others)) if own and others else None, 2) for own, others in taken])
    notes = [f"{pattern}: {what}" for pattern, what in PAIRS.items()]
    return Table("Nanoseconds of one malloc and one free", ["allocator", *PAIRS, *(f"{pattern} to {base}" for pattern in PAIRS)], rows, notes)


def _metamalloc(measured):
    by_name = {r.name: r for r in measured.results}
    for title, name, columns in metamalloc_tables(measured.quick):
        if name not in by_name:
            continue
        rows = []
        for allocator in measured.allocators:
            figures = by_name[name].samples[allocator.label].figures
            rows.append([allocator.label, allocator.version or "–"] +
                        [_number(median(figures[figure]) if figures.get(figure) else None, decimals) for _, figure, decimals in columns])
        yield Table(title, ["Allocator", "Version"] + [heading for heading, _, _ in columns], rows, [])


def _instruction_table(measured):
    labels = [a.label for a in measured.allocators]
    rows = []
    for what, values in measured.instructions:
        row = [what] + [_number(values[label], 1) for label in labels]
        if measured.ours:
            peers = [(values[a.label], a.label) for a in measured.allocators if a.is_peer and values[a.label] is not None]
            mine = values[measured.ours]
            row.append(_ratio((mine / min(peers)[0], min(peers)[1]) if peers and mine is not None else None))
        rows.append(row)
    header = ["pattern", *labels] + (["ours to the best peer"] if measured.ours else [])
    return Table("Instructions for one malloc and one free (callgrind)", header, rows,
                 [f"the loop is a part of {', '.join(PAIRS)}, and not of the others"])


def _startup_table(measured):
    header = ["allocator", "wall, µs", "wall over none, µs", "user+sys over none, µs", "resident, KiB", "resident over none, KiB"]
    rows = [[label, f"{v['wall_us']:.0f}", f"{v['wall_over_none_us']:.0f}", f"{v['processor_over_none_us']:.0f}",
             f"{v['resident_kib']:.0f}", f"{v['resident_over_none_kib']:.0f}"] for label, v in measured.startup["values"].items()]
    notes = [f"failed: {measured.startup['failure']}"] if measured.startup["failure"] else []
    return Table(f"Start-up: {measured.startup['rounds']} times /bin/true, each library in turn, medians", header, rows, notes)


def tables(measured):
    if measured.results:
        yield _mean_table(measured)
        if measured.ours:
            yield _loss_table(measured)
        yield _workload_table(measured, "time")
        yield _workload_table(measured, "memory")
    if measured.pairs:
        yield _pair_table(measured)
    if measured.results:
        yield from _metamalloc(measured)
    if measured.instructions:
        yield _instruction_table(measured)
    if measured.startup:
        yield _startup_table(measured)


def _column(cells):
    """All as wide as the widest: words begin at the left, numbers end at the right."""
    width = max(map(len, cells))
    words = any(cell[:1].isalpha() and cell != "failed" for cell in cells[1:])
    return [cell.ljust(width) if words else cell.rjust(width) for cell in cells]


def text(measured):
    lines = [machine(), versions(measured.allocators)]
    for table in tables(measured):
        lines += ["", table.title]
        shown = [table.header, *table.rows]
        columns = [_column([row[i] for row in shown]) for i in range(len(table.header))]
        lines += ["  " + "  ".join(cells).rstrip() for cells in zip(*columns)] if table.rows else []
        lines += [f"  {note}" for note in table.notes]
    return "\n".join(lines) + "\n"


def markdown(measured, picture):
    lines = [f"Machine: {machine()}; {datetime.date.today()}. {versions(measured.allocators)}.", ""]
    if picture:
        lines += [f"![Mean time and mean memory of each allocator]({picture})", ""]
    for table in tables(measured):
        lines += [f"### {table.title}", ""]
        if table.rows:
            lines += ["| " + " | ".join(table.header) + " |", "|---" * len(table.header) + "|"]
            lines += ["| " + " | ".join(row) + " |" for row in table.rows] + [""]
        for note in table.notes:
            lines += [note + ".", ""]
    return "\n".join(lines)


def as_json(measured):
    table, complete = means(measured.results, measured.allocators)
    workloads = []
    for result in measured.results:
        entry = {"name": result.name, "unavailable": result.unavailable or None, "allocators": {}}
        for label, samples in {} if result.unavailable else result.samples.items():
            pairs = {kind: ratio_to_best(result, label, measured.peers, kind) for kind in KINDS}
            entry["allocators"][label] = {
                "time_s": value(result, label, "time"), "memory_kib": value(result, label, "memory"), "failure": samples.failure or None,
                "time_to_best_peer": pairs["time"], "memory_to_best_peer": pairs["memory"], "times_s": samples.times,
                "processor_s": samples.processor, "memories_kib": samples.memory, "figures": dict(samples.figures)}
        workloads.append(entry)
    ours = {}
    for kind in KINDS if measured.ours else ():
        best = to_best_mean(table, measured.ours, measured.allocators, kind)
        ours[kind] = best and {"ratio": best.value, "peer": best.label}
    return {"date": str(datetime.date.today()), "machine": machine(), "rounds": measured.rounds, "quick": measured.quick,
            "allocators": [vars(a) for a in measured.allocators], "workloads": workloads,
            "means": table, "means_over": complete, "ours_to_best_peers_mean": ours,
            "losses": [{"limit": title, "workloads": found} for title, _, found in losses(measured)] if measured.ours else [],
            "nanoseconds": measured.pairs,
            "instructions": [{"pattern": what, "values": values} for what, values in measured.instructions],
            "startup": measured.startup}
