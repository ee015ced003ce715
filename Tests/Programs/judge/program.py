"""A test program: what its head says, which cases that makes, and its binary."""

import difflib
import os
import re
import subprocess
import threading
from pathlib import Path

import target

FOLDER = Path(__file__).resolve().parent.parent
ROOT = FOLDER.parent.parent
BUILD = target.BUILD
LIBRARIES = BUILD / "libraries"

# -fno-builtin: no call is folded away. -fno-optimize-sibling-calls: every caller has its frame. The exceptions: these
# programs misuse memory on purpose.
FLAGS = """-D_GNU_SOURCE -O1 -fno-builtin -fno-optimize-sibling-calls -g -Wall -Werror -pthread
    -Wno-use-after-free -Wno-free-nonheap-object -Wno-mismatched-dealloc -Wno-alloc-size-larger-than -Wno-unused-result
    -Wno-deprecated-declarations -Wno-stringop-overflow -Wno-array-bounds -Wno-nonnull -Wno-int-to-pointer-cast""".split()
COMPILERS = {
    ".c": [*target.C, "-std=gnu17", *FLAGS, "-I", str(FOLDER)],
    ".cpp": [*target.CXX, "-std=gnu++17", "-Wno-mismatched-new-delete", *FLAGS,
             "-I", str(FOLDER)],
    ".swift": ["swiftc", "-Onone", "-g"],
}

# What a head may say: "// key: value", or "// key" alone.
VALUED = {"expect", "stderr", "stderr-any", "stderr-count", "report", "report-not", "env", "env-all", "also", "ulimit",
          "variants", "arguments", "arguments-all", "link", "needs", "production-only", "timeout", "not-compared"}
ALONE = {"stderr-none", "same-as-glibc"}


class Case:
    """One run of a program: with these values (compiled in, or given as arguments), this environment and these limits."""

    def __init__(self, program, variant, arguments, environment, limit):
        self.program, self.variant, self.arguments = program, variant, arguments
        self.environment, self.limit = environment.split(), limit
        parts = [variant, arguments, environment[:80], limit and f"ulimit {limit}"]
        self.label = program.name + "".join(f" [{part}]" for part in parts if part)

    @property
    def values(self):
        """Name and value of what sets this case apart from the program's others."""
        return [part.split("=", 1) for part in f"{self.variant},{self.arguments}".split(",") if "=" in part]


class Program:
    def __init__(self, source):
        self.source, self.name = source, source.stem
        self.lines = source.read_text(encoding="utf-8").split("\n")
        self.keys, self.mistakes = [], []
        for line in self.lines:
            if not line.startswith("//"):
                break
            self.read(line)

    def read(self, line):
        found = re.match(r"// ([a-z]+(?:-[a-z]+)*)(:?) *(.*)", line)
        key, colon, value = found.groups() if found else ("", "", "")
        if key in VALUED and colon or key in ALONE:
            self.keys.append((key, value))
        elif colon and difflib.get_close_matches(key, VALUED | ALONE, cutoff=0.8):
            self.mistakes.append(f"the head has an unknown key: {key}")

    def all(self, key):
        return [value for name, value in self.keys if name == key]

    def first(self, key, otherwise=""):
        return next(iter(self.all(key)), otherwise)

    def has(self, key):
        return any(name == key for name, _ in self.keys)

    def cases(self, everything=False):
        """Everything: those of env-all and arguments-all, too."""
        variants = " ".join(self.all("variants")).split() or [""]
        arguments = " ".join(self.all("arguments")).split() or [""]
        arguments += " ".join(self.all("arguments-all") if everything else []).split()
        environments = [value for value in self.all("env") if value] or [""]
        environments += self.all("env-all") if everything else []
        limits = [value for value in self.all("ulimit") if value] or [""]
        return [Case(self, variant, given, environment, limit) for variant in variants for given in arguments
                for environment in environments for limit in limits]

    def binary(self, variant):
        suffix = "." + re.sub(r"[^A-Za-z0-9_]", "-", variant) if variant else ""
        return BUILD / (self.name + suffix)

    def line_of(self, mark):
        """The number of the first line that ends with "// mark"."""
        return next((number for number, line in enumerate(self.lines, 1)
                     if re.search(rf"[^/].*  // {re.escape(mark)}$", line)), None)


class Builds:
    """Makes each binary once in a run, and only when something that it is made of is newer."""

    def __init__(self, library):
        self.library, self.lock, self.locks, self.done = library, threading.Lock(), {}, {}
        shared = [*FOLDER.glob("*.h"), Path(__file__)]
        self.newest = max(file.stat().st_mtime for file in shared)

    def build_libraries(self):
        """The helper libraries; what the compiler says when one cannot be built."""
        for source in filter(target.compiles, sorted((FOLDER / "libraries").glob("*.c*"))):
            complaint = self.compile(source, LIBRARIES / f"{source.stem}.so", ["-shared", "-fPIC"])
            if complaint:
                return complaint
        return ""

    def build(self, case):
        """The case's binary is there and new; else what the compiler says."""
        program = case.program
        output = program.binary(case.variant)
        flags = [f"-D{part}" for part in case.variant.split(",") if part]
        link = " ".join(program.all("link")).replace("{LIBRARIES}", str(LIBRARIES))
        again = bool("{LIBRARY}" in link or target.LINK)
        if "{LIBRARY}" in link:
            folder = os.path.dirname(self.library)
            link = link.replace("{LIBRARY}", f"{self.library} -Wl,-rpath,{folder}")
        with self.lock:
            lock = self.locks.setdefault(output, threading.Lock())
        with lock:
            if output not in self.done:
                self.done[output] = self.compile(program.source, output, flags + link.split() + target.link_flags(self.library, program.source.suffix == ".cpp"), again)
            return self.done[output]

    def compile(self, source, output, flags, again=False):
        newest = max(self.newest, source.stat().st_mtime)
        if target.IS_INSIDE:
            return "" if output.exists() else f"{output} was not compiled outside"
        if not again and output.exists() and output.stat().st_mtime >= newest:
            return ""
        # Reports name the source as the compiler was given it. A new file in place of the old: processes may still run that.
        new = output.with_name(f"{output.name}.new{os.getpid()}")
        command = [*COMPILERS[source.suffix], str(source.relative_to(ROOT)), "-o", str(new), *flags]
        done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if done.returncode == 0:
            new.replace(output)
            return ""
        new.unlink(missing_ok=True)
        return (done.stdout + done.stderr).decode(errors="replace") or f"the compiler ends with {done.returncode}"
