"""Rule versions of the programmes, as far as sources give them: defaults for a call, overridable when it is opened.

No call text of 2023 was verified. Each figure names its source; what is carried over from another year or from the
general rule is said to be. 영 = 국가연구개발혁신법 시행령.
"""

from dataclasses import dataclass, replace
from typing import Final

from contracts.rejection import Rejection
from services.grants.domain.commands import OpenProgramme
from services.grants.domain.limits import Limits


@dataclass(frozen=True)
class Rule:
    """Limits that hold for calls of `kind` from `from_year` until a newer version begins."""

    version: str
    kind: str
    from_year: int
    limits: Limits


GENERAL_SME_GOVERNMENT_SHARE_BP: Final = 7_500
"""Government at most 75 % of the total for an SME. Source: 영 별표 1."""

GENERAL_SME_OWN_CASH_BP: Final = 1_000
"""At least 10 % of an SME's own share in cash. Source: 영 별표 1."""

PURCHASE_CONDITIONAL_2021: Final = Rule(
    version="purchase-conditional-2021",
    kind="purchase-conditional",
    from_year=2021,
    limits=Limits(
        max_grant_krw=500_000_000,
        max_months=24,
        max_government_share_bp=GENERAL_SME_GOVERNMENT_SHARE_BP,
        min_own_cash_bp=GENERAL_SME_OWN_CASH_BP,
    ),
)
"""Purchase-linked type: at most 2 years and KRW 500 m, with the buyer's consent. Source: ministry notice 2021-79.

Shares are the general ones (영 별표 1). The notice's KRW 250 m a year is not a limit of a call here. Later years carry
these figures over; a call of a challenge (KRW 350 m each in 2023, press release of 2023) overrides the grant.
"""

CO_INVESTMENT_2022: Final = Rule(
    version="co-investment-2022",
    kind="co-investment",
    from_year=2022,
    limits=Limits(
        max_grant_krw=1_200_000_000,
        max_months=36,
        max_government_share_bp=8_000,
        min_own_cash_bp=GENERAL_SME_OWN_CASH_BP,
    ),
)
"""At most 3 years; government at most KRW 1.2 bn and 80 % of the total. Source: press release of 2022.

The cash part is the general one (영 별표 1); the programme's own split was not verified.
"""

CO_INVESTMENT_2023: Final = Rule(
    version="co-investment-2023",
    kind="co-investment",
    from_year=2023,
    limits=replace(CO_INVESTMENT_2022.limits, max_grant_krw=2_400_000_000),
)
"""At most 3 years and KRW 2.4 bn. Source: the ministry's press release on the 2023 fair.

The 80 % is the figure of 2022, the cash part the general one (영 별표 1); neither was verified for 2023. Whether
the KRW 2.4 bn counts the investor's half of the fund is not said; it is taken as the whole grant.
"""

RULES: Final = (PURCHASE_CONDITIONAL_2021, CO_INVESTMENT_2022, CO_INVESTMENT_2023)
VERSIONS: Final = frozenset(rule.version for rule in RULES)


def rule_for(kind: str, year: int) -> Rule | None:
    """The newest known rule of the programme in that year; None before the first."""
    known = [rule for rule in RULES if rule.kind == kind and rule.from_year <= year]
    return max(known, key=lambda rule: rule.from_year, default=None)


def resolved(command: OpenProgramme) -> tuple[str, Limits]:
    """The rule version and limits of a call: the defaults of its kind and year with what the command overrides.

    A version names one set of limits: who overrides must name a version of their own.

    Raises:
        Rejection: limits are missing, or the version does not fit them.
    """
    rule = rule_for(command.kind, command.year)
    limits = _overridden(rule, command)
    if rule is not None and limits == rule.limits and command.rule_version in {None, rule.version}:
        return rule.version, limits
    if command.rule_version is None or command.rule_version in VERSIONS:
        raise Rejection(
            "programme.rule-version-unfit",
            "The limits are not those of the named or default rule version.",
            "Name a rule version of its own for these limits, or leave limits and version out to take the defaults.",
        )
    return command.rule_version, limits


def _overridden(rule: Rule | None, command: OpenProgramme) -> Limits:
    given = {
        "max_grant_krw": command.max_grant_krw,
        "max_months": command.max_months,
        "max_government_share_bp": command.max_government_share_bp,
        "min_own_cash_bp": command.min_own_cash_bp,
    }
    overrides = {name: value for name, value in given.items() if value is not None}
    if rule is not None:
        return replace(rule.limits, **overrides)
    if len(overrides) < len(given):
        raise Rejection(
            "programme.rule-unknown",
            "No default limits are known for this kind of programme in this year.",
            "Give all four limits and a rule version.",
        )
    return Limits(**overrides)
