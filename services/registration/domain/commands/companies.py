"""Commands about companies, which last over many fairs."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisterCompany:
    """Make a company known. Its id follows from the business number; without one it is the client's, or a new one."""

    name: str
    business_number: str | None = None
    company_id: str | None = None
    source: str = "api"
    synthetic: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class CorrectCompany:
    """Replace name and business number, which were recorded wrongly."""

    company_id: str
    name: str
    business_number: str | None = None
    reason: str = field(repr=False, metadata={"personal": True})
