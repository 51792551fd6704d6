"""Reads exported runs as other programs do, and prints what they make of them as JSON.

    interop.py CSV_DIR PARQUET_DIR TENSORBOARD_DIR

For each table the number of rows and of cells that differ between CSV and Parquet, as pandas reads
them (its versions up to 2 read the last bit of a number right only if they are asked to); for each event file the scalars of its last step, as TensorBoard reads it; the versions.
"""

import json
import pathlib
import sys

import pandas
import pyarrow
import tensorboard
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

csv, parquet, logs = map(pathlib.Path, sys.argv[1:])

tables = {}
for path in sorted(parquet.glob("*.parquet")):
    a, b = pandas.read_parquet(path), pandas.read_csv(csv / (path.stem + ".csv"), float_precision="round_trip")
    differ = 0
    for name in b.columns:
        x, y = a[name], b[name]
        if pandas.api.types.is_float_dtype(x) or pandas.api.types.is_float_dtype(y):
            x, y = pandas.to_numeric(x), pandas.to_numeric(y)
        same = (x == y) | (x.isna() & y.isna())
        differ += int((~same.astype(bool)).sum())
    tables[path.stem] = {"rows": len(a), "differ": differ, "columns": len(a.columns)}

events = {}
for path in sorted(logs.rglob("events.*")):
    reader = EventAccumulator(str(path), size_guidance={"scalars": 0})
    reader.Reload()
    events[path.parent.name] = {tag: [reader.Scalars(tag)[-1].step, reader.Scalars(tag)[-1].value] for tag in reader.Tags()["scalars"]}

versions = f"pandas {pandas.__version__}, pyarrow {pyarrow.__version__}, tensorboard {tensorboard.__version__}"
print(json.dumps({"tables": tables, "events": events, "versions": versions}))
