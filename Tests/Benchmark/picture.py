"""The picture: mean time against mean memory of each allocator, with its single workloads as faint dots around it."""
from html import escape
from math import log2

from allocators import OURS
from figures import means, value

WIDTH, HEIGHT, MARGIN = 820, 560, 70
COLOURS = {"glibc": "#6b7280", "mimalloc3": "#2563eb", "mimalloc2": "#60a5fa", "jemalloc": "#b45309", "tcmalloc": "#15803d", "tbb": "#7c3aed", OURS: "#dc2626"}
OTHERS = ["#0891b2", "#be185d", "#4d7c0f", "#334155"]
# Ratios from a quarter to four times; what is beyond stands at the edge.
LEAST, MOST = 0.25, 4


def _at(time, memory):
    """Both axes are logarithmic, so that half and double are equally far from one."""
    def share(ratio):
        return log2(min(max(ratio, LEAST), MOST) / LEAST) / log2(MOST / LEAST)

    return (MARGIN + share(time) * (WIDTH - 2 * MARGIN), HEIGHT - MARGIN - share(memory) * (HEIGHT - 2 * MARGIN))


def _text(x, y, words, anchor="middle", **more):
    attributes = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in more.items())
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{attributes}>{escape(words)}</text>'


def _axes(base):
    lines = []
    for ratio in (0.25, 0.5, 1, 2, 4):
        colour, width = ("#9ca3af", 1.5) if ratio == 1 else ("#e5e7eb", 1)
        x, y = _at(ratio, ratio)
        lines.append(f'<path d="M{x:.1f} {MARGIN}V{HEIGHT - MARGIN}M{MARGIN} {y:.1f}H{WIDTH - MARGIN}" stroke="{colour}" stroke-width="{width}"/>')
        lines.append(_text(x, HEIGHT - MARGIN + 20, f"{ratio:g}", fill="#374151"))
        lines.append(_text(MARGIN - 10, y + 4, f"{ratio:g}", "end", fill="#374151"))
    lines.append(_text(WIDTH / 2, HEIGHT - 22, f"time, ratio to {base} (left is quicker)", fill="#111827"))
    lines.append(_text(20, HEIGHT / 2, f"memory, ratio to {base} (low is smaller)", fill="#111827", transform=f"rotate(-90 20 {HEIGHT / 2})"))
    return lines


def _labels(points):
    """Where each label stands: right of its point, moved down where another one or the line of the first would be covered."""
    placed = []
    for label, x, y in sorted(points, key=lambda point: point[2]):
        at = y + (20 if label == points[0][0] else 5)
        while any(abs(at - other) < 16 and abs(x - left) < 170 for left, other in placed):
            at += 4
        placed.append((x, at))
        yield label, x + 14, at


def picture(measured):
    """The SVG, or nothing when no workload was completed by all."""
    table, complete = means(measured.results, measured.allocators)
    if not table:
        return ""
    base = measured.allocators[0].label
    others = iter(OTHERS * len(table))
    colours = {label: COLOURS.get(label) or next(others) for label in table}
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="14">',
             f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
             _text(WIDTH / 2, 32, f"Geometric means over {len(complete)} workloads", font_size="18", fill="#111827"), *_axes(base)]
    for result in measured.results:
        for label in table if result.name in complete else ():
            x, y = _at(*(value(result, label, kind) / value(result, base, kind) for kind in ("time", "memory")))
            if label != base:
                lines.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colours[label]}" fill-opacity="0.25">'
                             f'<title>{escape(f"{result.name}, {label}")}</title></circle>')
    points = [(label, *_at(row["time"], row["memory"])) for label, row in table.items()]
    for label, x, y in points:
        lines.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{10 if label == OURS else 8}" fill="{colours[label]}" stroke="#ffffff" stroke-width="2"/>')
    for label, x, y in _labels(points):
        row = table[label]
        lines.append(_text(x, y, f"{label} {row['time']:.2f}, {row['memory']:.2f}", "start", fill=colours[label], stroke="#ffffff", stroke_width=4,
                           paint_order="stroke", font_weight="bold" if label == OURS else "normal"))
    return "\n".join([*lines, "</svg>"]) + "\n"
