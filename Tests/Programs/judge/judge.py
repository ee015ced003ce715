"""Builds and runs the programs of Tests/Programs and judges what they did: Tests/Programs/run.sh is its door."""

import argparse
import concurrent.futures
import os
import re
import resource
import shutil
import signal
import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path

import process
import target
from expectations import differences, one_line
from program import BUILD, FOLDER, LIBRARIES, ROOT, Builds, Program

# Beside a program's files: what a run may write before the judge calls the disk full.
NEEDED_BYTES = 200 << 20


class DiskFull(Exception):
    pass


class Judge:
    def __init__(self, library, extra, builds_only):
        self.library, self.extra, self.builds_only = library, extra, builds_only
        self.builds = Builds(library)
        self.scratch = Path(tempfile.mkdtemp(prefix="run-", dir=BUILD))
        self.scratch.chmod(0o755)
        switches = dict(part.split("=", 1) for part in extra)
        self.debugging = any(switches.get(f"SWIFTMALLOC_{mode}", "0")[:1] not in ("", "0") for mode in ("DEBUG", "LEAKS"))

    def verdict(self, case):
        """PASS, FAIL, NAMED or SKIP, why, and the seconds and CPU seconds of the program. NAMED: it fails as Tests/Ports says."""
        result, why, *times = self.judge(case)
        if result == "FAIL" and case.program.name in target.FAILING:
            return "NAMED", target.FAILING[case.program.name], *times
        return result, why, *times

    def judge(self, case):
        program = case.program
        if program.mistakes:
            return "FAIL", program.mistakes[0], 0, 0
        if reason := target.reason_to_skip(case):
            return "SKIP", reason, 0, 0
        if self.builds_only:
            complaint = self.builds.build(case)
            return ("FAIL", f"does not compile: {one_line(complaint)}", 0, 0) if complaint else ("PASS", "", 0, 0)
        if program.has("production-only") and self.debugging:
            return "SKIP", f"production only: {program.first('production-only')}", 0, 0
        if "{LIBRARY}" in " ".join(program.all("link")) and self.library is None:
            return "SKIP", "is linked against the library, and there is none", 0, 0
        complaint = self.builds.build(case)
        if complaint:
            self.check_disk()
            return "FAIL", f"does not compile: {one_line(complaint)}", 0, 0
        folder = Path(tempfile.mkdtemp(dir=self.scratch))
        try:
            return self.run(case, folder)
        finally:
            remove(folder)
            for stream in ("out", "err", "out.glibc", "err.glibc"):
                Path(f"{folder}.{stream}").unlink(missing_ok=True)

    def run(self, case, folder):
        end, printed, errors = self.start(case, folder, self.library)
        if end.code == 77 and (skip := re.search(r"^SKIP: (.*)", printed, re.MULTILINE)):
            return "SKIP", skip[1], end.seconds, end.cpu
        logs = "".join(read(log) for log in sorted(folder.glob("log*")) if log.is_file())
        try:
            wrong = list(differences(case, end, printed, errors, logs))
        except (re.error, FutureWarning) as problem:
            return "FAIL", f"an expression of the head is none: {problem}", end.seconds, end.cpu
        if not wrong and case.program.has("same-as-glibc") and target.COMPARES and self.library is not None:
            other, expected, _ = self.start(case, folder, None, ".glibc")
            if other.words != end.words:
                wrong.append(f"glibc: {other.words}, ours: {end.words}")
            if expected != printed:
                wrong.append(f"differs from glibc: {first_difference(expected, printed)}")
        if not wrong:
            return "PASS", "", end.seconds, end.cpu
        self.check_disk()
        return "FAIL", f"{'; '.join(wrong)}; stderr: {one_line(errors)}", end.seconds, end.cpu

    def start(self, case, folder, library, suffix=""):
        """Runs the case's binary with the library, or none; how it ended, and its two streams."""
        output, errors = f"{folder}.out{suffix}", f"{folder}.err{suffix}"
        assignments = [f"PROGRAM_LIBRARIES={LIBRARIES}", f"PROGRAM_SCRATCH={folder}", f"PROGRAM_PATIENCE={target.PATIENCE}", *self.extra, *case.environment]
        if library is not None and not target.LINK:
            assignments.append(f"LD_PRELOAD={library}")
        assignments = [part.replace("{TMP}", str(folder)) for part in assignments]
        command = [str(case.program.binary(case.variant)), *[part for part in case.arguments.split(",") if part]]
        environment = dict(os.environ)
        if case.limit:
            # The shell itself runs without the library.
            script = 'ulimit $0 && exec env "$@"'
            command = ["/bin/bash", "-c", script, case.limit, *assignments, *command]
        else:
            environment.update(part.split("=", 1) for part in assignments)
        allowed = target.PATIENCE * float(case.program.first("timeout", "20"))
        end = process.run(command, environment, allowed, output, errors)
        return end, read(output), target.heard(read(errors))

    def check_disk(self):
        """A program that fails on a full disk says nothing about the library."""
        if shutil.disk_usage(BUILD).free < NEEDED_BYTES:
            raise DiskFull


def read(path):
    """A file's text; a byte that is no text stays one character. Empty when there is no such file."""
    try:
        return Path(path).read_bytes().replace(b"\0", b"").decode(errors="surrogateescape")
    except OSError:
        return ""


def remove(folder):
    """With what a program took its rights from."""
    for parent, folders, _ in os.walk(folder):
        for name in folders:
            if not os.path.islink(path := os.path.join(parent, name)):
                os.chmod(path, 0o700)
    shutil.rmtree(folder, ignore_errors=True)


def first_difference(expected, printed):
    for theirs, ours in zip(expected.split("\n"), printed.split("\n")):
        if theirs != ours:
            return f"< {theirs} > {ours}"
    return "one of the two goes on"


def options():
    parser = argparse.ArgumentParser(prog="Tests/Programs/run.sh", description=__doc__)
    parser.add_argument("--library", default=target.LIBRARY, metavar="PATH|none")
    parser.add_argument("--only", default=".", metavar="REGEX", help="programs whose file name matches")
    parser.add_argument("--first", action="store_true", help="each program once: the first of its cases")
    parser.add_argument("--all", action="store_true", help="what heads keep for thorough runs, too")
    parser.add_argument("--also", metavar="MODE", help="only programs that name this mode after also:, in this mode")
    parser.add_argument("--build", action="store_true", help="build the programs and run none")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)), metavar="N", help="how many at a time")
    parser.add_argument("--times", action="store_true", help="name the programs that took longest")
    given = parser.parse_args()
    if given.library == "none":
        given.library = None
    elif not os.path.isfile(given.library):
        parser.error(f"{given.library}: no such library; Scripts/build.sh library makes it")
    else:
        given.library = os.path.realpath(given.library)
    return given


def judge_all(cases, judge, jobs):
    """The verdict of each case, in no order; a failure is told at once."""
    rows = []
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        begun = {pool.submit(judge.verdict, case): case for case in cases}
        try:
            for future in concurrent.futures.as_completed(begun):
                result, why, seconds, cpu = future.result()
                label = begun[future].label
                rows.append((result, label, why, seconds, cpu))
                if result == "FAIL":
                    print(f"FAIL {label}: {why}".encode(errors="replace").decode(), flush=True)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            process.stop_all()
            raise
    return sorted(rows, key=lambda row: row[1])


def named_for_nothing(rows):
    """Programs that a table says fail, of which each case passed."""
    passed = {row[1].split(" ")[0] for row in rows if row[0] == "PASS"}
    return passed & set(target.FAILING) - {row[1].split(" ")[0] for row in rows if row[0] == "NAMED"}


def main():
    given = options()
    # A bracket expression that grep and Python read differently is an error, not a warning.
    warnings.simplefilter("error", FutureWarning)
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
    LIBRARIES.mkdir(parents=True, exist_ok=True)
    BUILD.chmod(0o755)
    sources = [file for file in FOLDER.iterdir() if file.suffix in (".c", ".cpp", ".swift")]
    programs = [Program(file) for file in sorted(sources) if re.search(given.only, file.name)]
    extra = os.environ.get("EXTRA_ENV", "").split()
    if given.also:
        programs = [program for program in programs if given.also in program.first("also").split()]
        extra.append(f"SWIFTMALLOC_{given.also}")
    judge = Judge(given.library, extra, given.build)
    try:
        complaint = judge.builds.build_libraries()
        if complaint:
            sys.exit(f"a helper library does not compile: {complaint}")
        cases = [case for program in programs for case in program.cases(given.all)[:1 if given.first else None]]
        rows = judge_all(cases, judge, given.jobs)
    except (DiskFull, OSError) as problem:
        if isinstance(problem, OSError) and problem.errno != 28:  # ENOSPC
            raise
        sys.exit(f"the disk of {BUILD} is full: {shutil.disk_usage(BUILD).free >> 20} MiB are free, and the tests stop here")
    finally:
        remove(judge.scratch)
    with open(BUILD / "results", "w", encoding="utf-8", errors="replace") as file:
        file.writelines(f"{result}\t{label}\t{why}\t{seconds:.2f}\t{cpu:.2f}\n" for result, label, why, seconds, cpu in rows)
    for result, label, why, *_ in rows:
        if result in ("SKIP", "NAMED"):
            print(f"{result} {label}: {why}")
    if given.times:
        for _, label, _, seconds, cpu in sorted(rows, key=lambda row: -row[3])[:15]:
            print(f"{seconds:.1f}s {label} ({cpu:.1f}s of CPU)")
    counts = Counter(row[0] for row in rows)
    for name in [] if given.build else sorted(named_for_nothing(rows)):
        print(f"FAIL {name}: passes, and Tests/Ports/{target.NAME}-failing.tsv says that it does not")
        counts["FAIL"] += 1
    named = f", {counts['NAMED']} fail for a named reason" if counts["NAMED"] else ""
    print(f"{counts['PASS']} passed, {counts['FAIL']} failed, {counts['SKIP']} skipped{named}")
    sys.exit(0 if counts["PASS"] and not counts["FAIL"] else 1)


if __name__ == "__main__":
    main()
