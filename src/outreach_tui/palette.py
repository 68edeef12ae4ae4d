"""The palette finds any customer, and every action of the screen."""

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from outreach_tui.domain.text import fold
from outreach_tui.screens.acting import ActingScreen
from outreach_tui.screens.customer import CustomerScreen
from outreach_tui.screens.export_actions import EXPORTS, ExportActions

MOST_HITS = 20
CUSTOMERS_FIRST = 1000.0
"""Who types a name means a customer; actions match almost any letters."""


class CustomerProvider(Provider):
    """Customers by name, town or person."""

    async def search(self, query: str) -> Hits:
        """Yield the customers whose name, town or person holds every word, the best first."""
        screen = self.screen
        if not isinstance(screen, ActingScreen):
            return
        words = fold(query).split()
        found = []
        for standing in screen.desk.customers.listing():
            row = standing.facts
            text = fold(f"{row.name} {row.city} {row.contact_name}")
            if words and all(word in text for word in words):
                found.append((not fold(row.name).startswith(words[0]), fold(row.name), standing))
        for position, (_, _, standing) in enumerate(sorted(found, key=lambda f: f[:2])[:MOST_HITS]):
            row = standing.facts
            # Part of the prompt, since the palette reads a help text as markup.
            about = " · ".join(filter(None, (row.city, row.contact_name, standing.tier.value)))
            yield Hit(
                CUSTOMERS_FIRST - position,
                Content.assemble(row.name, "\n", (about, "$text-muted")),
                lambda id_=row.customer_id: self.app.push_screen(CustomerScreen(screen.desk, id_)),
                text=row.name,
            )


class ActionProvider(Provider):
    """The actions of the screen, by what they do."""

    def _actions(self) -> list[tuple[str, str]]:
        from outreach_tui.keymap import GROUPS

        about = {key.id: key.about for group in GROUPS.values() for key in group}
        shown = []
        for _, binding, enabled, _ in self.screen.active_bindings.values():
            if enabled and binding.id in about and not binding.id.startswith("list."):
                shown.append((about[binding.id], binding.action))
        shown.append(("Change the theme", "app.change_theme"))
        if isinstance(self.screen, ExportActions):
            shown += [(about, f"export_records('{kind}')") for about, kind in EXPORTS.items()]
        return sorted(set(shown))

    async def discover(self) -> Hits:
        """Yield every action."""
        for about, action in self._actions():
            yield DiscoveryHit(about, lambda run=action: self.screen.run_action(run))

    async def search(self, query: str) -> Hits:
        """Yield the actions that match."""
        matcher = self.matcher(query)
        for about, action in self._actions():
            score = matcher.match(about)
            if score > 0:
                yield Hit(
                    score,
                    matcher.highlight(about),
                    lambda run=action: self.screen.run_action(run),
                    text=about,
                )
