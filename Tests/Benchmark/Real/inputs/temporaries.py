"""Expressions on arrays of 1 to 25 MB of another length each time. Each step makes temporaries as long, which die at once."""
import sys

import numpy

total = 0.0
lengths = numpy.random.default_rng(1).integers(1_000_000 // 8, 25_000_000 // 8, int(sys.argv[1]))
for length in lengths.tolist():
    x = numpy.linspace(0.0, 1.0, length)
    y = x * 2.0 - 1.0
    z = (x + y) * (x - y) + abs(y)
    total += float((z - z.mean()).max())
print(f"total {total:.6f}")
