"""The data of enterprises and their orders."""

from partners.models.candidates import (
    Candidate,
    CandidateEvent,
    CandidateNote,
    CandidatePaper,
    CandidateProfile,
    Criterion,
    Score,
)
from partners.models.enterprises import (
    Claim,
    Enterprise,
    EnterpriseEvent,
    Member,
    MemberInvitation,
    Paper,
    Role,
)
from partners.models.interviews import Interview, InterviewSlot
from partners.models.limits import PartnerSettings
from partners.models.occupations import Occupation
from partners.models.orders import OrderEvent, ReviewDraft, Submission, TrainingOrder
from partners.pages import EnterpriseIndexPage, EnterprisePage, OrderProgramIndexPage, OrderProgramPage

__all__ = [
    "Candidate",
    "CandidateEvent",
    "CandidateNote",
    "CandidatePaper",
    "CandidateProfile",
    "Claim",
    "Criterion",
    "Enterprise",
    "EnterpriseEvent",
    "EnterpriseIndexPage",
    "EnterprisePage",
    "Interview",
    "InterviewSlot",
    "Member",
    "MemberInvitation",
    "Occupation",
    "OrderEvent",
    "OrderProgramIndexPage",
    "OrderProgramPage",
    "Paper",
    "PartnerSettings",
    "ReviewDraft",
    "Role",
    "Score",
    "Submission",
    "TrainingOrder",
]
