"""Medians, ratios and means of what was measured."""
from dataclasses import dataclass
from statistics import geometric_mean, median

KINDS = ("time", "memory")


@dataclass(frozen=True)
class Best:
    value: float
    label: str


def value(result, label, kind):
    """The median of one workload under one allocator, or None when it failed."""
    samples = result.samples[label]
    values = samples.times if kind == "time" else samples.memory
    return median(values) if values and not samples.failure else None


def best_of(result, allocators, kind):
    """The least of them, or None when there is none that completed."""
    values = [(value(result, a.label, kind), a.label) for a in allocators]
    values = [pair for pair in values if pair[0] is not None]
    return Best(*min(values)) if values else None


def ratio_to_best(result, label, others, kind):
    mine, best = value(result, label, kind), best_of(result, others, kind)
    return mine / best.value if mine is not None and best and best.value > 0 else None


def means(results, allocators):
    """For each allocator: the geometric means of its ratios to the first one, that of its ratios to the best peer of each
    workload, and the worst of these with the workload's name, over the workloads that all completed; and the names of these.
    The mean of user+sys is beside them: other work on the machine disturbs it less."""
    complete = [r for r in results if r.completed(allocators)]
    # A server's processor time is not known.
    counted = [r for r in complete if all(min(r.samples[a.label].processor, default=0) > 0 for a in allocators)]
    base, peers = allocators[0].label, [a for a in allocators if a.is_peer]
    table = {}
    for allocator in allocators if complete else []:
        row = {}
        for kind in KINDS:
            ratios = [value(r, allocator.label, kind) / value(r, base, kind) for r in complete]
            to_best = [(ratio_to_best(r, allocator.label, peers, kind), r.name) for r in complete]
            to_best = [pair for pair in to_best if pair[0] is not None]
            row[kind] = geometric_mean(ratios)
            row["to_best_" + kind] = geometric_mean(ratio for ratio, _ in to_best) if to_best else None
            row["worst_" + kind] = max(to_best) if to_best else None
        ratios = [median(r.samples[allocator.label].processor) / median(r.samples[base].processor) for r in counted]
        row["processor"] = geometric_mean(ratios) if ratios else None
        table[allocator.label] = row
    return table, [r.name for r in complete]


def above(results, label, others, kind, limit):
    """The workloads where an allocator needs more than so many times what the best of others needs: the ratio, the workload, and
    which one is best; the largest ratio first."""
    found = [(ratio_to_best(r, label, others, kind), r.name, best_of(r, others, kind)) for r in results if not r.unavailable]
    return sorted(((ratio, name, best.label) for ratio, name, best in found if ratio is not None and ratio > limit), reverse=True)


def to_best_mean(table, label, allocators, kind):
    """An allocator's mean as a ratio to the best peer's mean, and that peer."""
    peers = [(table[a.label][kind], a.label) for a in allocators if a.is_peer and a.label in table]
    if label not in table or not peers:
        return None
    best = min(peers)
    return Best(table[label][kind] / best[0], best[1])
