"""JSON there and back: about 3.5 million allocations with PYTHONMALLOC=malloc. Argument: the rounds (30)."""
import json
import sys

entries = [
    {"id": n, "name": "entry %d" % n, "on": n % 3 == 0, "tags": ["tag%d" % (n % k) for k in (3, 7, 11)],
     "place": {"x": n / 7, "y": n / 13, "inner": {"level": n % 5, "text": "x" * (n % 40)}}}
    for n in range(2000)
]
for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else 30):
    entries = json.loads(json.dumps(entries))
