"""Everything that can be done with a suggestion or a customer, the same on every screen that shows them."""

from outreach_tui.screens.export_actions import ExportActions
from outreach_tui.screens.plan_actions import PlanActions
from outreach_tui.screens.record_actions import RecordActions
from outreach_tui.screens.talk_actions import TalkActions


class CustomerActions(TalkActions, PlanActions, RecordActions, ExportActions):
    """All groups of actions."""
