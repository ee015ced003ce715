"""JSON there and back. Argument: the rounds."""
import json
import sys

records = [
    {"id": n, "name": "entry %d" % n, "on": n % 3 == 0, "tags": ["tag%d" % (n % k) for k in (3, 7, 11)],
     "place": {"x": n / 7, "y": n / 13, "inner": {"level": n % 5, "text": "x" * (n % 40)}}}
    for n in range(2000)
]
for _ in range(int(sys.argv[1])):
    records = json.loads(json.dumps(records))
print("records", len(records))
