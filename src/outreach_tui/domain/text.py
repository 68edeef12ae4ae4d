"""Text from outside is hostile: strip what can move a cursor, fill a clipboard or hide a name.

Used at every border (files, commands, clipboard, other members) and again when text is shown.
Measured: Textual and Rich hand ESC, CSI and OSC 52 sequences in plain text to the terminal as they are.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# Whole escape sequences go with their parameters, so that "\x1b[31mred" leaves "red", not "[31mred". A sequence
# that carries text must end on its line: what follows a stray ESC is somebody's note, and inert without the ESC.
# The one-byte forms (C1) lose only that byte: in files they come from text read in the wrong encoding, where
# "\x9d" is a third of a closing quote and what follows it is the rest of the sentence.
_SEQUENCES = re.compile(
    r"\x1b\][^\x07\x1b\x9c\r\n]*(?:\x07|\x1b\\|\x9c)"  # OSC ... BEL or ST
    r"|\x1b[PX^_][^\x1b\x9c\r\n]*(?:\x1b\\|\x9c)"  # DCS, SOS, PM, APC
    r"|\x1b\[[0-?]*[ -/]*[@-~]?"  # CSI
    r"|\x1b[ -/]*[0-~]?"  # two-byte escapes
)
# C0 and C1 controls, bidi embeddings, overrides, isolates and marks, what Unicode says to show as nothing
# (Default_Ignorable_Code_Point: soft hyphens, fillers that make an empty name look filled), line and paragraph
# separators, lone surrogates, noncharacters and tags.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
)
# Joiners (ZWNJ, ZWJ) and variation selectors stay where they shape something: Persian and Indic words, emoji of
# several parts, variants of Han characters in Japanese names. Beside a space, at an end or in a row they only hide.
_SELECTOR = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_LOOSE = re.compile(
    f"(?<![^\\s\u200c\u200d{_SELECTOR}])[{_SELECTOR}]+"
    f"|(?<![^\\s\u200c\u200d])[\u200c\u200d]+"
    f"|[\u200c\u200d]+(?![^\\s\u200c\u200d{_SELECTOR}])"
)
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"\s+")


def clean_text(value: str) -> str:
    """Return `value` safe to show on several lines: `\\n` stays, tabs become spaces, NFC."""
    if value.isascii() and value.isprintable():
        return value
    value = _SEQUENCES.sub("", value)
    value = _LINE_ENDS.sub("\n", value).replace("\t", "    ")
    return unicodedata.normalize("NFC", _LOOSE.sub("", _CONTROLS.sub("", value)))


def clean_line(value: str) -> str:
    """Return `value` safe to show on one line: every run of white space becomes one space, trimmed."""
    return _SPACES.sub(" ", clean_text(value)).strip()


def fold(value: str) -> str:
    """Return the form in which names are compared: no accents, no case, letters and digits only.

    "Café Müller & Søn" and "cafe muller son" fold to the same text. Letters that Unicode does not
    decompose (ø, ł, ß, æ, đ) are spelled out. Every combining mark goes, in all scripts; the keys of the
    gazetteer are made with this, so a change here means building that again.
    """
    plain = clean_line(value)
    if plain.isascii():
        return " ".join(_ASCII_WORDS.findall(plain.casefold()))
    # Twice, since "ℌ" has its case, and "ŉ" its decomposition, only after the first round.
    for _ in range(2):
        plain = unicodedata.normalize("NFKD", plain.translate(_SPELLED)).casefold()
    plain = "".join(c for c in plain.translate(_SPELLED) if not unicodedata.combining(c))
    return " ".join(_WORDS.findall(plain))


_SPELLED = str.maketrans(
    {"ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
    # Signs, not letters: NFKD would make "Acme™" a name of its own, "acmetm".
    | {"™": " ", "℠": " "}
)
_WORDS = re.compile(r"[^\W_]+")
_ASCII_WORDS = re.compile(r"[a-z0-9]+")


@lru_cache(maxsize=1 << 16)  # the names, towns and headers of a list come back in every row
def text_key(text: str) -> str:
    """Return the form in which names and towns are matched; text of symbols only stands for itself."""
    return fold(text) or text.casefold()


def in_one_line(lines: Iterable[str]) -> str:
    """Return lines of prose as one, with a semicolon where a line does not end as a sentence does."""
    found = ""
    for line in lines:
        if found:
            found += " " if found.endswith((".", "!", "?", "…")) else "; "
        found += line
    return found
