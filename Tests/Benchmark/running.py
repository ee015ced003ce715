"""Builds the workloads, and runs each of them under each allocator in turn."""
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
import os
import re
import shlex
import shutil
import subprocess
import sys
import time

from allocators import BadInput, need_packages

SOURCES = Path(__file__).parent
REAL = SOURCES / "Real"
# A workload takes about a second, a real program some; what takes this long hangs.
TIMEOUT = 120
SERVER_TIMEOUT = 300
OUTPUT_LIMIT = 1 << 20
REPORT = re.compile(r"^(time|memory) (\d+(?:\.\d+)?)$")
FIGURE = re.compile(r"^figure (\S+) (\d+(?:\.\d+)?)$")


@dataclass
class Samples:
    """What the runs of one workload under one allocator gave: seconds, seconds of processor time, KiB."""
    times: list = field(default_factory=list)
    processor: list = field(default_factory=list)
    memory: list = field(default_factory=list)
    figures: dict = field(default_factory=lambda: defaultdict(list))
    failure: str = ""


@dataclass
class Result:
    name: str
    idea: str
    is_real: bool = False
    unavailable: str = ""
    samples: dict = field(default_factory=dict)

    def completed(self, allocators):
        return not self.unavailable and all(not self.samples[a.label].failure for a in allocators)


class Runner:
    def __init__(self, root, quick, is_musl=False):
        self.root, self.quick, self.is_musl = root, quick, is_musl
        self.area = root / (".build/benchmark" + ("-musl" if is_musl else ""))
        self.programs = self.area / "programs"
        self.programs.mkdir(parents=True, exist_ok=True)
        self.environment = {k: v for k, v in os.environ.items() if k not in ("LD_PRELOAD", "BENCHMARK_LIBRARY")}
        self.environment["BENCHMARK_QUICK"] = "1" if quick else "0"
        if is_musl:
            self.environment["PATH"] = f"{root}/.build/ports/musl/bin:{self.environment['PATH']}"

    def prepare_musl(self, programs):
        """Real programs for musl, found before those of this machine."""
        script = '. Scripts/packages.sh; . Tests/Ports/musl-folder.sh; . Tests/Ports/musl-sources.sh; need_packages "${@:2:6}" && ' \
                 'musl_folder "$1" dist/libswiftmalloc.so && build_real "$1" "${@:8}"'
        packages = ["gcc", "make", "tcl", "libc6-dev", "linux-libc-dev", "musl-tools"]
        built = ["lua5.4" if name == "lua" else "sqlite3" if name == "sqlite-memory" else name for name in programs]
        done = subprocess.run(["bash", "-euc", script, "musl", str(self.root / ".build/ports/musl"), *packages, *built], cwd=self.root,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise BadInput(f"programs for musl cannot be built: {last_line(done.stderr)}")

    def build(self, names):
        """Compiles what is older than its source."""
        for name in sorted(set(names)):
            target, source = self.programs / name, SOURCES / f"{name}.c"
            newest = max(path.stat().st_mtime for path in (source, SOURCES / "workload.h"))
            if target.exists() and target.stat().st_mtime > newest:
                continue
            compiler = "musl-gcc" if self.is_musl else os.environ.get("CC") or shutil.which("gcc") or shutil.which("cc") or "gcc"
            # The launcher is static, so that it is small and nothing can be preloaded into it.
            static = ["-static"] if name == "launch" else []
            done = subprocess.run([*shlex.split(compiler), "-std=gnu11", "-O2", "-Wall", "-Wextra", "-fno-builtin", "-pthread", *static,
                                   "-o", str(target), str(source)], stderr=subprocess.PIPE, text=True)
            if done.returncode != 0:
                sys.stderr.write(done.stderr)
                raise BadInput(f"{source.relative_to(self.root)} does not compile")

    def launch(self, options, command, directory=None, timeout=TIMEOUT):
        """The launcher's lines, and why it failed if it did."""
        done = subprocess.run([str(self.programs / "launch"), "--tsv", "--timeout", str(timeout), *options, "--", *command],
                              cwd=directory, env=self.environment, capture_output=True, text=True, errors="replace")
        if done.returncode == 0:
            return done.stdout.splitlines(), ""
        told = [line for line in done.stderr.splitlines() if line.strip()]
        ended = next((line for line in told if line.startswith("launch: ")), told[-1] if told else "the launcher failed")
        first = next((line for line in told if line is not ended), "")
        return [], ended + (f" ({first.strip()[:160]})" if first else "")

    def run_command(self, allocator, command, variables, directory, samples):
        """One run under the launcher, which measures it."""
        output = self.area / "output"
        preload = [f"LD_PRELOAD={allocator.path}", *allocator.variables] if allocator.path else []
        # Without a word after it, --with starts the command itself.
        lines, samples.failure = self.launch(["--output", str(output), "--with", *preload, *variables, ";"], command, directory)
        if samples.failure:
            samples.failure = re.sub(r"^launch: .*? under .*? (ended with|took longer)", r"\1", samples.failure)
            return
        _, wall, _, processor, _, peak, _ = lines[0].split("\t")
        with open(output, errors="replace") as file:
            told = self.told(file.read(OUTPUT_LIMIT), samples)
        samples.times.append(told.get("time", float(wall) / 1e6))
        samples.processor.append(float(processor) / 1e6)
        samples.memory.append(told.get("memory", float(peak)))

    def run_load(self, allocator, script, directory, samples):
        """One run of a script that starts a server under the allocator, drives it, and tells what it measured."""
        environment = {**self.environment, "BENCHMARK_LIBRARY": allocator.path,
                       **dict(variable.split("=", 1) for variable in allocator.variables)}
        try:
            done = subprocess.run(["bash", str(script), "load"], cwd=directory, env=environment, stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, errors="replace", timeout=SERVER_TIMEOUT)
        except subprocess.TimeoutExpired:
            samples.failure = f"took longer than {SERVER_TIMEOUT} s"
            return
        told = self.told(done.stdout, samples)
        if done.returncode != 0:
            samples.failure = last_line(done.stderr) or f"ended with status {done.returncode}"
        elif "time" not in told or "memory" not in told:
            samples.failure = "printed no time or no memory"
        else:
            samples.times.append(told["time"])
            samples.memory.append(told["memory"])

    def told(self, text, samples):
        told = {}
        for line in text.splitlines():
            if match := REPORT.match(line):
                told[match[1]] = float(match[2])
            elif match := FIGURE.match(line):
                samples.figures[match[1]].append(float(match[2]))
        return told


class CWorkload:
    def __init__(self, runner, workload):
        self.runner, self.name, self.idea = runner, workload.name, workload.idea
        self.is_real, self.unavailable = False, ""
        self.command = [str(runner.programs / workload.program), *workload.arguments(runner.quick)]

    def run(self, allocator, samples):
        self.runner.run_command(allocator, self.command, [], None, samples)


class RealProgram:
    """A script Real/NAME.sh, which says `# kind: command` or `# kind: load` at its head, and what it is about in the other line
    of comment there. It is called with one word, in a directory of its own, with BENCHMARK_QUICK as 1 or 0:
    packages  prints the Debian packages that it needs
    prepare   makes what is not to be measured; when that fails, its last line on stderr says why
    command   prints one line, a command as a shell would read it, perhaps after NAME=VALUE words; the driver runs and measures it
    load      BENCHMARK_LIBRARY is what to preload, empty for glibc: starts a server with it, drives it, and prints
              `time SECONDS` and `memory KIB`
    """

    def __init__(self, runner, script):
        self.runner, self.script, self.name = runner, script, script.stem
        head = script.read_text().splitlines()[:10]
        self.kind = next((line.split(":")[1].strip() for line in head if line.startswith("# kind:")), "")
        self.idea = next((line[2:] for line in head if line.startswith("# ") and not line.startswith("# kind:")), "a real program")
        self.is_real, self.unavailable = True, ""
        self.directory = runner.area / "real" / self.name
        if self.kind not in ("command", "load"):
            self.unavailable = f"{script.name} does not say whether it is a command or a load"

    def ask(self, what, timeout=None):
        return subprocess.run(["bash", str(self.script), what], cwd=self.directory, env=self.runner.environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, errors="replace", timeout=timeout)

    def prepare(self):
        if self.unavailable:
            return
        self.directory.mkdir(parents=True, exist_ok=True)
        self.unavailable = need_packages(self.runner.root, self.ask("packages").stdout.split())
        if self.unavailable:
            return
        done = self.ask("prepare")
        if done.returncode != 0:
            self.unavailable = last_line(done.stderr).removeprefix("swiftmalloc: ") or f"prepare ended with status {done.returncode}"
        elif self.kind == "command":
            words = shlex.split(self.ask("command").stdout)
            first = next((i for i, word in enumerate(words) if not re.match(r"\w+=", word)), len(words))
            self.variables, self.command = words[:first], words[first:]
            if not self.command:
                self.unavailable = "it names no command"

    def run(self, allocator, samples):
        if self.kind == "load":
            self.runner.run_load(allocator, self.script, self.directory, samples)
        else:
            self.runner.run_command(allocator, self.command, self.variables, self.directory, samples)


def last_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def measure(workloads, allocators, rounds, progress):
    """All rounds: in each, each workload, under each allocator, another one first each time."""
    results = [Result(w.name, w.idea, w.is_real, w.unavailable, {a.label: Samples() for a in allocators}) for w in workloads]
    begin = time.monotonic()
    for number in range(rounds):
        for place, (workload, result) in enumerate(zip(workloads, results)):
            if result.unavailable:
                continue
            progress(f"round {number + 1} of {rounds}, {workload.name}, {time.monotonic() - begin:.0f} s")
            for turn in range(len(allocators)):
                allocator = allocators[(turn + number + place) % len(allocators)]
                samples = result.samples[allocator.label]
                # What failed once is not tried again.
                if not samples.failure:
                    workload.run(allocator, samples)
    return results
