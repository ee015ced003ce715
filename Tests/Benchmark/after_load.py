"""What programs hold after a load, while nobody asks anything of them: redis with a million keys that are flushed, Python that
drops half a gigabyte of objects, a Swift server after uploads, a queue whose producer was too fast, a pool of 200 threads. Their
memory is read from outside for ten seconds. Prints a table for people, or in Markdown too."""
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import time

from allocators import OURS, PEERS, BadInput, find, need_packages
from idle_curve import MIB, resident
from running import SOURCES, Runner

ROOT = Path(__file__).resolve().parents[2]
SECONDS = (0, 1, 2, 5, 10)

PYTHON = """
import gc
input()
objects = [{f"key {i}": [i, str(i), float(i)]} for i in range(1_000_000)]
print("full", flush=True)
input()
del objects
gc.collect()
print("freed", flush=True)
input()
"""


class Load:
    """A process under an allocator: `fill` makes it hold much, `drop` makes it free that."""

    def __init__(self, runner, allocator, command, pipes=True, **variables):
        environment = {**runner.environment, **variables}
        if allocator.path:
            environment["LD_PRELOAD"] = allocator.path
        environment |= dict(variable.split("=", 1) for variable in allocator.variables)
        pipe = subprocess.PIPE if pipes else subprocess.DEVNULL
        self.process = subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, cwd=runner.area, text=True)

    def fill(self):
        self._go("full")

    def drop(self):
        self._go("freed")

    def _go(self, word):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self._wait(word)

    def _wait(self, word):
        if self.process.stdout.readline().strip() != word:
            raise BadInput(f"{self.process.args[0]} fails")

    def stop(self):
        self.process.kill()
        self.process.communicate()


class Python(Load):
    """A million dictionaries, all from malloc."""

    def __init__(self, runner, allocator):
        super().__init__(runner, allocator, ["/usr/bin/python3", "-c", PYTHON], PYTHONMALLOC="malloc")


class Threads(Load):
    def __init__(self, runner, allocator, kind):
        super().__init__(runner, allocator, [runner.programs / "quiet", kind])
        self._wait("empty")


class Server(Load):
    """A server on a free port of the loopback address."""

    def __init__(self, runner, allocator, command):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        super().__init__(runner, allocator, [word.replace("PORT", str(self.port)) for word in command], pipes=False)
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                time.sleep(0.05)
        raise BadInput(f"{command[0]} does not start")


class Redis(Server):
    """Debian's is linked with jemalloc, so for glibc its own library is preloaded."""

    def __init__(self, runner, allocator):
        super().__init__(runner, allocator, ["redis-server", "--port", "PORT", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                                             "--enable-debug-command", "yes"])

    def _ask(self, *words):
        subprocess.run(["redis-cli", "-h", "127.0.0.1", "-p", str(self.port), *words], check=True, stdout=subprocess.DEVNULL)

    def fill(self):
        self._ask("debug", "populate", "1000000", "key", "200")

    def drop(self):
        self._ask("flushall", "sync")


class SwiftServer(Server):
    """Sixteen clients upload 800 documents of 2000 properties each, and delete them."""
    document = json.dumps({"name": "upload", "tags": ["large"], "properties": {f"property {i}": f"value {i} of it" for i in range(2000)}})

    def __init__(self, runner, allocator):
        super().__init__(runner, allocator, [str(runner.area / "real/swift-server/server"), "PORT"])

    def _each(self, method, body):
        def ask(client):
            connection = HTTPConnection("127.0.0.1", self.port)
            for number in range(client, 800, 16):
                connection.request(method, f"/item?id={number}", body)
                connection.getresponse().read()
            connection.close()
        with ThreadPoolExecutor(16) as clients:
            list(clients.map(ask, range(16)))

    def fill(self):
        self._each("POST", self.document)

    def drop(self):
        self._each("DELETE", None)


LOADS = {
    "redis": Redis,
    "python": Python,
    "swift-server": SwiftServer,
    "queue": lambda runner, allocator: Threads(runner, allocator, "queue"),
    "pool": lambda runner, allocator: Threads(runner, allocator, "pool"),
}


def prepare(runner, names):
    runner.build(["quiet"])
    packages = [package for name, package in (("redis", "redis-server"), ("redis", "redis-tools"), ("python", "python3")) if name in names]
    if missing := need_packages(ROOT, packages):
        raise BadInput(missing)
    if "swift-server" in names:
        if not shutil.which("swiftc"):
            raise BadInput("there is no swiftc: --only can leave swift-server out")
        directory = runner.area / "real/swift-server"
        directory.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["bash", str(SOURCES / "Real/swift-server.sh"), "prepare"], cwd=directory, env=runner.environment,
                              stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise BadInput(done.stderr.strip())


def measure(runner, make, allocators, seconds):
    """MiB empty, full, and at each of the moments, for each allocator; all are idle at the same time."""
    loads = []
    try:
        for allocator in allocators:
            path = allocator.path or ("libc.so.6" if make is Redis else "")
            load = make(runner, allocator if path == allocator.path else type(allocator)(allocator.label, path, "", True))
            loads.append(load)
            pid = load.process.pid
            load.figures = [resident(pid)]
            load.fill()
            load.figures.append(resident(pid))
            load.drop()
            load.end = time.monotonic()
            load.figures.append(resident(pid))
        for second in seconds[1:]:
            for load in loads:
                time.sleep(max(0.0, load.end + second - time.monotonic()))
                load.figures.append(resident(load.process.pid))
    finally:
        for load in loads:
            load.stop()
    return [[figure / MIB for figure in load.figures] for load in loads]


def main():
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--library", default=str(ROOT / "dist/libswiftmalloc.so"))
    parser.add_argument("--against", action="append", default=[])
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--only", default=",".join(LOADS))
    parser.add_argument("--markdown")
    given = parser.parse_args()
    seconds = SECONDS[:3] if given.quick else SECONDS
    rows = ["| load | allocator | before | full | " + " | ".join(f"{second} s" for second in seconds) + " |",
            "|---|---|---|---|" + "---|" * len(seconds)]
    try:
        peers = [label for label in given.peers.split(",") if label]
        names = given.only.split(",")
        if unknown := [label for label in peers if label not in PEERS] + [name for name in names if name not in LOADS]:
            raise BadInput(f"there is no {unknown[0]}: {', '.join(PEERS)}; {', '.join(LOADS)}")
        allocators = find(ROOT, peers, given.library, given.against)
        runner = Runner(ROOT, given.quick)
        prepare(runner, names)
        print("In memory before the load, when it is full, and so many seconds after all was freed, MiB")
        print("\n".join(rows), flush=True)
        for name in names:
            for allocator, figures in zip(allocators, measure(runner, LOADS[name], allocators, seconds)):
                label = f"**{OURS}**" if allocator.label == OURS else allocator.label
                rows.append(f"| {name} | {label} | " + " | ".join(f"{figure:.0f}" for figure in figures) + " |")
                print(rows[-1], flush=True)
    except (BadInput, OSError, subprocess.CalledProcessError) as problem:
        print(f"benchmark.sh: {problem}", file=sys.stderr)
        return 2
    if given.markdown:
        Path(given.markdown).write_text("\n".join(rows) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
