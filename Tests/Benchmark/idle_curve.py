"""What an idle process gives back: a burst is freed, then the program does nothing, and from outside its memory is read for
half a minute. Prints a table for people or in Markdown, and draws the curves."""
from html import escape
from pathlib import Path
import argparse
import os
import re
import subprocess
import sys
import time

from allocators import OURS, PEERS, Allocator, BadInput, find
from picture import COLOURS, OTHERS
from running import Runner

ROOT = Path(__file__).resolve().parents[2]
SECONDS = (0, 1, 2, 5, 10, 30)
THREADS = (1, 4)
MIB = 1 << 20


def resident(process):
    """Bytes in memory, but for those that the system takes when it needs some (LazyFree of proc_pid_smaps_rollup)."""
    text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    kib = {key: int(number) for key, number in re.findall(r"^(\w+): +(\d+) kB$", text, re.MULTILINE)}
    return (kib["Rss"] - kib["LazyFree"]) * 1024


class Burst:
    """One process: what it holds empty, full, and at each of the moments."""

    def __init__(self, runner, allocator, threads):
        self.label, self.threads, self.curve = allocator.label, threads, []
        environment = dict(runner.environment)
        if allocator.path:
            environment["LD_PRELOAD"] = allocator.path
        environment |= dict(variable.split("=", 1) for variable in allocator.variables)
        self.process = subprocess.Popen([runner.programs / "burst", str(threads)], env=environment, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        self._wait("empty")
        self.empty = resident(self.process.pid)
        self._go()
        self.live = self._wait("full")
        self.full = resident(self.process.pid)

    def free(self):
        self._go()
        self._wait("freed")
        self.end = time.monotonic()

    def look(self, second):
        time.sleep(max(0.0, self.end + second - time.monotonic()))
        self.curve.append(resident(self.process.pid))

    def back(self, bytes_now):
        """Per cent of the memory that no live block touches."""
        return 100 * (self.full - bytes_now) / max(1, self.full - self.empty - self.live)

    def stop(self):
        self.process.kill()
        self.process.communicate()

    def _go(self):
        self.process.stdin.write(b"\n")
        self.process.stdin.flush()

    def _wait(self, word):
        line = self.process.stdout.readline().split()
        if not line or line[0] != word.encode():
            raise BadInput(f"the burst fails with {self.label}")
        return int(line[1])


def measure(runner, allocators, seconds):
    """All processes are idle at the same time: what they do then is nothing, or what is measured."""
    bursts = []
    try:
        for threads in THREADS:
            for allocator in allocators:
                bursts.append(Burst(runner, allocator, threads))
        for burst in bursts:
            burst.free()
            burst.look(0)
        for second in seconds[1:]:
            for burst in bursts:
                burst.look(second)
    finally:
        for burst in bursts:
            burst.stop()
    return bursts


def table(bursts, seconds):
    yield "| threads | allocator | full, MiB | live | " + " | ".join(f"{second} s" for second in seconds) + " |"
    yield "|---|---|---|---|" + "---|" * len(seconds)
    for burst in bursts:
        cells = [f"{now / MIB:.0f} ({round(burst.back(now))} %)" for now in burst.curve]
        yield f"| {burst.threads} | {burst.label} | {burst.full / MIB:.0f} | {(burst.live + burst.empty) / MIB:.0f} | " + " | ".join(cells) + " |"


WIDTH, HEIGHT, LEFT, TOP, BOTTOM, LABELS = 920, 420, 70, 60, 60, 220


def picture(bursts, seconds):
    """A panel for each number of threads: MiB in memory, by seconds since the last call."""
    panel = (WIDTH - 2 * LEFT - LABELS) / len(THREADS)
    most = max(burst.full for burst in bursts) * 1.05
    labels = list(dict.fromkeys(burst.label for burst in bursts))
    others = iter(OTHERS * len(labels))
    colours = {label: COLOURS.get(label) or next(others) for label in labels}
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="13">',
             f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
             f'<text x="{WIDTH / 2}" y="26" text-anchor="middle" font-size="17">A burst of 274 MiB, freed; then the program does nothing</text>']

    def down(amount):
        return HEIGHT - BOTTOM - amount / most * (HEIGHT - TOP - BOTTOM)

    for number, threads in enumerate(THREADS):
        left = LEFT + number * (panel + 40)
        step = panel / len(seconds)
        lines.append(f'<text x="{left + panel / 2:.0f}" y="{TOP - 8}" text-anchor="middle">{threads} thread{"s" if threads > 1 else ""}</text>')
        for amount in range(0, int(most / MIB), 50):
            y = down(amount * MIB)
            lines.append(f'<path d="M{left:.1f} {y:.1f}h{panel:.1f}" stroke="#e5e7eb"/>')
            if number == 0:
                lines.append(f'<text x="{left - 8:.1f}" y="{y + 4:.1f}" text-anchor="end">{amount}</text>')
        for place, second in enumerate(("full", *seconds)):
            lines.append(f'<text x="{left + place * step:.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{second}</text>')
        for burst in bursts:
            if burst.threads != threads:
                continue
            points = " ".join(f"{left + place * step:.1f},{down(now):.1f}" for place, now in enumerate((burst.full, *burst.curve)))
            width = 3 if burst.label == OURS else 1.5
            lines.append(f'<polyline points="{points}" fill="none" stroke="{colours[burst.label]}" stroke-width="{width}"/>')
    lines.append(f'<text x="{(WIDTH - LABELS) / 2}" y="{HEIGHT - 14}" text-anchor="middle">seconds since the last call</text>')
    lines.append(f'<text x="20" y="{HEIGHT / 2}" text-anchor="middle" transform="rotate(-90 20 {HEIGHT / 2})">MiB in memory</text>')
    for place, label in enumerate(labels):
        y = TOP + 20 * place
        weight = "bold" if label == OURS else "normal"
        lines.append(f'<text x="{WIDTH - LABELS - 10}" y="{y}" fill="{colours[label]}" font-weight="{weight}">{escape(label)}</text>')
    return "\n".join([*lines, "</svg>"]) + "\n"


def main():
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--library", default=str(ROOT / "dist/libswiftmalloc.so"))
    parser.add_argument("--against", action="append", default=[])
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--markdown")
    parser.add_argument("--picture")
    given = parser.parse_args()
    try:
        peers = [label for label in given.peers.split(",") if label]
        if unknown := [label for label in peers if label not in PEERS]:
            raise BadInput(f"there is no peer {unknown[0]}: {', '.join(PEERS)}")
        allocators = find(ROOT, peers, given.library, given.against)
        for place, allocator in enumerate(allocators):
            if allocator.label.startswith("jemalloc"):
                background = Allocator(f"{allocator.label}, background_thread", allocator.path, allocator.version, True,
                                       ("MALLOC_CONF=background_thread:true",))
                allocators.insert(place + 1, background)
                break
        runner = Runner(ROOT, given.quick)
        runner.build(["burst"])
        seconds = SECONDS[:4] if given.quick else SECONDS
        bursts = measure(runner, allocators, seconds)
    except BadInput as problem:
        print(f"benchmark.sh: {problem}", file=sys.stderr)
        return 2
    rows = list(table(bursts, seconds))
    print("In memory at so many seconds after the last call, MiB, and the part of what no live block touches that is back")
    print("\n".join(rows))
    if given.picture:
        Path(given.picture).write_text(picture(bursts, seconds), encoding="utf-8")
    if given.markdown:
        shown = [f"![A burst and its return]({os.path.basename(given.picture)})", ""] if given.picture else []
        Path(given.markdown).write_text("\n".join([*shown, *rows]) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
