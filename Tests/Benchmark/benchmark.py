"""The comparison with other allocators; Scripts/benchmark.sh calls this, and its --help tells the options."""
from pathlib import Path
import argparse
import json
import os
import re
import sys

sys.dont_write_bytecode = True

from allocators import MUSL, OURS, PEERS, BadInput, find, need_packages
from picture import picture
from report import Measured, as_json, markdown, text
from running import REAL, CWorkload, RealProgram, Runner, measure
from sections import instructions, pairs, startup
from workloads import MUSL_PROGRAMS, MUSL_WORKLOADS, WORKLOADS

ROOT = Path(__file__).resolve().parents[2]
SECTIONS = {"nanoseconds": "nanoseconds of a pair of malloc and free", "instructions": "instructions of a pair of malloc and free, by callgrind",
            "startup": "starts of /bin/true"}
GROUPS = {"micro": "all workloads in C", "real": "all real programs"}


class Parser(argparse.ArgumentParser):
    def error(self, message):
        raise BadInput(message)


def options(arguments):
    parser = Parser(add_help=False, allow_abbrev=False)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--pairs", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--against", action="append", default=[])
    parser.add_argument("--live", action="store_true")
    parser.add_argument("--musl", action="store_true")
    parser.add_argument("--library", default=str(ROOT / "dist/libswiftmalloc.so"))
    parser.add_argument("--peers")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--markdown")
    parser.add_argument("--picture")
    chosen = parser.parse_args(arguments)
    chosen.rounds = chosen.rounds if chosen.rounds is not None else (2 if chosen.quick else 5)
    if not 1 <= chosen.rounds <= 1000:
        raise BadInput("--rounds takes a number from 1 to 1000")
    if chosen.pairs and chosen.only:
        raise BadInput("--pairs is --only nanoseconds: give one of the two")
    chosen.only = "nanoseconds" if chosen.pairs else chosen.only
    if chosen.musl:
        chosen.only = chosen.only or f"pairs.*,own.*,micro,nanoseconds,{','.join(MUSL_PROGRAMS)}"
    # In the table's order, whatever the order on the command line: ratios are to the first.
    known = MUSL if chosen.musl else PEERS
    wanted = known if chosen.peers is None else matching(chosen.peers, known, "peer", f"only {', '.join(known)}")
    chosen.peers = [label for label in known if label in wanted]
    for path in filter(None, (chosen.markdown, chosen.picture)):
        if not os.access(os.path.dirname(os.path.abspath(path)), os.W_OK):
            raise BadInput(f"{path} cannot be written")
    return chosen


def matching(patterns, names, what, otherwise):
    """Those of the names that one of the regular expressions, with commas between them, describes as a whole."""
    chosen = set()
    for pattern in filter(None, patterns.split(",")):
        try:
            found = {name for name in names if re.fullmatch(pattern, name)}
        except re.error as bad:
            raise BadInput(f"'{pattern}' is no regular expression: {bad}") from None
        if not found:
            raise BadInput(f"there is no {what} '{pattern}', {otherwise}")
        chosen |= found
    return chosen


def scripts():
    return sorted(REAL.glob("*.sh"))


def selection(only):
    """The names of --only, groups resolved; all of them when there is none."""
    micro, real = {workload.name for workload in WORKLOADS}, {path.stem for path in scripts()}
    every = micro | real | set(SECTIONS)
    if not only:
        return every
    chosen = matching(only, every | set(GROUPS) | {workload.name for workload in MUSL_WORKLOADS}, "workload or section", "--list shows those there are")
    if not chosen:
        raise BadInput("--only names nothing that is there")
    return (chosen | (micro if "micro" in chosen else set()) | (real if "real" in chosen else set())) - set(GROUPS)


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
    runner = Runner(ROOT, chosen.quick, chosen.musl)
    if chosen.list:
        show_list(runner)
        return 0
    names = selection(chosen.only)
    if chosen.picture and not names - set(SECTIONS):
        raise BadInput("--picture needs workloads to draw")
    missing = need_packages(ROOT, ["gcc", "libc6-dev"] + (["valgrind"] if "instructions" in names else []))
    if missing:
        raise BadInput(missing)
    if chosen.musl:
        runner.prepare_musl([name for name in MUSL_PROGRAMS if name in names])
    allocators = find(ROOT, chosen.peers, chosen.library, chosen.against, chosen.live)
    picked = [workload for workload in MUSL_WORKLOADS + WORKLOADS if workload.name in names]
    sections = {"nanoseconds": ["nanoseconds"], "instructions": ["nanoseconds", "instructions"]}
    runner.build(["launch", *(workload.program for workload in picked), *(program for name in names for program in sections.get(name, []))])
    real = [RealProgram(runner, path) for path in scripts() if path.stem in names]
    for program in real:
        progress(f"preparing {program.name}")
        program.prepare()

    results = measure([CWorkload(runner, workload) for workload in picked] + real, allocators, chosen.rounds, progress)
    timed, counted, started = {}, [], {}
    if "nanoseconds" in names:
        timed = pairs(runner.programs / "nanoseconds", allocators, chosen.rounds, progress)
    if "instructions" in names:
        progress("instructions")
        counted = instructions(runner.programs, allocators, chosen.quick)
    if "startup" in names:
        progress("start-up")
        started = startup(runner, allocators, chosen.quick)
    progress("")

    measured = Measured(allocators, results, timed, counted, started, chosen.rounds, chosen.quick)
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
