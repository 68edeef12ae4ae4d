"""Change a few settings that belong together: each is explained while one is at it, and what it would do is shown."""

from collections.abc import Callable, Mapping, Sequence

from textual import events
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from outreach_tui.screens.drafting import Keeper
from outreach_tui.screens.modals.fill_form import Field, FillForm, Values

Look = Callable[[Values, str], str]
"""Takes what is typed and the field that one is at, and returns what that would do; raises OutreachError."""


class ChangeSettings(FillForm):
    """A form whose fields explain themselves."""

    DEFAULT_CSS = """
    ChangeSettings {
        & > #box { width: 84; }
        & .row { margin-bottom: 0; }
        & #about { height: auto; min-height: 3; margin-top: 1; color: $foreground; }
        & #understood { margin-top: 1; }
    }
    """

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        look: Look,
        about: Mapping[str, str],
        *,
        draft: Keeper | None = None,
    ) -> None:
        """`about` explains each field, by its name."""
        self._at = fields[0].name
        super().__init__(title, fields, lambda typed: look(typed, self._at), draft=draft)
        self._about = about

    def inside(self) -> list[Widget]:
        """Return the rows, what the current one means, and what was understood."""
        *rows, understood = super().inside()
        return [*rows, Static(id="about"), understood]

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Explain the field that one is at, and show what it would do."""
        name = (event.widget.id or "").removeprefix("field-")
        if name in self._about:
            self._at = name
            self.query_one("#about", Static).update(Content(self._about[name]))
            self._look()
