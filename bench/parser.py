"""Parses the files that it is given a list of, once for each line on its input, and says what that took."""

import ast
import sys
import time
import warnings

warnings.simplefilter("ignore")
sources = []
with open(sys.argv[1], encoding="utf-8") as listing:
    for path in listing.read().split("\n"):
        with open(path, "rb") as file:
            sources.append(file.read())
print("ready", sys.version.split()[0], flush=True)
for _ in sys.stdin:
    wall, processor = time.perf_counter(), time.process_time()
    for source in sources:
        ast.parse(source)
    print(time.perf_counter() - wall, time.process_time() - processor, flush=True)
