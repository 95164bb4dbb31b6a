"""numpy_equals_csv.py NPY CSV: whether both hold the same snapshots, as NumPy reads the first.

Exit 0 and the number of rows; or 1 and the first difference.
"""

import csv
import sys
from decimal import Decimal

import numpy

NO_PRICE = 2**63 - 1


def price(number):
    if number == NO_PRICE:
        return ""
    text = f"{Decimal(int(number)) / 10**9:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def moment(nanoseconds):
    return str(nanoseconds.view("M8[ns]")) + "Z"


def cell(row, name):
    """What a column of the csv says, out of a row of the array."""
    level = name.rsplit("_", 1)
    if level[-1].isdigit():
        number = row[level[0]][int(level[-1]) - 1]
        return str(number) if level[0].endswith("_qty") else price(number)
    if name in ("cut", "event_time"):
        return moment(row[name])
    if name == "last":
        return price(row[name])
    if name in ("state_first", "state_last") and row[name] == 0:
        return ""
    value = row[name]
    return value.decode() if isinstance(value, bytes) else value


def same(got, expected):
    if not isinstance(got, numpy.float64):
        return str(got) == expected
    return numpy.isnan(got) if expected == "" else got == float(expected)


def main(npy, reference):
    rows = numpy.load(npy, mmap_mode="r")
    with open(reference, newline="") as file:
        header, *expected = csv.reader(file)
    if len(rows) != len(expected):
        return f"{len(rows)} rows instead of {len(expected)}"
    for at, line in enumerate(expected):
        for name, text in zip(header, line, strict=True):
            got = cell(rows[at], name)
            if not same(got, text):
                return f"row {at}, {name}: {got!r} instead of {text!r}"
    print(len(rows), "rows")
    return 0


sys.exit(main(*sys.argv[1:]))
