"""Write `docs/keys.md` from the keymap; with `--check` say whether it is stale.

Run by `make docs` and `make lint`.
"""

import sys
from pathlib import Path

from outreach_tui.keymap import BACK, GROUPS, Key, shown_keys

PAGE = Path(__file__).parents[1] / "docs" / "keys.md"
HEAD = """# Keys

Written by `tools/build_keys.py`; change `src/outreach_tui/keymap.py` instead.

Every action has an id. Give it other keys in `config.toml` (where it is: `outreach where`):

```toml
[keys]
"customer.snooze" = "f5"        # instead of s
"today.no-answer" = "a,f6"      # two keys
```

Letters never fire while something is being typed.
"""


def page() -> str:
    """Return the page as it should be."""
    parts = [HEAD]
    for title, keys in {**GROUPS, "On a customer's page": BACK}.items():
        rows = "\n".join(_row(key) for key in keys)
        parts.append(f"## {title}\n\n| key | what it does | id |\n|---|---|---|\n{rows}\n")
    return "\n".join(parts)


def _row(key: Key) -> str:
    shown = " or ".join(f"`{name}`" for name in shown_keys(key).split(" or "))
    return f"| {shown} | {key.about} | `{key.id}` |"


def main() -> int:
    """Write the page, or compare it."""
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page():
        return 0
    print("docs/keys.md is stale: run make docs", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
