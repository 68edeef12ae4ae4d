"""Which customer a row of contacts, purchases or touchpoints means."""

from outreach_tui.domain.customer import Customer
from outreach_tui.services.importing.books import CustomerBook, listed
from outreach_tui.services.importing.tables import Row
from outreach_tui.services.ports import Ids


class CustomerFinder:
    """Finds customers by what rows call them; only a certain answer counts."""

    def __init__(self, customers: CustomerBook, ids: Ids) -> None:
        self._customers = customers
        self._ids = ids
        self._found: dict[str, list[Customer]] = {}
        self.made: list[str] = []
        """Names of the customers that rows of contacts made."""

    def of_row_or_new(self, row: Row) -> Customer:
        """Return the customer, a new one if none on file is called so. Raises BadInput if several are."""
        name, by_id = row.text("customer"), row.text("customer_id")
        if self._customers.find_own(row.text("own_customer_id")):
            return self.of_row(row)
        if not name or self._called(name) or self._customers.by_any_external_id(by_id):
            return self.of_row(row)
        ids = {row.table.header("customer_id"): by_id} if by_id else {}
        customer = Customer(id=self._ids.new(), name=name, external_ids=ids)
        self._customers.put(customer)
        self._found.clear()
        self.made.append(name)
        return customer

    def of_row(self, row: Row) -> Customer:
        """Return the customer. Raises BadInput, which names the candidates if there are several."""
        if own := self._customers.find_own(row.text("own_customer_id")):
            return own
        if not row.text("customer") and not row.text("customer_id"):
            raise row.lacks("customer_id", "customer")
        if by_id := row.text("customer_id"):
            found = self._customers.by_any_external_id(by_id)
            if len(found) == 1:
                return found[0]
        field = "customer" if row.text("customer") else "customer_id"
        return self._only(row, field, self._called(row.text(field)))

    def _called(self, name: str) -> list[Customer]:
        """Return the customers of a name, written just so if there are any; else those with that id elsewhere."""
        if name not in self._found:
            named = self._customers.named(name)
            just_so = [customer for customer in named if customer.name == name]
            found = just_so or named or self._customers.by_any_external_id(name)
            if not found and "@" in name and (mailed := self._customers.with_email(name)):
                found = [mailed]
            self._found[name] = found
        return self._found[name]

    def _only(self, row: Row, field: str, found: list[Customer]) -> Customer:
        if len(found) == 1:
            return found[0]
        if found:
            raise row.unreadable(
                field, f"can be {len(found)} customers: {listed(found)}", "use their id instead"
            )
        raise row.unreadable(
            field,
            "is no customer on file",
            "import the list of customers first, or correct the name",
        )
