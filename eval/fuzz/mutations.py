"""What breaks readers: texts, bytes and values changed at random, with an eye to the format they are of.

Every function takes a ``random.Random`` and nothing else that could differ between two runs.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

_LONGEST = 200_000  # characters or bytes of most inputs; what is larger has a test of its own
_DEEPEST = 3_000
ODD = (
    "\x00", "\x01", "\x08", "\x0b", "\x0c", "\x1b[31m", "\x1b]0;x\x07", "\x7f", "\x85", "\x9b2J", "\xa0", "\xad",
    "\u0301", "\u0600", "\u115f", "\u200b", "\u200d", "\u200e", "\u2028", "\u2029", "\u202e", "\u2066", "\u2069",
    "\u3000", "\ufdfa", "\ufeff", "\ufffe", "\uffff", "\ud800", "\udc80", "\U0001f468\u200d\U0001f469", "\U000e0001",
    "\U0010ffff", "İ", "ſ", "ﬃ", "ß", "\r", "\r\n", "\n\n", "\t", " ", "\n", "&", "<", ">", '"', "'", "\\", "%", "/",
    "..", "|", "`", "*", "_", "~", "{", "}", "[", "]", "&#0;", "&#xD800;", "&#x110000;", "&#99999999999;", "&nbsp;",
    "&amp;amp;", "&bogus;", "&lt;p&gt;", "$(x)", "{{x}}", "%00", "%s%n",
)  # fmt: skip
NUMBERS = (
    "0", "-1", "1", "00", "2147483648", "-2147483649", "4294967296", "9223372036854775808", "1e999", "-1e999", "NaN",
    "9" * 30, "9" * 5_000, "0x7fffffff", "1.7976931348623157e309", "٣", "²", "1_000", "0000-00-00", "9999-99-99",
    "99999-01-01", "2024-02-30", "2024-01-09T25:61:61+99:99", "2024-01-09T06:30:00+14:01", "31/02/2024", "2024-W01-1",
    "0001-01-01T00:00:00+01:00",
)  # fmt: skip
_ENCODINGS = (
    "utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "utf-7",
    "cp1252", "cp1251", "koi8-r", "shift_jis", "gb18030", "euc_kr", "cp037",
)  # fmt: skip
_DECLARED = (
    "utf-8", "UTF-16", "utf-7", "latin1", "x-user-defined", "base64", "zlib", "idna", "unicode_escape", "rot13",
    "cp037", "iso-2022-jp", "hz", "\udcff", "", "a" * 60, "mbcs", "undefined", "punycode",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """What a format is made of: tokens to put in anywhere, and pairs to nest text in."""

    tokens: Sequence[str]
    pairs: Sequence[tuple[str, str]]


def mutated_text(text: str, rng: Random, shape: Shape, others: Sequence[str]) -> str:
    """The text after one change or a few; ``others`` are texts of the same format, to splice with."""
    for _ in range(_few(rng)):
        change = rng.choices(_CHANGES, _WEIGHTS)[0]
        text = change(text, rng, shape, others)[:_LONGEST]
    return text


def encoded(text: str, rng: Random) -> bytes:
    """The text in UTF-8; now and then in another encoding, with halves of characters, or under a wrong name."""
    if rng.random() < 0.1:
        name = rng.choice(_DECLARED)
        text = re.sub(r"(charset|encoding)(\s*=\s*[\"']?)[\w-]+", lambda m: m[1] + m[2] + name, text, count=1)
    if rng.random() < 0.85:
        return text.encode("utf-8", "surrogatepass" if rng.random() < 0.5 else "replace")
    name = rng.choice(_ENCODINGS)
    return text.encode(name, "surrogatepass" if name.startswith("utf-") and name != "utf-7" else "replace")


def mutated_bytes(data: bytes, rng: Random, others: Sequence[bytes] = ()) -> bytes:
    """The bytes after one change or a few."""
    found = bytearray(data)
    for _ in range(_few(rng)):
        at, length = _place(len(found), rng)
        match rng.randrange(8):
            case 0 if found:
                found[min(at, len(found) - 1)] ^= 1 << rng.randrange(8)
            case 1:
                found[at : at + length] = rng.randbytes(min(length, 64))
            case 2:
                del found[at : at + length]
            case 3:
                found[at:at] = bytes(found[at : at + length]) * rng.choice((1, 2, 50))
            case 4:
                found[at : at + 4] = _integer(rng)
            case 5 if others:
                other = rng.choice(others)
                start, size = _place(len(other), rng)
                found[at:at] = other[start : start + size]
            case 6:
                del found[at:]
            case _:
                found[at:at] = rng.choice(
                    (b"\x00", b"\xff", b"\n", b"\r\n\r\n", b" ", b"\xef\xbb\xbf", b"\x1f\x8b")
                ) * rng.choice((1, 9))
        del found[_LONGEST:]
    return bytes(found)


def mutated_value(value: object, rng: Random, depth: int = 0) -> object:
    """A JSON value with one of the values in it changed."""
    if depth > 6 or rng.random() < 0.25 or not value or not isinstance(value, Mapping | list | tuple):
        return rng.choice(_STRANGE)(value, rng)
    if isinstance(value, Mapping):
        key = rng.choice(list(value))
        if rng.random() < 0.15:
            return {**{k: v for k, v in value.items() if k != key}, rng.choice(ODD) + str(key): value[key]}
        return {**value, key: mutated_value(value[key], rng, depth + 1)}
    at = rng.randrange(len(value))
    return [*value[:at], mutated_value(value[at], rng, depth + 1), *value[at + 1 :]]


def _nested(value: object, rng: Random) -> object:
    for _ in range(rng.choice((1, 20, 400))):
        value = [value] if rng.random() < 0.5 else {"name": value}
    return value


_STRANGE: tuple[Callable[[object, Random], object], ...] = (
    lambda _value, _rng: None,
    lambda _value, rng: rng.choice(
        (0, -1, 10**30, 1.5, float("inf"), float("nan"), True, "", [], {}, [[]], [None], {"": None})
    ),
    lambda _value, rng: rng.choice(ODD) * rng.choice((1, 3, 5_000)),
    lambda _value, rng: rng.choice(NUMBERS),
    lambda value, rng: f"{value}{rng.choice(ODD)}{value}",
    lambda value, rng: [value] * rng.choice((2, 300)),
    lambda value, _rng: {"name": value, "value": value, "role": "main"},
    lambda value, rng: str(value)[: rng.randrange(len(str(value)) + 1)],
    _nested,
)


def _few(rng: Random) -> int:
    return rng.choice((1, 1, 1, 2, 2, 3, 4, 6, 10))


def _place(size: int, rng: Random) -> tuple[int, int]:
    """Where something is changed, and how much of it."""
    return rng.randrange(size + 1), min(size, rng.choice((1, 1, 2, 4, 10, 40, 200, 1_000)))


def _integer(rng: Random) -> bytes:
    number = rng.choice((0, 1, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, rng.randrange(1 << 32)))
    return struct.pack(rng.choice(("<I", ">I")), number)


def _token(text: str, rng: Random, shape: Shape, _others: Sequence[str]) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.choice(shape.tokens) + text[at:]


def _oddity(text: str, rng: Random, _shape: Shape, _others: Sequence[str]) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.choice(ODD) * rng.choice((1, 1, 1, 2, 30, 3_000)) + text[at:]


def _cut(text: str, rng: Random, _shape: Shape, _others: Sequence[str]) -> str:
    at, length = _place(len(text), rng)
    return text[:at] + (text[at + length :] if rng.random() < 0.8 else "")


def _repeated(text: str, rng: Random, _shape: Shape, _others: Sequence[str]) -> str:
    at, length = _place(len(text), rng)
    return text[:at] + text[at : at + length] * rng.choice((2, 2, 3, 10, 100, 2_000)) + text[at + length :]


def _moved(text: str, rng: Random, _shape: Shape, _others: Sequence[str]) -> str:
    at, length = _place(len(text), rng)
    piece, rest = text[at : at + length], text[:at] + text[at + length :]
    to = rng.randrange(len(rest) + 1)
    return rest[:to] + piece + rest[to:]


def _spliced(text: str, rng: Random, _shape: Shape, others: Sequence[str]) -> str:
    other = rng.choice(others) if others else text
    return text[: rng.randrange(len(text) + 1)] + other[rng.randrange(len(other) + 1) :]


def _nest(text: str, rng: Random, shape: Shape, _others: Sequence[str]) -> str:
    start, end = rng.choice(shape.pairs)
    at, length = _place(len(text), rng)
    times = rng.choice((1, 2, 5, 50, 300, _DEEPEST))
    closed = times if rng.random() < 0.7 else rng.randrange(times + 1)
    return text[:at] + start * times + text[at : at + length] + end * closed + text[at + length :]


def _number(text: str, rng: Random, _shape: Shape, _others: Sequence[str]) -> str:
    places = [match.span() for match in re.finditer(r"\d[\d:T+.-]*", text[:20_000])]
    if not places:
        return text + rng.choice(NUMBERS)
    start, end = rng.choice(places)
    return text[:start] + rng.choice(NUMBERS) + text[end:]


def _without_mark(text: str, rng: Random, _shape: Shape, _others: Sequence[str]) -> str:
    """Without one of the characters that give a format its structure."""
    places = [match.start() for match in re.finditer(r"[<>\"'/=&;{}\[\]:,#\n|-]", text[:20_000])]
    if not places:
        return text
    at = rng.choice(places)
    return text[:at] + text[at + 1 :]


def _line(text: str, rng: Random, _shape: Shape, _others: Sequence[str]) -> str:
    """A line doubled, dropped, joined with the next, or put elsewhere."""
    lines = text.split("\n")
    at = rng.randrange(len(lines))
    match rng.randrange(4):
        case 0:
            lines.insert(at, lines[at])
        case 1:
            del lines[at]
        case 2:
            lines[at : at + 2] = ["".join(lines[at : at + 2])]
        case _:
            lines.insert(rng.randrange(len(lines)), lines.pop(at))
    return "\n".join(lines)


def _babble(text: str, rng: Random, shape: Shape, _others: Sequence[str]) -> str:
    """A few words and marks of the format over and over in any order: what makes patterns go back and forth."""
    at, length = _place(len(text), rng)
    words = (text[at : at + length].split() or ["a"])[:4] + rng.choices(
        (*shape.tokens, "and", ",", ".", "A", "de"), k=3
    )
    run = rng.choice((" ", " ", "", ", ")).join(
        rng.choices([word.strip()[:20] for word in words], k=rng.choice((20, 60, 200)))
    )
    return text[:at] + run + text[at + rng.choice((0, length)) :]


def _other_case(text: str, rng: Random, _shape: Shape, _others: Sequence[str]) -> str:
    at, length = _place(len(text), rng)
    return text[:at] + text[at : at + length].swapcase() + text[at + length :]


_CHANGES = (
    _token,
    _oddity,
    _cut,
    _repeated,
    _moved,
    _spliced,
    _nest,
    _number,
    _without_mark,
    _line,
    _other_case,
    _babble,
)
_WEIGHTS = (6, 4, 4, 3, 2, 2, 3, 2, 4, 2, 1, 3)
