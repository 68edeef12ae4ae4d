"""What a list is and what its columns hold: as it was said, as it was said before, else as it looks."""

from collections.abc import Callable, Mapping, Sequence
from itertools import islice

from outreach_tui.domain.column_values import Look, look_at
from outreach_tui.domain.columns import (
    EXTRA,
    MULTIPLE,
    SheetKind,
    field_named,
    fields_of,
    guess_columns,
    guess_kind,
)
from outreach_tui.errors import BadInput
from outreach_tui.services.importing.memory import ColumnMemory, Said
from outreach_tui.services.ports import Sheet

_LOOKED_AT = 2000
"""So many rows say what a column looks like."""


def looks_of(sheet: Sheet, is_country: Callable[[str], bool]) -> dict[str, Look]:
    """Return what the values of each column look like, by header."""
    return {
        header: look_at((cells[at] for _, cells in islice(sheet.rows, _LOOKED_AT)), is_country)
        for at, header in enumerate(sheet.headers)
    }


def understood(
    sheet: Sheet, looks: Mapping[str, Look], said: Said, memory: ColumnMemory
) -> tuple[SheetKind, dict[str, str], dict[str, str]]:
    """Return the kind of a list, the field of every header, and which of them stand as somebody once said.

    What was said counts first, then what is remembered, then what headers and values let guess. Raises BadInput.
    """
    kind = (
        said.kind
        or memory.kind(sheet.headers, looks)
        or guess_kind(sheet.headers, said.fields, looks)
        or guess_kind(sheet.headers, looks=looks)
        or _refuse_unknown_kind(sheet)
    )
    chosen = _chosen_fields(sheet, said.fields, kind)
    taken = set(chosen.values()) - MULTIPLE
    remembered = {
        header: field
        for header, field in memory.fields(sheet.headers, kind).items()
        if header not in chosen and field not in taken
    }
    columns = guess_columns(sheet.headers, kind, remembered | chosen, looks)
    return kind, columns, remembered


def _chosen_fields(sheet: Sheet, mapping: Mapping[str, str], kind: SheetKind) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for header, typed in mapping.items():
        field = field_named(typed, kind)
        if field is None:
            raise BadInput(
                f"{sheet.name}: a list of {kind.value} has no field “{typed}”",
                f"the fields are {', '.join(fields_of(kind))}",
            )
        if field not in MULTIPLE and field in chosen.values():
            raise BadInput(
                f"{sheet.name}: two columns are mapped to “{field}”",
                f"map one of them to another field, or to {EXTRA}",
            )
        chosen[header] = field
    return chosen


def _refuse_unknown_kind(sheet: Sheet) -> SheetKind:
    unknown = [
        h
        for h, field in guess_columns(sheet.headers, SheetKind.CUSTOMERS).items()
        if field == EXTRA
    ]
    raise BadInput(
        f"{sheet.name}, row {sheet.header_row}: no column names a company, a contact or an order: "
        f"{listed_headers(sheet.headers)}",
        "say what a column holds with a mapping such as "
        f"“{(unknown or sheet.headers)[0]}=name”; the fields are {', '.join(fields_of(SheetKind.CUSTOMERS))}",
    )


def listed_headers(headers: Sequence[str], most: int = 20) -> str:
    """Return the first headers, and how many more there are."""
    more = f" and {len(headers) - most} more" if len(headers) > most else ""
    return ", ".join(islice(headers, most)) + more
