"""The verbs, each loaded when it is used: `outreach today` imports nothing that only an import needs."""

from importlib import import_module

import click

from outreach_tui import __version__
from outreach_tui.cli.given import Given, shared_options

VERBS = {
    "today": "reading:today",
    "customers": "reading:customers",
    "show": "reading:show",
    "agenda": "coming:agenda",
    "promises": "coming:promises",
    "log": "talking:log",
    "held": "talking:held",
    "done": "talking:done",
    "told": "talking:told",
    "snooze": "deciding:snooze",
    "mute": "deciding:mute",
    "pause": "deciding:pause",
    "resume": "deciding:resume",
    "plan": "planning:plan",
    "move": "planning:move",
    "confirm": "planning:confirm",
    "no-show": "planning:no_show",
    "cancel": "planning:cancel",
    "add": "records:add",
    "edit": "records:edit",
    "contact": "people:contact",
    "assign": "records:assign",
    "merge": "joining:merge",
    "forget": "forgetting:forget",
    "import": "importing:import_",
    "export": "exporting:export",
    "setting": "settings:setting",
    "history": "care:history",
    "undo": "care:undo",
    "redo": "care:redo",
    "backup": "keeping:backup",
    "restore": "keeping:restore",
    "doctor": "keeping:doctor",
    "where": "care:where",
    "demo": "opening:demo",
}
"""Module and function by verb, in the order of the help."""


class Verbs(click.Group):
    """A group that imports the module of a verb when the verb is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  Click's signature
        """Return the verbs in the order in which they are used, not in that of the alphabet."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a verb's command, None if there is none of that name."""
        found = VERBS.get(cmd_name)
        if found is None:
            return None
        module, function = found.split(":")
        command = getattr(import_module(f"outreach_tui.cli.{module}"), function)
        assert isinstance(command, click.Command)
        return command


@click.command(
    cls=Verbs,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@shared_options
@click.version_option(__version__, message="outreach %(version)s")
@click.pass_context
def outreach(context: click.Context, file_: str, as_: str, today_: str, as_json: bool) -> None:
    """Keep customers by talking to them: whom to call, visit or invite today, and why.

    Without a verb the app opens; where there is no terminal, the day's list is printed.
    """
    before = context.find_object(Given) or Given()
    context.obj = before.overridden(file=file_, member=as_, today=today_, as_json=as_json)
    if context.invoked_subcommand is None:
        from outreach_tui.cli.opening import open_app

        open_app(context.obj)
