"""Conditions on the account: what all its leads did, counted per lead, per account, and joined.

The account of a lead is its account id; else its mail domain, unless that is personal; but where
the leads of that domain have one account id among them, and one only, it is that account. Ids and
domains are told apart by a word before them, so that no id is ever taken for a domain. A lead
without account takes no part and meets no condition.

The reasons of such a rule count the lead's own events and those of its colleagues: the account's
events in all, less the lead's own among them, which are counted with its other events.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from leadcard.compiler import plan as p
from leadcard.compiler.backends.sql_build import (
    Build,
    Node,
    Step,
    above,
    alias,
    all_of,
    any_of,
    at_least,
    at_most,
    case,
    col,
    equal,
    joined,
    known,
    name,
    negation,
    number,
    or_else,
    select,
    surely,
    unknown,
)
from leadcard.compiler.backends.sql_events import Events
from leadcard.compiler.backends.sql_leads import Leads

MEMBERS = "members"
_TABLE = "lead_accounts"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sum:
    """One aggregate by account: its column, how it is made from its leads, and for which rule."""

    column: str
    node: Node
    said: str


@dataclass(slots=True)
class Accounts:
    """Gathers what rules ask of accounts, then builds the queries that answer it."""

    build: Build
    leads: Leads
    events: Events
    same_ids: bool
    _sums: dict[tuple[str, p.EventSet], _Sum] = field(default_factory=dict)

    # --- what rules ask ---------------------------------------------------------------------------

    def test(self, test: p.AccountTest, said: str) -> Node:
        """A test on the account; false where there is none."""
        # Whether anybody did it is a question of existence, which costs less than a count.
        exists = (test.low, test.high) == (1, None) or test.high == 0
        kind = "people" if exists or isinstance(test, p.AccountPeople) else "events"
        found = self._summed(kind, test.events, said)
        parts = [at_least(found, number(max(test.low, 0)))]
        if test.high is not None:
            parts.append(at_most(found.copy(), number(test.high)))
        return surely(all_of(parts if test.low > 0 or test.high is None else parts[1:]))

    def evidence(self, rule: p.Rule, said: str) -> tuple[Node, Node]:
        """How many events are behind a rule that looks at the account, and the latest of them."""
        shared, own = rule.account_evidence, rule.evidence
        assert shared is not None
        total = self._summed("events", shared, said)
        latest = self._summed("latest", shared, said)
        if own is None:
            return or_else(total, number(0)), latest
        both = p.EventSet(clauses=tuple(dict.fromkeys((*own.clauses, *shared.clauses))))
        among_own = self.events.count(shared, said)
        others = exp.Paren(this=exp.Sub(this=total, expression=among_own))
        count = exp.Add(this=self.events.count(both, said), expression=others)
        has_account = known(name("lead_id", _TABLE))
        counted = case([(has_account, count)], self.events.count(own, said))
        return counted, self._later(self.events.latest(own, said), latest)

    def _later(self, own: Node, shared: Node) -> Node:
        """The later of two times, of which either may be NULL."""
        mine = any_of([unknown(shared), above(own, shared.copy())])
        return case([(mine, own.copy())], shared.copy())

    def _summed(self, kind: str, events: p.EventSet, said: str) -> Node:
        """The column of `lead_accounts` with a sum over the account; NULL where there is none."""
        key = (kind, events)
        if key not in self._sums:
            self.leads.account()  # its columns must be known before the queries on leads are built
            n = 1 + sum(k == kind for k, _ in self._sums)
            self._sums[key] = _Sum(
                column=f"{kind}_{n}", node=self._aggregate(kind, events, said), said=said
            )
        return col(self._sums[key].column, _TABLE)

    def _aggregate(self, kind: str, events: p.EventSet, said: str) -> Node:
        match kind:
            case "people":
                one = case([(self.events.any(events), number(1))], number(0))
                return exp.Sum(this=one)
            case "events":
                return exp.Sum(this=self.events.count(events, said))
            case _:
                return exp.Max(this=self.events.latest(events, said))

    # --- queries ----------------------------------------------------------------------------------

    def joins(self) -> list[str]:
        """The query to be joined to leads, if any."""
        return [_TABLE] if self._sums else []

    def steps(self) -> Iterator[Step]:
        """The queries on accounts, after those on leads and events."""
        if not self._sums:
            return
        yield from self.membership()
        if self.build.dialect.inlined:
            said = "one row a lead that has an account: what the account's leads did, added up"
            yield Step(name=_TABLE, query=self._lead_accounts(), said=said)
            return
        said = "one row an account: what its leads did, added up"
        yield Step(name="accounts", query=self._accounts(), said=said)
        yield Step(name=_TABLE, query=self._shared(), said="one row a lead that has an account")

    def membership(self) -> Iterator[Step]:
        """The queries that tell the account of each lead; the last of them is `members`."""
        yield Step(
            name="lead_ids",
            query=self._ids(),
            said="the account id of each lead, and its mail domain unless that is personal",
        )
        if self.build.dialect.inlined:
            said = "and the first and last account id of the leads of its domain"
            yield Step(name="domain_ids", query=self._ids_beside(), said=said)
        else:
            said = "mail domains whose leads have one account id, and one only"
            yield Step(name="domain_ids", query=self._domain_ids(), said=said)
        said = "the account of each lead: its id, else the id of its domain, else its domain"
        yield Step(name=MEMBERS, query=self._members(), said=said)

    def _ids(self) -> exp.Select:
        account, domain, personal = self.leads.account()
        columns = [
            col("lead_id"),
            alias(account, "account_id"),
            alias(case([(negation(surely(personal)), domain)]), "domain"),
        ]
        if not self.build.dialect.inlined:
            return select(*columns).from_("lead_values", copy=False)
        values = self.leads.account_values().subquery("account_values", copy=False)
        return select(*columns).from_(values, copy=False)

    def _domain_ids(self) -> exp.Select:
        account = col("account_id", "lead_ids")
        query = select(col("domain"), alias(exp.Min(this=account), "account_id"))
        query = query.from_("lead_ids", copy=False)
        query = query.where(all_of([known(col("domain")), known(account.copy())]), copy=False)
        one = equal(exp.Min(this=account.copy()), exp.Max(this=account.copy()))
        return query.group_by(col("domain"), copy=False).having(one, copy=False)

    def _ids_beside(self) -> exp.Select:
        """The rows of `lead_ids`; a lead without domain is alone."""
        keys = [col("domain"), case([(unknown(col("domain")), col("lead_id"))])]
        first, last = exp.Min(this=col("account_id")), exp.Max(this=col("account_id"))
        query = select(exp.Star(), alias(_beside(first, keys), "first_id"))
        query = query.select(alias(_beside(last, keys), "last_id"), copy=False)
        return query.from_("lead_ids", copy=False)

    def _members(self) -> exp.Select:
        if self.build.dialect.inlined:
            one = equal(col("first_id"), col("last_id"))
            account = self._account(col("account_id"), one, col("first_id"), col("domain"))
            query = select(col("lead_id"), alias(account, "account"))
            return query.from_("domain_ids", copy=False)
        domain, of_domain = col("domain", "lead_ids"), col("account_id", "domain_ids")
        account = self._account(col("account_id", "lead_ids"), known(of_domain), of_domain, domain)
        query = select(col("lead_id", "lead_ids"), alias(account, "account"))
        query = query.from_("lead_ids", copy=False)
        on = equal(col("domain", "domain_ids"), domain.copy())
        return query.join("domain_ids", on=on, join_type="left", copy=False)

    def _account(self, own: Node, has_one: Node, of_domain: Node, domain: Node) -> Node:
        b = self.build
        return case(
            [
                (known(own), joined([b.text("id "), own.copy()])),
                (has_one, joined([b.text("id "), of_domain.copy()])),
                (known(domain), joined([b.text("domain "), domain.copy()])),
            ]
        )

    def _lead_accounts(self) -> exp.Select:
        """`lead_accounts` in one pass."""
        columns: list[Node] = [col("lead_id", "members")]
        for summed in self._sums.values():
            made = alias(_beside(summed.node, [col("account", "members")]), summed.column)
            columns.append(self.build.comment(made, summed.said))
        return self._heard(select(*columns))

    def _accounts(self) -> exp.Select:
        account = col("account", "members")
        columns: list[Node] = [account]
        for summed in self._sums.values():
            made = alias(summed.node, summed.column)
            columns.append(self.build.comment(made, summed.said))
        return self._heard(select(*columns)).group_by(account.copy(), copy=False)

    def _heard(self, query: exp.Select) -> exp.Select:
        """`query` of the members and of what is known of their events."""
        query = query.from_("members", copy=False)
        asked = {c.table for s in self._sums.values() for c in s.node.find_all(exp.Column)}
        for table in self.events.joins():
            if table in asked:
                on = equal(self._key(name("lead_id", table)), self._key(col("lead_id", "members")))
                query = query.join(table, on=on, join_type="left", copy=False)
        return query.where(known(col("account", "members")), copy=False)

    def _shared(self) -> exp.Select:
        columns = [col(summed.column, "accounts") for summed in self._sums.values()]
        query = select(col("lead_id", "members"), *columns).from_("members", copy=False)
        on = equal(col("account", "accounts"), col("account", "members"))
        return query.join("accounts", on=on, copy=False)

    def _key(self, lead_id: Node) -> Node:
        return lead_id if self.same_ids else self.build.call("text", x=lead_id)


def _beside(aggregate: Node, keys: Sequence[Node]) -> Node:
    """An aggregate of the rows with the same keys, beside each of them."""
    return exp.Window(this=aggregate.copy(), partition_by=[key.copy() for key in keys])
