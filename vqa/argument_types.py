"""Types of command-line arguments, for `type` of `ArgumentParser.add_argument`."""

from __future__ import annotations

import argparse
import math


def finite_number(text: str) -> float:
    """Convert an argument to a number as `float` reads it, except `nan` and `inf`.

    Raises:
        argparse.ArgumentTypeError: it is not such a number.
    """
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(f"{text!r} is no finite number")
    return number


def count(text: str) -> int:
    """Convert an argument to a whole number of at least 0, written with digits alone.

    Raises:
        argparse.ArgumentTypeError: it is not such a number.
    """
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of at least 0")
    return int(text)


def positive_count(text: str) -> int:
    """Convert an argument to a whole number of at least 1, written with digits alone.

    Raises:
        argparse.ArgumentTypeError: it is not such a number.
    """
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of at least 1")
    return int(text)
