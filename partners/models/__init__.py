"""The data of enterprises and their orders."""

from partners.models.alliance import AllianceMember, BookedSlot, SharedResource, ShareEvent, ShareRequest
from partners.models.candidates import (
    Candidate,
    CandidateEvent,
    CandidateNote,
    CandidatePaper,
    CandidateProfile,
    Criterion,
    Score,
)
from partners.models.demand import Advice, DemandSettings, MajorDecision
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
from partners.models.matches import MatchRequest, OccupationMajor
from partners.models.occupations import Occupation
from partners.models.orders import OrderEvent, ReviewDraft, Submission, TrainingOrder
from partners.pages import EnterpriseIndexPage, EnterprisePage, OrderProgramIndexPage, OrderProgramPage

__all__ = [
    "Advice",
    "AllianceMember",
    "BookedSlot",
    "Candidate",
    "CandidateEvent",
    "CandidateNote",
    "CandidatePaper",
    "CandidateProfile",
    "Claim",
    "Criterion",
    "DemandSettings",
    "Enterprise",
    "EnterpriseEvent",
    "EnterpriseIndexPage",
    "EnterprisePage",
    "Interview",
    "InterviewSlot",
    "MajorDecision",
    "MatchRequest",
    "Member",
    "MemberInvitation",
    "Occupation",
    "OccupationMajor",
    "OrderEvent",
    "OrderProgramIndexPage",
    "OrderProgramPage",
    "Paper",
    "PartnerSettings",
    "ReviewDraft",
    "Role",
    "Score",
    "ShareEvent",
    "ShareRequest",
    "SharedResource",
    "Submission",
    "TrainingOrder",
]
