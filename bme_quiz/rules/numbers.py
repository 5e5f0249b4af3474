"""Numbers in text, with their units; and whether options that are numbers rise or fall."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_TO_TWENTY = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen twenty
"""
_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety"
_WORDS = {
    **{word: 10.0 * tens for tens, word in enumerate(_TENS.split())},
    **{word: float(value) for value, word in enumerate(_TO_TWENTY.split())},
    **{"once": 1.0, "twice": 2.0, "hundred": 100.0, "thousand": 1000.0},
}

# Possessive, so that a cell of a million digits is given up at once.
_DIGITS = r"(?:\d{1,3}(?:,\d{3})++|\d++)(?:\.\d++)?|\.\d++"
_VALUE = rf"(?:{_DIGITS}|(?:{'|'.join(_WORDS)})\b)"
_UNITS = {
    "second": "second", "sec": "second", "minute": "minute", "min": "minute", "hour": "hour",
    "day": "day", "week": "week", "month": "month", "year": "year", "yr": "year", "time": "time",
    "percent": "%", "%": "%", "mg": "mg", "milligram": "mg", "g": "g", "gram": "g", "kg": "kg",
    "ml": "ml", "mm": "mm", "cm": "cm", "degree": "degree",
}  # fmt: skip
# What one of each unit is in the smallest of its kind; months and years are calendar ones, which
# are long enough to be told from weeks and days.
_IN_SMALLEST = {
    "second": ("time", 1.0), "minute": ("time", 60.0), "hour": ("time", 3_600.0),
    "day": ("time", 86_400.0), "week": ("time", 604_800.0), "month": ("time", 2_629_800.0),
    "year": ("time", 31_557_600.0),
    "mg": ("weight", 1.0), "g": ("weight", 1_000.0), "kg": ("weight", 1_000_000.0),
    "mm": ("length", 1.0), "cm": ("length", 10.0),
}  # fmt: skip
_UNIT = rf"(?:{'|'.join(sorted(map(re.escape, _UNITS), key=len, reverse=True))})"
_QUANTITY = re.compile(
    rf"(?<![\w.,-])(?P<low>{_VALUE})(?:\s*(?:to|or|and|-|–|—)\s*(?P<high>{_VALUE}))?"
    rf"(?![\w,.]{{0,20}}\d)"
    rf"(?P<gap>[\s-]*)(?P<unit>per\s+cent|{_UNIT})?(?P<plural>s)?(?P<stuck>[^\W\d_]*)",
    re.IGNORECASE,
)
# Where nothing but the number is read, a comma may be the decimal mark too.
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_ALONE = r"(?:\d{1,3}(?:,\d{3})++(?![\d,])|\d++)(?:[.,]\d++)?|\.\d++"
_LEADING = re.compile(
    rf"(?P<before>[^\d.+−-]*?)(?P<sign>[+−-]?)\s*(?P<value>{_ALONE})"
    r"(?:\s*/\s*(?P<under>\d+(?:\.\d+)?))?(?P<after>(?!\d).*)\Z",
    re.DOTALL,
)
_WORD_FIRST = re.compile(rf"(?P<value>{'|'.join(_WORDS)})\b(?P<after>.*)\Z", re.I | re.DOTALL)
_RANGE = re.compile(
    rf"(?P<before>[^\d.+−-]*?)(?:between\s+|from\s+)?(?P<low>{_ALONE}|(?:{'|'.join(_WORDS)})\b)"
    rf"\s*(?:to|-|–|—)\s*(?P<high>{_ALONE}|(?:{'|'.join(_WORDS)})\b)(?P<after>(?!\d).*)\Z",
    re.IGNORECASE | re.DOTALL,
)
_NEARLY = re.compile(r"about\s+", re.IGNORECASE)
_MAX_LABEL = 200

_KINDS = frozenset(kind for kind, _ in _IN_SMALLEST.values())
_ROUNDED = 0.03
"""By how much two lengths of time may differ that people call the same, as 12 months and a year."""
_PERCENT = 0.01
_PART_OF = re.compile(
    rf"(?<![\w.,-])(?P<part>{_VALUE})\s+(?:in|of|out\s+of)\s+(?:every\s+)?(?P<whole>{_VALUE})"
    r"(?![\w,.]{0,20}\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and the unit behind it; ``words`` as they stand in the text."""

    value: float
    unit: str
    words: str


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, 0 to 1, and the numbers that say it."""

    value: float
    numbers: frozenset[float]

    def is_about(self, other: Share) -> bool:
        """Whether two shares are the same to the nearest percent."""
        return abs(self.value - other.value) < _PERCENT


@dataclass(frozen=True, slots=True)
class Measure:
    """A text that is one number with fixed words round it, such as ``95 °C``."""

    value: float
    label: str


def quantities(text: str) -> list[Quantity]:
    """Every number in a text, each end of a range on its own.

    "One" counts only before a unit: elsewhere it is a pronoun. A number that is part of
    a name ("T2", "COVID-19") is none.
    """
    found = []
    for match in _QUANTITY.finditer(text):
        unit = (match["unit"] or "").casefold()
        stuck = match["stuck"]
        if stuck and (unit or not match["gap"]):
            # "5min" is a unit, "5 minutely" and "3rd" are not.
            if not match["gap"] and not unit:
                continue
            unit = ""
        unit = "%" if unit.startswith("per") else _UNITS.get(unit, "")
        for part in ("low", "high"):
            word = match[part]
            if word and not (word.casefold() == "one" and not unit):
                found.append(Quantity(_value(word), unit, match.group().strip()))
    return found


def is_same_amount(one: Quantity, other: Quantity) -> bool:
    """Whether two numbers say the same, whatever their units: "three days" and "72 hours"."""
    if one.unit == other.unit:
        return one.value == other.value
    (kind, size), (other_kind, other_size) = _kind(one), _kind(other)
    return (
        kind == other_kind
        and kind in _KINDS
        and abs(one.value * size - other.value * other_size) <= _ROUNDED * one.value * size
    )


def is_same_kind(one: Quantity, other: Quantity) -> bool:
    """Whether two numbers could be compared: both lengths of time, both without a unit."""
    return _kind(one)[0] == _kind(other)[0]


def _kind(quantity: Quantity) -> tuple[str, float]:
    return _IN_SMALLEST.get(quantity.unit, (quantity.unit, 1.0))


def shares(text: str) -> list[Share]:
    """Every share of a whole in a text: "one in three", "10 of 30", "33 percent"."""
    found = []
    for match in _PART_OF.finditer(text):
        part, whole = _value(match["part"]), _value(match["whole"])
        if 0 < part <= whole:
            found.append(Share(part / whole, frozenset((part, whole))))
    for quantity in quantities(text):
        if quantity.unit == "%":
            found.append(Share(quantity.value / 100, frozenset((quantity.value,))))
    return found


def row_of_numbers(texts: Sequence[str]) -> tuple[float, ...] | None:
    """Values of options that are numbers with the same words round them; None for other options.

    A range has the value of its middle. Where the words are units of one kind, such as days and
    weeks, the values are in the smallest of it, and need not have the same unit. Behind three
    numbers or more the last option may be none, such as "never".
    """
    # Most options are told by the first.
    if len(texts) < 2 or measure(texts[0]) is None:
        return None
    read = [measure(text) for text in texts]
    if read[-1] is None and len(read) > 3:
        read.pop()
    measures = [found for found in read if found is not None]
    if len(measures) < len(read):
        return None
    if len({found.label for found in measures}) == 1:
        return tuple(found.value for found in measures)
    scales = [_scale(found.label) for found in measures]
    if None in scales or len({scale[0] for scale in scales if scale}) > 1:
        return None
    return tuple(
        found.value * scale[1] for found, scale in zip(measures, scales, strict=True) if scale
    )


def _scale(label: str) -> tuple[str, float] | None:
    """The kind of unit that a label is, and its size in the smallest; None for other labels."""
    before, _, unit = label.partition("|")
    return None if before else _IN_SMALLEST.get(_UNITS.get(unit, ""))


def is_in_order(values: Sequence[float]) -> bool:
    """Whether numbers are rising or falling all along; equal ones may stand beside each other."""
    rising = sorted(values)
    return list(values) in (rising, rising[::-1])


def measure(text: str) -> Measure | None:
    """Read a text as one number with a label; None where it is something else."""
    text = text.strip().rstrip(".")
    if len(text) > _MAX_LABEL:
        return None
    about = _NEARLY.match(text)
    text = text[about.end() :] if about else text
    span = _RANGE.match(text)
    if span is not None:
        middle = (_value(span["low"]) + _value(span["high"])) / 2
        return Measure(middle, _label(span["before"], span["after"]))
    found = _LEADING.match(text)
    if found is None:
        word = _WORD_FIRST.match(text)
        if word is None:
            return None
        return Measure(_value(word["value"]), _label("", word["after"]))
    value = _value(found["value"]) * (-1 if found["sign"] in ("-", "−") else 1)
    if found["under"]:
        under = float(found["under"])
        value = value / under if under else value
    return Measure(value, _label(found["before"], found["after"]))


def _label(before: str, after: str) -> str:
    """The words round a number, written so that "1 week" and "2 weeks" agree."""
    squeezed = "|".join(re.sub(r"[\s,]+", "", part.casefold()) for part in (before, after))
    return squeezed.removesuffix("s")


def _value(word: str) -> float:
    plain = word.casefold()
    if plain in _WORDS:
        return _WORDS[plain]
    return float(plain.replace(",", "" if _THOUSANDS.fullmatch(plain) else "."))
