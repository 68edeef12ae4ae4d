"""The app: modes, global keys, theme, routing; nothing else."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from textual import work
from textual.command import CommandPalette
from textual.screen import ModalScreen

from outreach_tui.domain.when import local_day
from outreach_tui.errors import InTheWay, OutreachError
from outreach_tui.failing import FailuresShown
from outreach_tui.keymap import GROUPS, check_remapping, shown_keys
from outreach_tui.palette import ActionProvider, CustomerProvider
from outreach_tui.presentation.help_text import key_lines
from outreach_tui.presentation.load_text import asks_too_much, contradiction_words
from outreach_tui.presentation.news import Deed, news
from outreach_tui.presentation.words import plural
from outreach_tui.screens.acting import ActingScreen, settle, show_history
from outreach_tui.screens.customers import CustomersScreen
from outreach_tui.screens.drafting import Keeper, say_waiting
from outreach_tui.screens.modals.choose import Choice, Choose
from outreach_tui.screens.modals.choose_source import ChooseSource
from outreach_tui.screens.modals.fill_form import Field, FillForm
from outreach_tui.screens.modals.read_text import ReadText
from outreach_tui.screens.modals.working import Working
from outreach_tui.screens.offering import label_offers
from outreach_tui.screens.settings_actions import GROUPS as SETTING_GROUPS
from outreach_tui.screens.settings_actions import change_group, look_at_load, menu
from outreach_tui.screens.today import TodayScreen
from outreach_tui.services.settling import Edit, settled
from outreach_tui.theming import load_themes, shipped_folder

if TYPE_CHECKING:
    from outreach_tui.bootstrap import Services
    from outreach_tui.domain.commit import Commit

DEMO = "demo"
"""The app ends with this when somebody asks for the demo."""
MANY_RECORDS = 20
"""Undoing more than this asks first."""
LOOK_SECONDS = 1.0
"""How often the file is looked at for changes that others made."""
COPIES_SECONDS = 30.0
"""How often the folder is looked at for copies that a sync service made."""
DEFAULT_THEME = "outreach-dark"


class OutreachApp(FailuresShown):
    """Opens on Today."""

    TITLE = "outreach"
    COMMANDS = {ActionProvider, CustomerProvider}
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    CSS_PATH = "app.tcss"

    def __init__(self, services: "Services") -> None:
        super().__init__()
        self.services = services
        self._undo_before: int | None = None
        """After an undo that something stood in the way of: the number below which the next one looks."""
        self._copies_said: set[Path] = set()
        self._trouble = ""
        self._own_themes: list[str] = []
        self.add_mode("today", lambda: TodayScreen(services))
        self.add_mode("customers", lambda: CustomersScreen(services))

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give every theme, Textual's own too, the variables that our styles use."""
        return {
            "muted": "#949fac",
            "line": "#3b434f",
            "line-focus": "#7fb4ca",
            "cursor": "#2b3542",
            "cursor-text": "#ffffff",
            "cursor-blurred": "#232932",
            "state-fresh": "#86b97b",
            "state-due": "#e0b060",
            "state-late": "#e8867c",
            "state-never": "#b59ad6",
        }

    def on_mount(self) -> None:
        """Load theme and keys, open Today, and ask who is there on the first run."""
        self._load_themes()
        self._load_keys()
        self._on = self.services.workspace.today
        self.switch_mode("today")
        self.set_interval(LOOK_SECONDS, self._look_for_changes)
        self.set_interval(COPIES_SECONDS, self._say_what_copies_there_are)
        self.call_after_refresh(self._say_what_copies_there_are)
        self.call_after_refresh(say_waiting, self, self.services)
        if not self.services.members.introduced:
            self.call_after_refresh(self.introduce)
        else:
            self.call_after_refresh(self._say_contradictions)
            self.call_after_refresh(self.say_load)

    def _say_contradictions(self) -> None:
        """Say which settings in the file cannot be meant, and what is used instead."""
        settings = self.services.settings
        said = [
            contradiction_words(found, settings.default_of(found.name))
            for found in settings.contradictions()
        ]
        if said:
            title, text = "Settings", "\n".join([*said, ", changes them."])
            self.notify(text, title=title, severity="warning", timeout=12, markup=False)

    @work
    async def say_load(self) -> None:
        """Ask what to do once a day while far more is promised than can be done."""
        try:
            too_much = asks_too_much(self.services.loads.of())
        except OutreachError:  # the screen says it
            return
        if too_much and self.services.first_today("load"):
            await self._look_at_load()

    async def _look_at_load(self) -> None:
        if await look_at_load(self, self.services):
            self._reload()

    def _say_what_copies_there_are(self) -> None:
        """Say that a sync service made copies: what somebody wrote may be in them only."""
        copies = [path for path in self.services.copies if path not in self._copies_said]
        self._copies_said |= set(copies)
        if copies:
            self.notify(
                "Bring in what only it has: outreach restore --merge PATH. outreach doctor lists all.",
                title=f"A copy lies beside the file: {copies[0].name}",
                severity="warning",
                timeout=12,
                markup=False,
            )

    def _load_themes(self) -> None:
        themes, bad = load_themes(shipped_folder(), self.services.config_path.parent / "themes")
        self._own_themes = sorted(themes)
        for theme in themes.values():
            self.register_theme(theme)
        for file in bad:
            self.notify(
                file.why,
                title=f"The theme {file.path.name} was left out",
                severity="warning",
                markup=False,
            )
        wanted = self.services.config.theme or DEFAULT_THEME
        if wanted not in self.available_themes:
            self.notify(
                f"There is no theme {wanted!r}.", title="Theme", severity="warning", markup=False
            )
            wanted = DEFAULT_THEME
        self.theme = wanted

    def _load_keys(self) -> None:
        keys = self.services.config.keys
        wrong = check_remapping(keys)
        if wrong:
            self.notify(
                "; ".join(wrong), title="Keys in config.toml", severity="warning", markup=False
            )
        self.set_keymap({id_: names.replace(" ", "") for id_, names in keys.items()})

    def pasted(self, text: str) -> str:
        """Return a paste without control characters; tabs part the cells of a table that is to be imported."""
        if not isinstance(self.screen, ChooseSource):
            return super().pasted(text)
        return "\t".join(map(super().pasted, text.split("\t")))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the demo only while there is no customer, and the palette unless a thread has the file."""
        if action == "show_demo":
            return not self.services.store.rows()
        if action == "command_palette":
            return not self._at_work
        return super().check_action(action, parameters)

    def action_command_palette(self) -> None:
        """Open the palette, but not over a question: what it finds could not be done there."""
        if isinstance(self.screen, ModalScreen):
            if not isinstance(self.screen, CommandPalette):
                said = "The palette opens from lists and pages; esc leaves this first."
                self.notify(said, markup=False, timeout=4)
            return
        super().action_command_palette()

    def action_show_demo(self) -> None:
        """Leave this file, and look at the demo."""
        self.exit(DEMO)

    def action_change_theme(self) -> None:
        """Choose another theme, ours or one of the user's own, and keep it."""
        self.choose_theme()

    @work
    async def choose_theme(self) -> None:
        """Ask which theme, show it and keep it."""
        choices = [
            Choice(str(number), name, name, "now" * (name == self.theme))
            for number, name in enumerate(self._own_themes, 1)
        ]
        name = await self.push_screen_wait(Choose("Theme", choices))
        if name is None:
            return
        self.theme = name
        try:
            self.services.remember("theme", name)
        except OutreachError as error:
            self.notify(error.hint, title=error.title, severity="warning", markup=False)

    @work
    async def introduce(self) -> None:
        """Ask once who is there, where, and how many calls a day are realistic."""
        text = "Who are you? Customers are suggested by what you can really do in a day."
        await self._ask_about_me("Welcome to outreach", text)

    async def _ask_about_me(self, title: str, text: str = "") -> None:
        member = self.services.workspace.member
        fields = [
            Field("name", "Your name", member.name),
            Field("email", "E-mail", member.email, "optional; organizes your invitations"),
            Field(
                "city",
                "City",
                member.city,
                f"optional; gives your zone, now {member.zone}",
                offers=label_offers(self.services),
            ),
            Field("calls_a_day", "Calls a day", str(member.calls_a_day), "how many are realistic?"),
        ]
        draft = Keeper(self.services, "me", "About you", of_record=True)
        now = {field.name: field.value for field in fields}
        members = self.services.members
        while True:  # what was typed comes back with the draft, until it is written
            typed = await self.push_screen_wait(
                FillForm(
                    title,
                    fields,
                    lambda typed: members.look_at(typed, member),
                    text=text,
                    draft=draft,
                )
            )
            if typed is None:
                return
            # Before somebody has introduced themself, what the form offers is an answer too.
            left = {f: v for f, v in typed.items() if v.strip() != now[f] or not member.introduced}
            if await settle(
                self,
                self.services,
                Edit(member, left),
                lambda edit: members.introduce(edit.typed, edit.seen),
                settled,
            ):
                break
        draft.drop()
        self._reload()

    @work
    async def action_settings(self) -> None:
        """Change what the team agreed on, how I work, what was said about oneself, or the theme; look at the load."""
        member = self.services.workspace.member
        about = f"{member.name}, {member.zone}, {plural(member.calls_a_day, 'call')} a day"
        choices = [
            Choice("m", "about me", "me", about),
            *menu(self.services),
            Choice("t", "theme", "theme", self.theme),
        ]
        answer = await self.push_screen_wait(Choose("Settings", choices))
        if answer == "me":
            await self._ask_about_me("About me")
        elif answer == "theme":
            self.choose_theme()
        elif answer == "l":
            await self._look_at_load()
        elif answer and await change_group(self, self.services, SETTING_GROUPS[answer]):
            self._reload()

    def _reload(self) -> None:
        if isinstance(self.screen, ActingScreen):
            self.screen.reload()

    @property
    def _at_work(self) -> bool:
        """Whether a thread has the file, whatever lies on top of the dialog that waits for it."""
        return any(isinstance(screen, Working) for screen in self.screen_stack)

    def _look_for_changes(self) -> None:
        """Show what other members or commands wrote, and the new day after midnight."""
        if not self.is_running or not self.screen.is_mounted:  # it begins, or ends
            return
        if self._at_work:
            return
        try:
            before, self._on = self._on, self.services.workspace.today
            wrote = self.services.workspace.store.refresh()
            if wrote or self._on != before:
                self._reload()
            if self._on != before and isinstance(self.screen, TodayScreen):
                self.say_load()
            if wrote:
                self._tell(wrote)
            self._trouble = ""
        except OutreachError as error:
            if error.title != self._trouble:  # once, not every second while it lasts
                self.notify(error.hint, title=error.title, severity="error", markup=False)
            self._trouble = error.title

    def _tell(self, commits: "Sequence[Commit]") -> None:
        """Say who did what meanwhile."""
        workspace = self.services.workspace
        names = {m.id: m.name for m in workspace.members}
        deeds = [Deed(c.member_id, f"took back: {c.did}" if c.undone else c.did) for c in commits]
        text = news(deeds, names, workspace.member.id)
        self.notify(text, markup=False, timeout=5)

    def action_go(self, mode: str) -> None:
        """Go to a main screen."""
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.switch_mode(mode)

    def action_show_keys(self) -> None:
        """Show all keys."""
        mine = self.services.config.keys
        groups = {
            title: [(shown_keys(key, mine), key.about) for key in keys]
            for title, keys in GROUPS.items()
        }
        self.push_screen(ReadText("Keys", lambda width: key_lines(groups, width)))

    def action_history(self) -> None:
        """Show what was done in this file, the newest first."""
        show_history(self, self.services.workspace)

    @work
    async def action_undo(self) -> None:
        """Take the last change back; asks first where that is much, or long ago."""
        await self._take_back("undo")

    @work
    async def action_redo(self) -> None:
        """Do again what was undone last."""
        await self._take_back("redo")

    async def _take_back(self, verb: str) -> None:
        workspace = self.services.workspace
        before = self._undo_before
        commit = workspace.next_undo(before) if verb == "undo" else workspace.next_redo()
        forgot = verb == "undo" and workspace.forgot_last()
        if commit is not None:
            earlier = local_day(commit.at, workspace.zone) < local_day(
                workspace.clock.real_now(), workspace.zone
            )
            if commit.records > MANY_RECORDS or earlier or forgot:
                when = "an earlier day" if earlier else "just now"
                said = "Forgetting a person cannot be undone. Before it: " if forgot else ""
                sure = await self.push_screen_wait(
                    Choose(
                        f"{verb.capitalize()}?",
                        [Choice("n", "no", False), Choice("y", f"yes, {verb}", True)],
                        f"{said}{commit.did}: {plural(commit.records, 'record')}, {when}.",
                    )
                )
                if not sure:
                    return
        try:
            done = workspace.undo(before) if verb == "undo" else workspace.redo()
        except InTheWay as error:
            self._undo_before = error.seq
            more = "u again goes on to what you did before that." if verb == "undo" else ""
            self.notify(f"{error.hint}. {more}", title=error.title, timeout=10, markup=False)
            return
        except OutreachError as error:
            self._undo_before = None
            self.notify(error.hint or " ", title=error.title, markup=False)
            return
        self._undo_before = None
        back = "U does it again." if verb == "undo" else "u takes it back."
        self.notify(
            back, title=f"{'Undone' if verb == 'undo' else 'Done again'}: {done.did}", markup=False
        )
        self._reload()


def run_app(services: "Services") -> None:
    """Open the app on the team's file; and the demo after it, if that was asked for."""
    services.store  # noqa: B018  a damaged file is said on the command line, before the screen changes
    services.config  # noqa: B018  as above
    services.workspace.member  # noqa: B018  as above: nobody may answer to --as
    try:
        wanted = _run(services)
    finally:
        services.close()
    if wanted == DEMO:
        from outreach_tui.bootstrap import sample_services

        with TemporaryDirectory(prefix="outreach-demo-") as folder:
            _run(sample_services(Path(folder), services.clock.asked_for))


def _run(services: "Services") -> str | None:
    """Return what the app ended with; raise the bug that it ended by, now that the terminal is as it was."""
    app = OutreachApp(services)
    wanted = app.run()
    if app.bug is not None:
        raise app.bug
    return wanted
