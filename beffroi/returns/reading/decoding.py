"""From bytes to text: the encoding is found, and text encoded twice is mended."""

from __future__ import annotations

import io
import re

from beffroi.returns.reading.findings import finding
from beffroi.returns.reading.lines import Finding

_SMALL = "àâäéèêëîïôöùûüÿçœæáíóúñãõßøå"
_CAPITAL = "ÀÂÄÉÈÊËÎÏÔÖÙÛÜŸÇŒÆÁÍÓÚÑØÅ"
_SIGNS = "€£°²³«»’‘“”–—…•·½\u00a0§©®±×\u202f\u2009"
_LEGACY = {"mac_roman": "Macintosh", "cp850": "DOS"}
"""What is tried beside Windows-1252, with the name people give it."""

_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def decoded(content: bytes, declared: str | None = None) -> tuple[str, list[Finding]]:
    """The text of a file, with what is to be said of its encoding.

    ``declared`` is the encoding that the file itself names, as a web page does.
    """
    text, findings = _decoded(content, declared)
    if wrong := _TWICE.search(text):
        word = _word_around(text, wrong.start())
        findings.append(finding("1", "double_encoded", f"« {word} » pour « {_mended(word)} »"))
        text = "\n".join(map(_mended, text.split("\n")))
    lost = text.count("\ufffd")
    if lost:
        findings.append(finding("1", "unreadable_characters", lost))
    return text, findings


def _decoded(content: bytes, declared: str | None) -> tuple[str, list[Finding]]:
    mark, encoding = next(
        ((mark, encoding) for mark, encoding in _BYTE_ORDER_MARKS if content.startswith(mark)),
        (b"", _wide_encoding(content)),
    )
    if encoding and encoding != "utf-8":
        return content.decode(encoding, errors="replace"), []
    bare = content.removeprefix(mark)
    try:
        return bare.decode("utf-8"), []
    except UnicodeDecodeError:
        pass
    if mark:
        return _line_by_line(bare)
    # Files are pasted together: some lines may be UTF-8 all the same.
    if _UTF8_LETTER.search(bare):
        return _line_by_line(bare)
    return _legacy(bare, declared)


def _wide_encoding(content: bytes) -> str:
    """UTF-16 without its mark: every other byte of a text in our alphabet is nought."""
    start = content[:2000]
    if len(start) < 4 or start.count(0) < len(start) // 3:
        return ""
    return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"


def _line_by_line(content: bytes) -> tuple[str, list[Finding]]:
    """Two encodings in one file: each line in UTF-8 where it is, in Windows-1252 otherwise."""
    lines = []
    others = 0
    for line in io.BytesIO(content):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            others += 1
            lines.append(_windows(line))
    return "".join(lines), [finding("1", "mixed_encoding", others)]


def _legacy(content: bytes, declared: str | None) -> tuple[str, list[Finding]]:
    """One byte a character: what the file declares, or the encoding that gives plausible text."""
    if declared:
        try:
            return content.decode(declared), []
        except (LookupError, UnicodeDecodeError):
            pass
    best = _windows(content)
    most = 2 * _plausibility(best)
    findings = []
    for encoding, called in _LEGACY.items():
        text = content.decode(encoding)
        if _plausibility(text) > most:
            best, most = text, _plausibility(text)
            findings = [finding("1", "guessed_encoding", called)]
    return best, findings


def _plausibility(text: str) -> int:
    """How many characters beyond ASCII are those that people write, where they write them."""
    return len(_PLAUSIBLE_ONES.findall(text))


def _windows(content: bytes) -> str:
    """Windows-1252; a currency sign there is the euro of Latin-9."""
    return content.decode("cp1252", errors="replace").replace("¤", "€")


def _word_around(text: str, position: int) -> str:
    """The word that stands at a position."""
    before = _BETWEEN_WORDS.split(text[max(0, position - 30) : position])[-1]
    return before + _BETWEEN_WORDS.split(text[position : position + 30])[0]


def _mended(line: str) -> str:
    """The line as it was before it was encoded twice, or three times."""
    for _ in range(3):
        if not _TWICE.search(line) and not _THRICE.search(line):
            break
        line = _encoded_once_less(line)
    return line


def _encoded_once_less(line: str) -> str:
    """A line of one piece goes back at once; else only what is surely wrong in it."""
    for byte_of in _BYTES:
        try:
            return bytes(byte_of[character] for character in line).decode()
        except (KeyError, UnicodeDecodeError):
            continue
    return _TWICE.sub(lambda match: _MENDINGS[match[0]], line)


def _windows_or_latin(byte: int) -> str:
    """One byte of Windows-1252, in which five mean nothing and are kept as they are."""
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


_BYTES = tuple(
    {character_of(byte): byte for byte in range(256)}
    for character_of in (_windows_or_latin, chr, lambda byte: bytes([byte]).decode("mac_roman"))
)
"""For each encoding that UTF-8 is mistaken for, the byte behind a character."""
_PLAUSIBLE_ONES = re.compile(
    f"(?<![A-Z])[{_SMALL}]|(?<![A-Za-z])[{_CAPITAL}]|(?<=[A-Z])[{_CAPITAL}](?![a-z])|[{_SIGNS}]"
)
_UTF8_LETTER = re.compile(rb"[\x20-\x7e]\xc3[\x80-\xbf][\x20-\x7e\r\n]")
_MENDINGS = {
    "".join(character_of[byte] for byte in character.encode()): character
    for character_of in ({byte: shown for shown, byte in each.items()} for each in _BYTES)
    for character in _SMALL + _CAPITAL + _SIGNS
}
"""What a character looks like once it is encoded twice, and what it is."""
_TWICE = re.compile("|".join(map(re.escape, sorted(_MENDINGS, key=len, reverse=True))))
_THRICE = re.compile("Ã[ƒ‚\x83\x82]|Â[\x80-\x9f]")
_BETWEEN_WORDS = re.compile(r"[ \r\n\t;,|\"]")
