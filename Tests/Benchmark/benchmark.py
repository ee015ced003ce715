"""The comparison with other allocators; Scripts/benchmark.sh calls this, and its --help tells the options."""
from pathlib import Path
import argparse
import json
import os
import sys

sys.dont_write_bytecode = True

from allocators import OURS, PEERS, BadInput, find, need_packages
from picture import picture
from report import Measured, as_json, markdown, text
from running import REAL, CWorkload, RealProgram, Runner, measure
from sections import instructions, startup
from workloads import WORKLOADS

ROOT = Path(__file__).resolve().parents[2]
SECTIONS = {"instructions": "instructions of a pair of malloc and free, by callgrind", "startup": "starts of /bin/true"}
GROUPS = {"micro": "all workloads in C", "real": "all real programs"}


class Parser(argparse.ArgumentParser):
    def error(self, message):
        raise BadInput(message)


def options(arguments):
    parser = Parser(add_help=False, allow_abbrev=False)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--against", action="append", default=[])
    parser.add_argument("--live", action="store_true")
    parser.add_argument("--library", default=str(ROOT / "dist/libswiftmalloc.so"))
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--markdown")
    parser.add_argument("--picture")
    chosen = parser.parse_args(arguments)
    chosen.rounds = chosen.rounds if chosen.rounds is not None else (2 if chosen.quick else 5)
    if not 1 <= chosen.rounds <= 1000:
        raise BadInput("--rounds takes a number from 1 to 1000")
    chosen.peers = [label for label in chosen.peers.split(",") if label]
    for label in chosen.peers:
        if label not in PEERS:
            raise BadInput(f"there is no peer '{label}', only {', '.join(PEERS)}")
    # In the table's order, whatever the order on the command line: ratios are to the first.
    chosen.peers = [label for label in PEERS if label in chosen.peers]
    for path in filter(None, (chosen.markdown, chosen.picture)):
        if not os.access(os.path.dirname(os.path.abspath(path)), os.W_OK):
            raise BadInput(f"{path} cannot be written")
    return chosen


def scripts():
    return sorted(REAL.glob("*.sh"))


def selection(only):
    """The names of --only, groups resolved; all of them when there is none."""
    every = {workload.name for workload in WORKLOADS}, {path.stem for path in scripts()}
    if not only:
        return every[0] | every[1] | set(SECTIONS)
    chosen = set()
    for name in filter(None, only.split(",")):
        if name not in every[0] | every[1] | set(SECTIONS) | set(GROUPS):
            raise BadInput(f"there is no workload or section '{name}': --list shows those there are")
        chosen |= every[0] if name == "micro" else every[1] if name == "real" else {name}
    if not chosen:
        raise BadInput("--only names nothing that is there")
    return chosen


def show_list(runner):
    for workload in WORKLOADS:
        print(f"{workload.name:16} {workload.idea}")
    for path in scripts():
        print(f"{path.stem:16} {RealProgram(runner, path).idea}")
    for name, idea in {**SECTIONS, **GROUPS}.items():
        print(f"{name:16} {idea}")


def progress(line):
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{line}")
        sys.stderr.flush()


def run(chosen):
    runner = Runner(ROOT, chosen.quick)
    if chosen.list:
        show_list(runner)
        return 0
    names = selection(chosen.only)
    if chosen.picture and not names - set(SECTIONS):
        raise BadInput("--picture needs workloads to draw")
    missing = need_packages(ROOT, ["gcc", "libc6-dev"] + (["valgrind"] if "instructions" in names else []))
    if missing:
        raise BadInput(missing)
    allocators = find(ROOT, chosen.peers, chosen.library, chosen.against, chosen.live)
    picked = [workload for workload in WORKLOADS if workload.name in names]
    runner.build([workload.program for workload in picked] + ["launch"] + (["instructions"] if "instructions" in names else []))
    real = [RealProgram(runner, path) for path in scripts() if path.stem in names]
    for program in real:
        progress(f"preparing {program.name}")
        program.prepare()

    results = measure([CWorkload(runner, workload) for workload in picked] + real, allocators, chosen.rounds, progress)
    counted, started = [], {}
    if "instructions" in names:
        progress("instructions")
        counted = instructions(runner.programs / "instructions", allocators, chosen.quick)
    if "startup" in names:
        progress("start-up")
        started = startup(runner, allocators, chosen.quick)
    progress("")

    measured = Measured(allocators, results, counted, started, chosen.rounds, chosen.quick)
    if chosen.json:
        json.dump(as_json(measured), sys.stdout, indent=1)
        print()
    else:
        sys.stdout.write(text(measured))
    drawn = picture(measured) if chosen.picture else ""
    if drawn:
        Path(chosen.picture).write_text(drawn)
    elif chosen.picture:
        print("benchmark.sh: there is no picture, because no workload was completed by all allocators", file=sys.stderr)
    if chosen.markdown:
        beside = os.path.relpath(chosen.picture, os.path.dirname(os.path.abspath(chosen.markdown))) if drawn else ""
        Path(chosen.markdown).write_text(markdown(measured, beside))
    ours_failed = [r.name for r in results if not r.unavailable and OURS in r.samples and r.samples[OURS].failure]
    return 1 if ours_failed else 0


if __name__ == "__main__":
    try:
        sys.exit(run(options(sys.argv[1:])))
    except BadInput as bad:
        print(f"benchmark.sh: {bad}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
