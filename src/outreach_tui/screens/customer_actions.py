"""Everything that can be done with a suggestion or a customer, the same on every screen that shows them."""

from outreach_tui.screens.export_actions import ExportActions
from outreach_tui.screens.forgetting_actions import ForgettingActions
from outreach_tui.screens.joining_actions import JoiningActions
from outreach_tui.screens.people_actions import PeopleActions
from outreach_tui.screens.plan_actions import PlanActions
from outreach_tui.screens.record_actions import RecordActions
from outreach_tui.screens.talk_actions import TalkActions


class CustomerActions(
    TalkActions,
    PlanActions,
    RecordActions,
    PeopleActions,
    JoiningActions,
    ForgettingActions,
    ExportActions,
):
    """All groups of actions."""
