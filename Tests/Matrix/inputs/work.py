"""The Python work of the program matrix: prints only what is the same on every run."""
import ast
import concurrent.futures
import gc
import hashlib
import json
import multiprocessing
import queue
import re
import sqlite3
import subprocess
import sys
import threading
import zlib


def digest(value):
    return hashlib.sha256(repr(value).encode()).hexdigest()[:20]


def numbers(count, seed=1):
    for _ in range(count):
        seed = seed * 16807 % 2147483647
        yield seed


def work_json():
    records = [{"id": i, "name": f"name {n % 977}", "tags": [str(n % k) for k in range(2, 9)], "nested": {"n": n, "x": n / 7}}
               for i, n in enumerate(numbers(12000))]
    text = json.dumps(records)
    again = json.loads(text)
    print("json", len(text), digest(again), again == records)


def work_dicts():
    table = {}
    for n in numbers(300000):
        table[n % 100003] = table.get(n % 100003, 0) + 1
        if n % 5 == 0:
            table.pop(n % 50021, None)
    words = {f"key {n}": [n] * (n % 20) for n in numbers(60000, 7)}
    cycles = []
    for n in range(30000):
        node = {"n": n}
        node["self"] = node
        cycles.append(node)
    del cycles
    print("dicts", len(table), sum(table.values()), len(words), gc.collect() > 0)


def work_threads():
    box, results = queue.Queue(maxsize=100), []
    lock = threading.Lock()

    def consume():
        while True:
            item = box.get()
            if item is None:
                return
            value = zlib.crc32(item * 3)
            with lock:
                results.append(value)

    consumers = [threading.Thread(target=consume) for _ in range(8)]
    for thread in consumers:
        thread.start()
    for n in numbers(8000):
        box.put(str(n).encode() * (1 + n % 40))
    for _ in consumers:
        box.put(None)
    for thread in consumers:
        thread.join()
    print("threads", len(results), digest(sorted(results)))
    # Threads that are born and end, with blocks that others free.
    kept = []
    for n in range(400):
        thread = threading.Thread(target=lambda n=n: kept.append([str(n)] * 50))
        thread.start()
        thread.join()
    print("churn", len(kept), digest(kept))


def count_primes(bounds):
    return sum(1 for n in range(*bounds) if n > 1 and all(n % k for k in range(2, int(n ** 0.5) + 1)))


def work_processes():
    ranges = [(i * 2000, (i + 1) * 2000) for i in range(12)]
    for method in ("fork", "spawn"):
        with multiprocessing.get_context(method).Pool(3) as pool:
            print("multiprocessing", method, pool.map(count_primes, ranges))
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        outputs = list(pool.map(lambda n: subprocess.run(["/bin/echo", "child", str(n)], capture_output=True, text=True).stdout, range(60)))
    print("subprocess", digest(outputs))
    pipeline = subprocess.run("seq 20000 | sort -r | tail -n 3", shell=True, capture_output=True, text=True)
    print("pipeline", pipeline.stdout.split(), pipeline.returncode)


def work_sqlite():
    database = sqlite3.connect(":memory:")
    database.execute("create table t (id integer primary key, name text, value integer)")
    database.executemany("insert into t (name, value) values (?, ?)", ((f"n{n % 503}", n % 10007) for n in numbers(60000)))
    database.execute("create index i on t (name, value)")
    rows = database.execute("select name, count(*), sum(value), max(value) from t group by name order by 3 desc, 1 limit 50").fetchall()
    print("sqlite3", digest(rows), database.execute("pragma integrity_check").fetchone())


def work_ast():
    source = "\n".join(f"def f{i}(a, b={i}):\n    return [x * b + {i} for x in range(a) if x % {i + 2}]" for i in range(600))
    tree = ast.parse(source)
    text = ast.unparse(tree)
    scope = {}
    exec(compile(tree, "generated", "exec"), scope)
    print("ast", len(list(ast.walk(tree))), digest(text), sum(sum(scope[f"f{i}"](20)) for i in range(600)))


def work_re():
    text = " ".join(f"w{n:x}@host{n % 17}.example" for n in numbers(20000))
    found = re.findall(r"(w[0-9a-f]+)@(host\d+)\.example", text)
    print("re", len(found), digest(found), digest(re.sub(r"host(\d)\b", lambda m: "H" + m.group(1) * 3, text)))


def work_big_blocks():
    data = bytearray()
    for n in numbers(300):
        data += bytes([n % 256]) * (n % 60000)
    squeezed = zlib.compress(bytes(data), 6)
    print("bytes", len(data), hashlib.sha256(data).hexdigest()[:20], zlib.decompress(squeezed) == data)
    print("big integers", (3 ** 40000 // 7 ** 9000).bit_length(), digest(2 ** 20000 % 10 ** 50))


if __name__ == "__main__":
    for part in (work_json, work_dicts, work_threads, work_processes, work_sqlite, work_ast, work_re, work_big_blocks):
        part()
        sys.stdout.flush()
