"""The data of programs, intakes and enrollment."""

from courses.models.appeals import AnswerSettings, Appeal, AppealFile, CaseEntry
from courses.models.applications import (
    ApplicationDocument,
    ApplicationEvent,
    ApplicationRules,
    PathwayApplication,
)
from courses.models.attendance import Attendance
from courses.models.background import BulkWork, CourseImport, ImportLine
from courses.models.broadcasts import Broadcast
from courses.models.calendar_feeds import CalendarFeed
from courses.models.cohorts import (
    Cohort,
    PathwayStudent,
    ProgressionEntry,
    ProgressionTelling,
    ScorePart,
    StageEntry,
)
from courses.models.column_templates import ColumnTemplate, TemplateColumn
from courses.models.draws import Draw, DrawDocument, DrawOutcome, SeedReading
from courses.models.enrollments import Enrollment, HistoryEntry
from courses.models.exam_imports import ExamImport, ExamImportLine
from courses.models.exceptions import RuleException
from courses.models.fees import FeeProof, FeeReduction, RefundPolicy, RefundStep
from courses.models.intakes import ClassMeeting, Intake
from courses.models.interest import Interest
from courses.models.majors import Major, MajorOffer
from courses.models.pathways import PathwayYear
from courses.models.pools import SeatPool
from courses.models.programs import Category, Program
from courses.models.reviews import Review
from courses.models.rounds import AdmissionRound, Entry, EntryChange
from courses.models.schooling import JuniorSchool, SchoolRecord
from courses.models.seals import ChainHead, HistoryCheck, Seal
from courses.models.service import Pledge, Rating, ServiceFigures
from courses.models.staff_records import EnrollmentNote, IdentityReveal
from courses.models.terms import Holiday, Term
from courses.pages import CommunityCoursePage, CourseIndexPage
from courses.pathways.pages import PathwayIndexPage, PathwayPage

__all__ = [
    "AdmissionRound",
    "AnswerSettings",
    "Appeal",
    "AppealFile",
    "ApplicationDocument",
    "ApplicationEvent",
    "ApplicationRules",
    "Attendance",
    "Broadcast",
    "BulkWork",
    "CalendarFeed",
    "CaseEntry",
    "Category",
    "ChainHead",
    "ClassMeeting",
    "Cohort",
    "ColumnTemplate",
    "CommunityCoursePage",
    "CourseImport",
    "CourseIndexPage",
    "Draw",
    "DrawDocument",
    "DrawOutcome",
    "Enrollment",
    "EnrollmentNote",
    "Entry",
    "EntryChange",
    "ExamImport",
    "ExamImportLine",
    "FeeProof",
    "FeeReduction",
    "HistoryCheck",
    "HistoryEntry",
    "Holiday",
    "IdentityReveal",
    "ImportLine",
    "Intake",
    "Interest",
    "JuniorSchool",
    "Major",
    "MajorOffer",
    "PathwayApplication",
    "PathwayIndexPage",
    "PathwayPage",
    "PathwayStudent",
    "PathwayYear",
    "Pledge",
    "Program",
    "ProgressionEntry",
    "ProgressionTelling",
    "Rating",
    "RefundPolicy",
    "RefundStep",
    "Review",
    "RuleException",
    "SchoolRecord",
    "ScorePart",
    "Seal",
    "SeatPool",
    "SeedReading",
    "ServiceFigures",
    "StageEntry",
    "TemplateColumn",
    "Term",
]
