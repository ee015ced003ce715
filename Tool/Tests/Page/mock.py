#!/usr/bin/env python3
"""Serves the live page with made-up programs, for its tests and for work on it: no library and no build is needed.

Usage: mock.py [--port N] [--threads N] [--processes N] [--age SECONDS] [--empty] [--error] [--vast] [--holes] [--manual]
  --port N      127.0.0.1:N (default 0: a free one, which the first line of output names)
  --threads N   threads of the biggest program (default 12)
  --processes N so many more programs (default 0)
  --age N       for how many seconds the programs have already been running (default 900)
  --empty       no process publishes
  --error       one snapshot is damaged
  --vast        the second program has terabytes
  --holes       of the first program no number is known but its process id and when it started
  --manual      nothing of this happens by itself: a thread is born after 8 s, a program ends after 15 s, one is killed
                after 25 s. Tests call world.control().

Every number is a function of time, so that history and samples agree without a memory of what was sent.
"""

import argparse
import json
import math
import pathlib
import random
import re
import secrets
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = pathlib.Path(__file__).resolve().parents[2] / "Sources/swiftmallocctl/Page/page.html"
# Stacks of the programs, the outermost function first, and their share of what is in use.
MODULES = {"libc": "libc.so.6", "rust": "librocks.so", "std": "libstdc++.so.6"}
STACKS = [
    ("main", "main;server::run();net::accept_loop();session::create(int);std:operator new(unsigned long)", 0.22),
    ("main", "main;server::run();net::accept_loop();session::create(int);buffer::grow(unsigned long)", 0.13),
    ("main", "main;server::run();db::load(char const*);table::insert(std::string const&, row const&);table::rehash(unsigned long)", 0.17),
    ("main", "main;server::run();db::load(char const*);table::insert(std::string const&, row const&);libc:__strdup", 0.08),
    ("main", "main;server::run();db::load(char const*);parse;parse;parse;node_new", 0.06),
    ("main", "main;config_read;libc:getline", 0.003),
    ("bg-writer", "libc:clone3;libc:start_thread;writer::main(void*);rust:<rocks::log::Writer>::append;rust:<alloc::vec::Vec<u8>>::reserve", 0.19),
    ("bg-writer", "libc:clone3;libc:start_thread;writer::main(void*);compress(buffer&)", 0.09),
    ('<img src=x onerror="window.hit=1">', 'libc:clone3;libc:start_thread;<img src=x onerror="window.hit=1">;\u202eexe.\x1b[31m', 0.05),
] + [("main", f"main;server::run();plug-in {i};load {i}", 0.0004) for i in range(20)]
SIZES = [16, 32, 48, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 640, 768, 896, 1024,
         1280, 1536, 2048, 2560, 3072, 4096, 5120, 6144, 8192, 16384]
MEDIUM, LARGE = 89, 90
LEDGER = [("requested", "Requested"), ("rounding", "Rounding"), ("threadCaches", "Thread caches"),
          ("centralLists", "Central lists"), ("freeSpans", "Free spans"), ("purgeable", "Purgeable"),
          ("metadata", "Metadata"), ("hugePages", "Huge pages"), ("untouched", "Untouched")]
FOREVER = float("inf")


def hollow(value, kept=()):
    """The same without a single number."""
    match value:
        case dict(): return {k: v if k in kept else hollow(v) for k, v in value.items()}
        case list(): return [hollow(v) for v in value]
        case int() | float(): return None
        case _: return value


def wave(seconds, period, phase):
    return math.sin(seconds / period + phase)


class Thread:
    def __init__(self, row, tid, name, weight, born):
        self.row, self.tid, self.name, self.weight, self.born = row, tid, name, weight, born


class Program:
    """One process: live blocks and rates of each size class are smooth functions of time."""

    def __init__(self, pid, name, started, names, scale=1.0, mode="production", ends=FOREVER, end_state="ended"):
        chance = random.Random(pid)
        self.pid, self.name, self.started, self.mode = pid, name, started, mode
        self.ends, self.end_state, self.gone = ends, end_state, False
        self.classes = []  # (index, size, live blocks, frees per second, asked share of the size, period, phase)
        for index, size in enumerate(SIZES):
            live = scale * 9000 * math.exp(-((math.log2(size) - 6.5) / 2.2) ** 2) * chance.uniform(0.2, 1.6)
            if live >= 1:
                self.classes.append((index, size, live, live * chance.uniform(0.5, 9), chance.uniform(0.72, 0.99),
                                     chance.uniform(7, 60), chance.uniform(0, 6)))
        self.classes.append((MEDIUM, 40960, 24 * scale, 15 * scale, 0.93, 23, 1))
        self.classes.append((LARGE, 1 << 20, 6 * scale, 1.5 * scale, 0.9, 41, 2))
        self.threads = [Thread(1 + i, pid + i, n, 1 if i == 0 else chance.uniform(0.05, 0.9), started + i * 0.01)
                        for i, n in enumerate(names)]
        self.whole = sum(thread.weight for thread in self.threads)
        self.crowd = Thread(0, 0, "all that were there at the start", self.whole, started)
        self.peaks, self.holes = {}, False
        self.profile_interval, self.ends_at_profile = 0, False
        self.rising = chance.uniform(120, 400)

    def counts(self, thread, entry, now):
        """(allocations, frees, asked bytes, returned bytes) of a thread in a size class."""
        index, size, live, rate, share, period, phase = entry
        age = now - thread.born
        if age <= 0:
            return 0, 0, 0, 0
        part = thread.weight / self.whole
        slope = (1 - math.exp(-age / self.rising)) * (1 + 0.28 * wave(now, period, phase)) * (1 + 0.2 * wave(now, 95, 0))
        slope *= 1 + 0.04 * wave(now, 0.8, thread.row) * (thread.row > 0)  # so that threads overtake each other
        kept = int(part * live * slope)
        freed = int(part * rate * (age + 9 * (1 - math.cos(age / 18))))
        asked = int(share * size)
        return kept + freed, freed, (kept + freed) * asked, freed * asked

    def state(self, now):
        return "running" if now < self.ends else self.end_state

    def shown(self, now):
        """What a sample has of it."""
        return hollow(self.process(now), ("pid", "startedAt")) if self.holes else self.process(now)

    def totals(self, now):
        """(ledger in the contract's order, resident set, allocations, frees) of the process."""
        now = min(now, self.ends)
        late = [t for t in self.threads if self.started + 60 < t.born < now]
        alive = sum(t.born < now for t in self.threads)
        allocations = frees = asked = given = 0
        for entry in self.classes:
            for part in [self.counts(t, entry, now) for t in [self.crowd, *late]]:
                allocations += part[0]
                frees += part[1]
                asked += part[2] - part[3]
                given += (part[0] - part[1]) * entry[1]
        caches = int(alive * 96e3 * (1 + 0.3 * wave(now, 11, 0))) + given // 40
        central = int(given * 0.06 * (1 + 0.5 * wave(now, 30, 1)))
        spans = int(given * 0.07 * (1 + 0.7 * wave(now, 50, 2)))
        purgeable = int(given * 0.10 * max(0, wave(now, 33, 3)))
        metadata = 420_000 + given // 90
        untouched = -int(given * 0.05 * (1 + 0.4 * wave(now, 70, 0)))
        huge = int(given * 0.04 * max(0, wave(now, 140, 4)))
        ledger = [asked, given - asked, caches, central, spans, purgeable, metadata, huge, untouched]
        return ledger, sum(ledger) + 3_400_000, allocations, frees

    def process(self, now):
        state, now = self.state(now), min(now, self.ends)
        ledger, rss, allocations, frees = self.totals(now)
        running = state == "running"
        is_debug = self.mode != "production"
        resident, is_known = sum(ledger), running and not is_debug  # nobody knows what of a debug heap is resident
        classes = {entry[0]: [0, 0, 0, 0, 0] for entry in self.classes}
        threads = [{"row": 0, "id": None, "name": "ended threads", "state": "ended totals", "startedAt": None,
                    "allocations": 5120, "frees": 5100, "liveBytes": 1280, "peakBytes": 90112,
                    "classes": [[3, 5120, 5100, 5120 * 64, 5100 * 64, 90112, 20, 1280]]}]
        for thread in self.threads:
            if thread.born >= now:
                continue
            rows, sums = [], [0, 0, 0]
            for entry in self.classes:
                got, freed, asked, returned = self.counts(thread, entry, now)
                if thread.row <= 2 and entry[0] == 3 and now - thread.born > 5:  # the second frees what the first allocated
                    returned += 900_000 if thread.row == 2 else -900_000
                if not got:
                    continue
                peak = self.peaks[thread.row, entry[0]] = max(self.peaks.get((thread.row, entry[0]), 0), asked - returned)
                rows.append([entry[0], got, freed, asked, returned, peak, got - freed, asked - returned])
                sums = [sums[0] + got, sums[1] + freed, sums[2] + asked - returned]
                total = classes[entry[0]]
                for i, more in enumerate((got, freed, asked - returned, (got - freed) * entry[1], peak)):
                    total[i] += more
            peak = self.peaks[thread.row] = max(self.peaks.get(thread.row, 0), sums[2])
            threads.append({"row": thread.row, "id": thread.tid, "name": thread.name, "state": "running",
                            "startedAt": int(thread.born * 1000), "allocations": sums[0], "frees": sums[1],
                            "liveBytes": sums[2], "peakBytes": peak, "classes": rows})
        rows = []
        for index, size, *_ in self.classes:
            got, freed, asked, given, peak = classes[index]
            if got:
                label = {MEDIUM: "medium", LARGE: "large"}.get(index, str(size))
                rows.append({"index": index, "blockSize": None if index >= MEDIUM else size, "label": label,
                             "spans": given // 65536 + 1, "allocations": got, "frees": freed, "live": got - freed,
                             "givenBytes": given, "requestedBytes": min(asked, given),
                             "wasteBytes": max(0, given - asked), "peakBytes": peak})
        large = [{"address": hex(0x7F0000000000 + i * 0x640000), "requested": (1 << 20) * (i + 1) - 70_000 * (i % 5),
                  "given": (1 << 20) * (i + 1), "thread": self.threads[i % len(self.threads)].tid,
                  "age": round(max(0.0, now - self.started - 7 * i), 1)} for i in range(24)]
        age = now - self.started
        heaps = [{"handle": hex(0x7E0000000000 + i * 128), "name": name, "kind": kind, "bytes": (i + 1) * 3 << 18, "peak": (i + 2) * 3 << 18,
                  "kept": i << 16, "limit": limit, "age": round(age, 1)}
                 for i, (name, kind, limit) in enumerate([("parser", "local", 64 << 20), ("frame", "local bump", 1 << 20),
                                                          ('<img src=x onerror="window.hit=1">', "shared", None), ("parser", "deleted", None)])]
        peak = self.peaks["ledger"] = [max(a, b) for a, b in zip(self.peaks.get("ledger", ledger), ledger)]
        return {"pid": self.pid, "program": self.name, "version": "0.1.0", "state": state, "mode": self.mode,
                "startedAt": int(self.started * 1000), "uptime": round(age, 3), "userTime": round(age * 0.61, 2) if running else None,
                "systemTime": round(age * 0.08, 2) if running else None, "rss": rss if running else None,
                "requested": ledger[0], "resident": resident if is_known else None,
                "overhead": resident - ledger[0] - ledger[-1] if is_known else None, "hugePages": 0 if is_known else None,
                "ledger": [{"key": k, "name": "Canaries, rounding, quarantine" if is_debug and k == "rounding" else n, "bytes": b, "peak": p if k != "untouched" else None}
                           for (k, n), b, p in zip(LEDGER, ledger, peak)],
                "allocations": allocations, "frees": frees, "liveBlocks": allocations - frees,
                "classes": rows, "threads": threads, "threadsStarted": len(threads) + 3,
                "threadsRunning": len(threads) - 1 if running else 0, "threadsUnpublished": 0,
                "large": sorted(large, key=lambda b: -b["age"]), "largeCount": 24, "largeBytes": sum(b["given"] for b in large),
                "returned": {"age": 3 << 20, "budget": 0, "trim": 1 << 20, "idle": 0, "sleepers": 0, "burst": 0, "holes": 2 << 20},
                "heaps": heaps, "heapsUnlisted": 0, "profileInterval": self.profile_interval,
                "systemCalls": {"mmap": 60 + int(age / 4), "munmap": 12 + int(age / 9), "mprotect": 40, "mremap": 3,
                                "madvise": int(age * 2), "futex": int(age * 5), "other": 17},
                "purgeDelay": 1000, "pageSize": 4096}


class World:
    """What the server shows; the handlers read it, /mock changes it."""

    def __init__(self, options):
        now = time.time()
        self.begun, self.refuse_until, self.options = now, 0, options
        self.error, self.empty, self.forgets = options.error, options.empty, False
        born, later = now - options.age, lambda s: FOREVER if options.manual else now + s
        names = ["main", "io", "bg-writer", '<img src=x onerror="window.hit=1">', "=1+1"]
        names += [f"worker-{i}" for i in range(max(0, options.threads - len(names)))]
        self.service = Program(4711, "redis-server", born, names[:max(options.threads, 1)], 4)
        self.late = Thread(901, 9901, "born-later", 0.4, later(8))
        self.service.threads.append(self.late)
        self.job = Program(5120, "batch-job", now - 240, ["main", "sorter"], 0.8, ends=later(15))
        self.crasher = Program(6001, "crasher", now - 90, ["main"], 0.3, ends=later(25), end_state="killed")
        self.script = Program(5300, '<script>window.hit=1</script> "quoted" & python3', now - 600, ["main", "gc", "\u202eexe.\x1b[31m"],
                              2e5 if options.vast else 1.5, "debug")
        self.programs = [self.service, self.script, self.job, self.crasher]
        self.programs += [Program(8000 + i, f"worker-process-{i}", now - 60, ["main"], 0.1 + i / 20) for i in range(options.processes)]
        self.service.holes = options.holes
        self.service.profile_interval, self.job.profile_interval = 524288, None
        self.profiles = 0
        self.looks, self.first_looks, self.asked, self.refuses_looks = 0, {}, None, False

    def shown(self):
        return [] if self.empty else [p for p in self.programs if not p.gone]

    def sample(self):
        now = time.time()
        errors = [{"file": "/dev/shm/swiftmalloc-1000/<b>7777</b>", "reason": "The table of size classes ends after the end of the file."}]
        return {"time": int(now * 1000), "processes": [p.shown(now) for p in self.shown()],
                "errors": errors if self.error else []}

    def profile(self, program):
        """What /profile.json answers: with each further one some stacks grow, one shrinks, one is new."""
        self.profiles += 1
        now, turn = time.time(), self.profiles - 1
        names, threads, heaps, stacks = {}, {}, {}, []
        entries = STACKS + [("main", "main;server::run();cache::fill();libc:calloc", 0.04 * turn)] * (turn > 0)
        for place, (thread, words, share) in enumerate(entries):
            use = int(share * 64e6 * (1 + 0.3 * turn * (place % 3 - 1)))
            frames = []
            for word in words.split(";"):
                module, _, function = word.partition(":") if word.split(":")[0] in MODULES else ("", "", word)
                key = (function, MODULES.get(module, program.name), f"/src/{len(function)}.cpp" if not module else "")
                frames.append(names.setdefault(key, len(names)))
            total = int(share * 64e6 * (3 + turn))
            heap = "parser" if thread == "bg-writer" else "process"
            stacks.append([threads.setdefault(thread, len(threads)), heaps.setdefault(heap, len(heaps)), frames, total // 512 + 1, total, use // 512 + 1 if use else 0, use])
        return {"time": int(now * 1000), "interval": program.profile_interval,
                "sampleTypes": [{"type": t, "unit": u} for t, u in (("alloc_objects", "count"), ("alloc_space", "bytes"),
                                                                    ("inuse_objects", "count"), ("inuse_space", "bytes"))],
                "comments": ["exact bytes in use: 64000000"], "complaints": [], "threads": list(threads), "heaps": list(heaps),
                "names": [list(key) for key in names], "stacks": stacks}

    def heap(self, program, question, query):
        """What /api/… answers. With each look one type grows by a hundred objects, and another one is new."""
        block = lambda i, name, size, **more: {"address": hex(0x7f0000001000 + 64 * i), "size": size, "type": name, **more}
        if question == "types":
            first = self.first_looks.setdefault(query.get("since", [None])[0], 0)
            self.looks += 1
            rows = [["App.Session", "swift", "class", 2000 + 100 * self.looks, 48], ["shapes::Circle<&'\"+>", "c++", "vtable object", 900, 24],
                    ['<img src=x onerror="window.hit=1">', "swift", "class", 700, 32], ["untyped", "", "", 5000, 160]]
            rows += [[f"App.Kind{i}", "swift", "class", 100 + i, 16] for i in range(120)]
            rows += [["App.Late", "swift", "class", 10 * self.looks, 64]] * (self.looks > 1)
            turns = self.looks - first
            grown = {"App.Session": 100 * turns, "App.Late": 10 * self.looks}
            types = [{"type": t, "language": l, "kind": k, "count": n, "bytes": n * size} | ({"grownCount": grown.get(t, 0), "grownBytes": grown.get(t, 0) * size} if first else {})
                     for t, l, k, n, size in rows]
            now = int(time.time() * 1000)
            if not first: self.first_looks[str(now)] = self.looks
            return {"time": now, "since": int(query["since"][0]) if first else None, "count": sum(r["count"] for r in types), "bytes": sum(r["bytes"] for r in types),
                    "stopMilliseconds": 1.25, "types": types, "typesLeftOut": 0}
        if question == "why":
            self.asked = query["type"][0]
            root = {"place": "global", "address": "0x55d0c0de1000", "thread": 0, "name": "App.server : App.Server"}
            ways = [{"root": root, "blocks": [block(0, "App.Server", 64), block(1, "[App.Session]", 4096, field=None, offset=24, place=".sessions"),
                                              block(2, self.asked, 48, field=None, offset=32, place="[0]")], "blocksLeftOut": 0}]
            return {"blocks": 3, "paths": [] if self.asked == "App.Late" else ways}
        if question == "cycles":
            return {"cycles": 5, "groups": [{"cycle": "App.Handler.owner → App.Session.delegate → App.Handler", "count": 5, "lostCount": 10, "lostBytes": 640,
                                             "blocks": [block(3, "App.Handler", 32), block(4, "App.Session", 48)], "blocksLeftOut": 0}], "groupsLeftOut": 0}
        return {"count": 100, "bytes": 10000, "reachedCount": 90, "reachedBytes": 9000, "pointers": 200, "roots": 3, "typesLeftOut": 0,
                "types": [{"type": "App.Server", "language": "swift", "kind": "class", "count": 1, "bytes": 64, "retainedBytes": 8500},
                          {"type": "App.Session", "language": "swift", "kind": "class", "count": 50, "bytes": 2400, "retainedBytes": 6000}]}

    def history(self, pid):
        for program in self.shown():
            if program.pid == pid:
                if self.forgets: return {"pid": pid, "samples": []}
                end = min(time.time(), program.ends)
                count = min(2000, int(end - program.started))
                step = (end - program.started) / max(count, 1)
                rows = []
                for i in range(count):
                    at = program.started + (i + 1) * step - 0.5 * step
                    ledger, rss, allocations, frees = program.totals(at)
                    rows.append({"time": int(at * 1000), "rss": rss, "ledger": ledger, "allocations": allocations, "frees": frees})
                return {"pid": pid, "samples": [hollow(row, ("time",)) for row in rows] if program.holes else rows}
        return None

    def control(self, what, seconds=2):
        """Makes something happen: a thread is born, a process ends, is killed, is gone, starts; an error; no process;
        refuse: streams are cut and connections refused for so long; forget: a new server, which has no history."""
        now = time.time()
        match what:
            case "thread": self.late.born = now
            case "end": self.job.ends = now
            case "kill": self.crasher.ends = now
            case "gone": self.job.gone = True
            case "start": self.programs.append(Program(7000 + len(self.programs), "started-later", now, ["main"]))
            case "error": self.error = not self.error
            case "forget": self.forgets = True
            case "empty": self.empty = not self.empty
            case "refuse": self.refuse_until = now + seconds
            case _: raise ValueError(what)


def assembled():
    """The page with the files of the flame graph and the types in the place of the lines that name them."""
    page = PAGE.read_text()
    for line, name in (("/* <flame.css> */\n", "flame.css"), ("// <flame.js>\n", "flame.js"),
                       ("/* <types.css> */\n", "types.css"), ("// <types.js>\n", "types.js")):
        assert page.count(line) == 1, line
        page = page.replace(line, (PAGE.parent / name).read_text())
    return page


def guarded(page):
    """The page with a nonce in the tags of its one style and one script, and the policy that lets nothing else run."""
    nonce = secrets.token_urlsafe(16)
    page = re.sub(r"^<(style|script)>$", rf'<\1 nonce="{nonce}">', page, flags=re.M)
    return page, (f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; "
                  "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, body, kind, status=200, **headers):
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        world = self.server.world
        url = urllib.parse.urlsplit(self.path)
        query = urllib.parse.parse_qs(url.query)
        if time.time() < world.refuse_until:
            self.close_connection = True
            return
        if url.path == "/":
            page, policy = guarded(assembled())
            self.answer(page, "text/html; charset=utf-8", Content_Security_Policy=policy, Referrer_Policy="no-referrer")
        elif url.path == "/stats.json":
            self.answer(json.dumps(world.sample()), "application/json")
        elif url.path == "/history.json":
            history = world.history(int(query.get("pid", ["0"])[0]))
            if history: self.answer(json.dumps(history), "application/json")
            else: self.answer("{}", "application/json", 404)
        elif url.path == "/profile.json":
            program = next((p for p in world.shown() if str(p.pid) == query.get("pid", [""])[0]), None)
            if not program: self.answer("No such process.\n", "text/plain", 404)
            elif program.ends_at_profile: self.answer(f"Process {program.pid} has ended meanwhile.\n", "text/plain", 409)
            elif not program.profile_interval: self.answer(f"Process {program.pid} takes no samples.\n", "text/plain", 409)
            else: self.answer(json.dumps(world.profile(program)), "application/json")
        elif url.path.startswith("/api/"):
            program = next((p for p in world.shown() if str(p.pid) == query.get("pid", [""])[0]), None)
            if not program: self.answer("No such process.\n", "text/plain", 404)
            elif world.refuses_looks: self.answer("Process 4711 may not be looked into: kernel.yama.ptrace_scope is 1.\n", "text/plain", 409)
            else: self.answer(json.dumps(world.heap(program, url.path[5:], query)), "application/json")
        elif url.path == "/metrics":
            self.answer("# TYPE swiftmalloc_requested_bytes gauge\n", "text/plain; version=0.0.4; charset=utf-8")
        elif url.path in ("/stats.csv", "/threads.csv"):
            self.answer("index\r\n", "text/csv; charset=utf-8")
        elif url.path == "/events":
            self.events(world, min(10000, max(100, int(query.get("interval", ["1000"])[0]))) / 1000)
        else:
            self.answer("not found\n", "text/plain", 404)

    def do_POST(self):
        url = urllib.parse.urlsplit(self.path)
        pid = urllib.parse.parse_qs(url.query).get("pid", [""])[0]
        program = next((p for p in self.server.world.shown() if str(p.pid) == pid), None)
        if url.path not in ("/profile/start", "/profile/stop") or self.headers["X-Swiftmallocctl"] is None or not program:
            return self.answer("Only the page of this server switches sampling.\n", "text/plain", 403)
        program.profile_interval = 524288 if url.path.endswith("start") else 0
        self.answer("done\n", "text/plain")

    def events(self, world, interval):
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        due = time.time()
        try:
            while time.time() >= world.refuse_until:
                sample = world.sample()
                text = json.dumps(sample, separators=(",", ":"))
                self.wfile.write(f"event: sample\nid: {sample['time']}\ndata: {text}\n\n".encode())
                self.wfile.flush()
                due += interval
                while time.time() < due:
                    if time.time() < world.refuse_until: return
                    time.sleep(min(0.05, max(0, due - time.time())))
        except OSError:
            pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # a browser that went away


def start(arguments):
    """A running server; its address is server.url, server.shutdown() stops it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--threads", type=int, default=12)
    parser.add_argument("--processes", type=int, default=0)
    parser.add_argument("--age", type=float, default=900)
    for flag in ("--empty", "--error", "--vast", "--holes", "--manual"):
        parser.add_argument(flag, action="store_true")
    options = parser.parse_args(arguments)
    server = Server(("127.0.0.1", options.port), Handler)
    server.world = World(options)
    server.url = f"http://127.0.0.1:{server.server_port}/"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server


if __name__ == "__main__":
    import sys
    print(start(sys.argv[1:]).url, flush=True)
    threading.Event().wait()
