"""Cardinal and ordinal numbers in English words: "three hundred and five", "half a million"."""

from __future__ import annotations

from dataclasses import dataclass, field

from practicum.values.spans import Word, word_set

_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
    "eighteenth", "nineteenth", "twentieth",
)  # fmt: skip
SMALL = {word: number for number, word in enumerate(_SMALL)} | {"nil": 0, "nought": 0}
TENS = {word: 10 * number for number, word in enumerate(_TENS, start=2)} | {"fourty": 40}
SCALES = {
    "thousand": 10**3,
    "grand": 10**3,
    "lakh": 10**5,
    "million": 10**6,
    "millions": 10**6,
    "crore": 10**7,
    "billion": 10**9,
    "trillion": 10**12,
}
MULTIPLES = {"hundred": 100, "dozen": 12, **SCALES}
"""What a numeral may be followed by: "5 million", "two dozen"."""

ORDINALS = {word: number for number, word in enumerate(_ORDINALS, start=1)} | {
    "thirtieth": 30,
    "fortieth": 40,
    "fiftieth": 50,
    "hundredth": 100,
}
_PARTS = {"half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4}
_NOT_ONE = word_set("this that which no any each the every another how")


@dataclass
class _Reading:
    """A number being read word by word."""

    total: float = 0
    current: float = 0
    last: str = ""
    scale: float = float("inf")
    ordinal: bool = False
    digits: list[int] = field(default_factory=list)

    @property
    def value(self) -> float:
        tail = float("0." + "".join(map(str, self.digits))) if self.digits else 0
        return self.total + self.current + tail


def read_number(spoken: tuple[Word, ...], position: int) -> tuple[float, int, bool] | None:
    """Read the number that begins at a word.

    Args:
        spoken: The words of a text.
        position: Index of the word where it begins.

    Returns:
        Its value, the index after its last word, and whether it is an ordinal;
        None when no number begins there.
    """
    begun = _begin(spoken, position)
    if begun is None:
        return None
    reading, here = begun
    while here < len(spoken) and not reading.ordinal:
        taken = _take(reading, spoken, here)
        if not taken:
            break
        here += taken
    if not reading.last or _lone_word(spoken, position, here):
        return None
    value, here = _fraction(reading.value, spoken, here)
    return value, here, reading.ordinal


def _key(spoken: tuple[Word, ...], position: int) -> str:
    return spoken[position].key if 0 <= position < len(spoken) else ""


def _begin(spoken: tuple[Word, ...], position: int) -> tuple[_Reading, int] | None:
    """Handle what only stands in front: "a hundred", "half a million", "a couple"."""
    first, second, third = (_key(spoken, position + step) for step in range(3))
    if first in {"a", "an"} and second in MULTIPLES:
        return _Reading(current=1, last="small"), position + 1
    if first == "half" and second in {"a", "an"} and third in MULTIPLES:
        return _Reading(total=MULTIPLES[third] / 2, last="end"), position + 3
    if first == "a" and second == "couple":
        return _Reading(total=2, last="end"), position + 2
    known = first in SMALL or first in TENS or first in MULTIPLES or first in ORDINALS
    return (_Reading(), position) if known else None


def _take(reading: _Reading, spoken: tuple[Word, ...], here: int) -> int:
    """Take the next word into the reading; return how many words were taken."""
    key = _key(spoken, here)
    if key == "and" and reading.last in {"hundred", "scale"} and _small(_key(spoken, here + 1)):
        return 1
    if key == "point" and not reading.digits and reading.last and _key(spoken, here + 1) in SMALL:
        reading.last = "point"
        return 1
    if reading.last in {"point", "end"}:
        return _take_digit(reading, key)
    if key in SMALL or key in TENS or key in ORDINALS:
        return _take_small(reading, key)
    if key in MULTIPLES:
        return _take_multiple(reading, key)
    return 0


def _small(key: str) -> bool:
    return key in SMALL or key in TENS or key in ORDINALS


def _take_digit(reading: _Reading, key: str) -> int:
    if reading.last == "point" and SMALL.get(key, 10) < 10:
        reading.digits.append(SMALL[key])
        return 1
    return 0


def _take_small(reading: _Reading, key: str) -> int:
    value = SMALL.get(key) or TENS.get(key) or ORDINALS.get(key) or 0
    after_tens = reading.last == "tens" and 0 < value < 10
    if reading.last not in {"", "hundred", "scale"} and not after_tens:
        return 0
    reading.current += value
    reading.ordinal = key in ORDINALS
    reading.last = "tens" if key in TENS else "small"
    return 1


def _take_multiple(reading: _Reading, key: str) -> int:
    multiple = MULTIPLES[key]
    if key in {"hundred", "dozen"}:
        if not 0 < reading.current < 100:
            return 0
        reading.current *= multiple
        reading.last = "hundred" if key == "hundred" else "end"
        return 1
    if not reading.current or multiple >= reading.scale:
        return 0
    reading.total += reading.current * multiple
    reading.current, reading.scale, reading.last = 0, multiple, "scale"
    return 1


def _lone_word(spoken: tuple[Word, ...], position: int, here: int) -> bool:
    """Whether what was read is no number: "this one", "a second", "one" as a pronoun."""
    if here - position != 1:
        return False
    word, before = spoken[position].key, _key(spoken, position - 1)
    if word == "second":
        return before not in {"the", "every"}
    return word == "one" and before in _NOT_ONE


def _fraction(value: float, spoken: tuple[Word, ...], here: int) -> tuple[float, int]:
    """Add what follows: "and a half", "three quarters", "two thirds"."""
    first, second, third = (_key(spoken, here + step) for step in range(3))
    if first == "and" and second in {"a", "one"} and third in _PARTS:
        return value + 1 / _PARTS[third], here + 3
    if first == "and" and second == "three" and third == "quarters":
        return value + 0.75, here + 3
    if first in {"halves", "thirds", "quarters"} and value < 12:
        return value / _PARTS[first], here + 1
    return value, here
