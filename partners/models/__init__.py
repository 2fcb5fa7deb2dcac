"""The data of enterprises and their orders."""

from partners.models.agreements import (
    Agreement,
    AgreementDocument,
    AgreementEvent,
    AgreementTemplate,
    Party,
    Signature,
    SignCode,
)
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
from partners.models.placements import AgreementFlag, PayReport, Placement
from partners.pages import EnterpriseIndexPage, EnterprisePage, OrderProgramIndexPage, OrderProgramPage

__all__ = [
    "Advice",
    "Agreement",
    "AgreementDocument",
    "AgreementEvent",
    "AgreementFlag",
    "AgreementTemplate",
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
    "Party",
    "PayReport",
    "Placement",
    "ReviewDraft",
    "Role",
    "Score",
    "ShareEvent",
    "ShareRequest",
    "SharedResource",
    "SignCode",
    "Signature",
    "Submission",
    "TrainingOrder",
]
