# title: python3: JSON, regular expressions, classes, exceptions, with its own allocator of small objects
# needs: python3
prepare() { cat >work.py <<'PY'
import collections, decimal, json, re
data = [{"id": i, "name": "name %d" % i, "values": [i * k for k in range(10)]} for i in range(300)]
text = json.dumps(data)
assert json.loads(text) == data
words = collections.Counter(re.findall(r"\w+", text))
print(len(words), sum(decimal.Decimal(v) for v in words.values()))
class Node:
    def __init__(self): self.me = self
for i in range(100): Node()
try: json.loads("{")
except ValueError as error: print(type(error).__name__)
PY
}
command=(/usr/bin/python3 work.py)
