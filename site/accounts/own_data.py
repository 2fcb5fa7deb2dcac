"""The sections of "my data" that this room keeps itself: account, ways to sign in, learners, consents."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import personal_data
from accounts.models import Learner
from accounts.phones import show_phone


def _moment(value):
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else ""


def export_account(account):
    """The account itself."""
    return [
        {
            "name": account.name,
            "phone": show_phone(account.phone),
            "email": account.email or "",
            "language": str(dict(settings.LANGUAGES).get(account.language, account.language)),
            "joined": _moment(account.date_joined),
            "last_login": _moment(account.last_login),
        }
    ]


def export_sign_in(account):
    """Second factors, passkeys, WeChat."""
    keys = [
        {"kind": key.get_type_display(), "added": _moment(key.created_at), "used": _moment(key.last_used_at)}
        for key in account.authenticator_set.all()
    ]
    social = [
        {"kind": other.provider, "added": _moment(other.date_joined), "used": _moment(other.last_login)}
        for other in account.socialaccount_set.all()
    ]
    return keys + social


def export_learners(account):
    """Every learner, whole: the owner may take along what belongs to them."""
    return [
        {
            "name": learner.name,
            "relation": learner.get_relation_display(),
            "birth_date": learner.birth_date.isoformat() if learner.birth_date else "",
            "sex": learner.get_sex_display(),
            "document_type": learner.get_document_type_display(),
            "document_number": learner.document_number,
            "phone": show_phone(learner.phone),
            "residence": learner.residence,
            "guardian_name": learner.guardian_name,
            "guardian_phone": show_phone(learner.guardian_phone),
            "added": _moment(learner.created_at),
        }
        for learner in Learner.objects.of(account)
    ]


def export_consents(account):
    """Every consent, also those taken back."""
    return [
        {
            "purpose": given.get_purpose_display(),
            "learner": given.learner.name if given.learner else "",
            "version": given.version,
            "given": _moment(given.given_at),
            "withdrawn": _moment(given.withdrawn_at),
        }
        for given in account.consents.select_related("learner")
    ]


def erase_consents(account, learner):
    """Consents are taken back; the rows stay, without name, as evidence of what was done while they held."""
    rows = account.consents.filter(withdrawn_at=None)
    (rows.filter(learner=learner) if learner else rows).update(withdrawn_at=timezone.now())


def consequences(account, learner):
    """What erasing does to what this room keeps."""
    if learner:
        return [_("Name, birth date, document, phone, address and guardian of the learner are removed for good.")]
    return [
        _("Your phone number, e-mail, name, passkeys and all learners are removed for good."),
        _("You are signed out everywhere. The same number or e-mail can open a new, empty account later."),
    ]


def register_all():
    """Called when the app is ready."""
    when = {"added": _("added"), "used": _("last used"), "given": _("given"), "withdrawn": _("taken back")}
    personal_data.register(
        "account",
        order=10,
        title=_("Account"),
        labels={
            "name": _("Name"),
            "phone": _("phone"),
            "email": _("e-mail"),
            "language": _("language of messages"),
            "joined": _("opened"),
            "last_login": _("last sign-in"),
        },
        export=export_account,
        consequences=consequences,
    )
    personal_data.register(
        "sign_in",
        order=20,
        title=_("Passkeys and second factors"),
        labels={"kind": _("kind"), **when},
        export=export_sign_in,
    )
    personal_data.register(
        "learners",
        order=30,
        title=_("Learners"),
        labels={
            "name": _("Name"),
            "relation": _("relation"),
            "birth_date": _("birth date"),
            "sex": _("sex"),
            "document_type": _("identity document"),
            "document_number": _("document number"),
            "phone": _("phone"),
            "residence": _("residence"),
            "guardian_name": _("guardian's name"),
            "guardian_phone": _("guardian's phone"),
            **when,
        },
        export=export_learners,
        masked=("document_number",),
    )
    personal_data.register(
        "consents",
        order=40,
        title=_("Consents"),
        labels={"purpose": _("purpose"), "learner": _("learner"), "version": _("version of the text"), **when},
        export=export_consents,
        erase=erase_consents,
    )
