"""Whatever is commanded in whatever order: reserved never exceeds the budget, paid never the grant, no won is lost."""

import tempfile
from pathlib import Path

from grants_office import AGENCY, Office, Wire, a_call
from grants_scenarios import BUYER, CLOSES, DURING, OPENS, SME
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from contracts import registration
from contracts.rejection import Rejection
from services.chassis.access import Actor
from services.grants.domain import agreement, programme
from services.grants.domain.commands import (
    CheckEligibility,
    DraftApplication,
    EvaluateApplication,
    MakePayment,
    PlannedInstalment,
    SelectApplication,
    SetBudget,
    SignAgreement,
    SubmitApplication,
    WithdrawApplication,
)

PANEL = Actor("panel-1", "evaluator")
ASKED = 1_000


class Money(RuleBasedStateMachine):
    """The model counts what was accepted, by plain sums; the store must agree with it after every command."""

    applications = Bundle("applications")

    @initialize()
    def begin(self):
        self.folder = tempfile.TemporaryDirectory()
        self.office = Office(Path(self.folder.name))
        wire = Wire()
        for company_id in (SME, BUYER):
            event = registration.CompanyRegistered.new(
                company_id=company_id, name="가상", business_number=None, synthetic=True, source="tests"
            )
            self.office.take_in(wire.send(f"company-{company_id}", event, OPENS))
        self.programme_id = self.office.do(a_call(OPENS, CLOSES)).body["programme_id"]
        self.budget = 0
        self.reserved = {}
        self.plans = {}
        self.paid = {}

    def teardown(self):
        assert self.office.differences() == ()
        self.office.close()
        self.folder.cleanup()

    def accepted(self, command, actor=AGENCY):
        try:
            return self.office.do(command, actor, DURING).body
        except Rejection:
            return None

    @rule(target=applications)
    def apply(self):
        """An application on which the committee can decide."""
        draft = DraftApplication(
            programme_id=self.programme_id, sme_company_id=SME, buyer_company_id=BUYER, planned_total_krw=2 * ASKED
        )
        application_id = self.accepted(draft)["application_id"]
        terms = SubmitApplication(
            application_id=application_id, title="과제", total_krw=2 * ASKED, grant_krw=ASKED, own_cash_krw=ASKED,
            own_in_kind_krw=0, months=12, buyer_consent=True,
        )  # fmt: skip
        assert self.accepted(terms)
        assert self.accepted(CheckEligibility(application_id=application_id))["eligible"]
        assert self.accepted(EvaluateApplication(application_id=application_id, score=70), PANEL)
        return application_id

    @rule(amount=st.integers(0, 3 * ASKED))
    def set_budget(self, amount):
        done = self.accepted(SetBudget(programme_id=self.programme_id, budget_krw=amount))
        assert (done is not None) == (amount >= sum(self.reserved.values()))
        if done:
            self.budget = amount

    @rule(application_id=applications, amount=st.integers(1, ASKED + 200))
    def select(self, application_id, amount):
        if self.accepted(SelectApplication(application_id=application_id, grant_krw=amount)):
            assert self.reserved.setdefault(application_id, amount) == amount

    @rule(application_id=applications)
    def withdraw(self, application_id):
        done = self.accepted(WithdrawApplication(application_id=application_id))
        assert (done is None) == (application_id in self.plans)
        if done:
            self.reserved.pop(application_id, None)

    @rule(
        application_id=applications, parts=st.lists(st.integers(1, ASKED), min_size=1, max_size=3), exact=st.booleans()
    )
    def sign(self, application_id, parts, exact):
        grant = self.reserved.get(application_id, 0)
        rest = grant - sum(parts)
        amounts = [*parts, rest] if exact and rest > 0 else parts
        plan = [
            PlannedInstalment(number=number, due_on="2024-03-01", amount_krw=amount)
            for number, amount in enumerate(amounts, start=1)
        ]
        done = self.accepted(
            SignAgreement(application_id=application_id, starts_on="2024-01-01", ends_on="2024-12-31", instalments=plan)
        )
        assert (done is not None) == (sum(amounts) == grant and application_id not in self.plans)
        if done:
            self.plans[application_id] = done["agreement_id"], amounts
            self.paid[application_id] = {}

    @rule(application_id=applications, number=st.integers(1, 4), off=st.sampled_from([0, 0, 0, -1, 1]))
    def pay(self, application_id, number, off):
        agreement_id, amounts = self.plans.get(application_id, (None, []))
        if agreement_id is None:
            return
        amount = (amounts[number - 1] if number <= len(amounts) else ASKED) + off
        done = self.accepted(MakePayment(agreement_id=agreement_id, instalment=number, amount_krw=max(1, amount)))
        if done:
            assert number not in self.paid[application_id]
            self.paid[application_id][number] = max(1, amount)

    @invariant()
    def money_is_kept(self):
        with self.office.application.database.reading() as connection:
            events = [event for _, event in self.office.application.store.all(connection)]
        budget, agreements = programme.ProgrammeState(), {}
        for event in events:
            budget = programme.evolve(budget, event)
            if event.stream_id.startswith("agreement-"):
                before = agreements.get(event.stream_id, agreement.AgreementState())
                agreements[event.stream_id] = agreement.evolve(before, event)
        assert budget.budget_krw == self.budget
        assert budget.reserved == self.reserved
        assert 0 <= budget.reserved_krw <= budget.budget_krw
        assert sum(state.grant_krw for state in agreements.values()) <= budget.reserved_krw
        for application_id, (agreement_id, amounts) in self.plans.items():
            state = agreements[f"agreement-{agreement_id}"]
            assert state.grant_krw == self.reserved[application_id] == sum(amounts)
            assert state.paid == self.paid[application_id]
            assert state.paid_krw <= state.grant_krw


Money.TestCase.settings = settings(max_examples=12, stateful_step_count=20, deadline=None)
TestMoney = Money.TestCase
