"""Whole exports as they come from outside: their texts are cleaned, all else stays byte for byte.

Only the store understands what is in them; a text is the same in every JSON.
"""

import io
import json
import re

from outreach_tui.domain.text import clean_text

# Without its end too: a text that is not closed is looked through once, and refused by whoever reads the file.
_TEXT = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)


def clean_json(data: bytes) -> bytes:
    """Return the JSON with all its texts, names of fields too, safe to show; what is clean is as it was.

    Our own files hold clean text only and come back unchanged. What is no JSON is left to its reader.
    """
    # No text of JSON goes over the end of a line.
    lines = io.BytesIO(data)
    return b"".join(line if _is_plain(line) else _TEXT.sub(_cleaned, line) for line in lines)


def _is_plain(data: bytes) -> bool:
    return data.isascii() and b"\\" not in data and b"\x7f" not in data


def _cleaned(found: re.Match[bytes]) -> bytes:
    if _is_plain(found[0]):
        return found[0]
    try:
        text = json.loads(found[0])
    except ValueError:
        return found[0]
    clean = clean_text(text)
    return found[0] if clean == text else json.dumps(clean, ensure_ascii=False).encode()
