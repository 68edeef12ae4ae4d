"""Bring files in, from the lists."""

from textual import work

from outreach_tui.presentation.import_text import came_in
from outreach_tui.screens.acting import ActingScreen


class ImportActions(ActingScreen):
    """A screen from which spreadsheets, cards and calendars come in."""

    @work
    async def action_import_file(self) -> None:
        """Import lists, vCards, a calendar, or a whole export in JSON."""
        from outreach_tui.screens.import_wizard import ImportWizard

        came = await self.app.push_screen_wait(ImportWizard(self.desk))
        if came is None or not came.files:
            return
        looks = "looks like a customer" if came.twins == 1 else "look like customers"
        also = f"\n{came.twins:,} {looks} you have: M shows them." if came.twins else ""
        self.say(f"u takes the whole import back.{also}", title=came_in(came.files))
        self.reload()
