"""What grants does when commitments are made and withdrawn at the table."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from contracts.consultation import DevelopmentCommitmentMade, DevelopmentCommitmentWithdrawn
from contracts.envelope import Envelope
from services.chassis.read_models import Row
from services.chassis.service import Reaction, Reader, Schedule
from services.grants.domain.commands import DraftApplicationForCommitment, WithdrawApplication
from services.grants.handlers.programmes import application_id_of, draft_command
from services.grants.tables import programmes


def draft_when_committed(reader: Reader, event: Envelope) -> Iterable[DraftApplicationForCommitment]:
    """A draft in the programme of that kind whose call was open when the commitment was made.

    Without one nothing is lost: the commitment stays on record and `DraftFromCommitments` drafts it later.
    """
    programme = _open_programme(reader, event.data["programme_kind"], event.occurred_at)
    if programme is not None:
        yield draft_command(programme["programme_id"], {**event.data, "made_at": event.occurred_at})


def withdraw_when_commitment_falls(reader: Reader, event: Envelope) -> Iterable[WithdrawApplication]:  # noqa: ARG001 - one signature for all reactions
    """Whether there is something to withdraw is for the streams to say: without an application nothing happens."""
    yield WithdrawApplication(
        application_id=application_id_of(event.data["commitment_id"]), cause="commitment-withdrawn"
    )


def _open_programme(reader: Reader, kind: str, at: str) -> Row | None:
    """Of several open calls the one that closes first, because its time is the scarcest."""
    calls = [row for row in reader.find(programmes, kind=kind) if row["opens_at"] <= at <= row["closes_at"]]
    return min(calls, key=lambda row: (row["closes_at"], row["programme_id"]), default=None)


REACTIONS: Final[Mapping[str, Sequence[Reaction]]] = {
    DevelopmentCommitmentMade.TYPE: (draft_when_committed,),
    DevelopmentCommitmentWithdrawn.TYPE: (withdraw_when_commitment_falls,),
}

SCHEDULES: Final[Mapping[str, Sequence[Schedule]]] = {}
"""Nothing falls due in grants yet."""
