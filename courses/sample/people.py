"""Sample people: those one can sign in as (`SIGN_INS`), and the residents who fill the classes.

Nobody here is real. Identity numbers are computed: a sample county's code, a birth date, a number, the check character.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.utils import timezone
from stdnum.cn import ric

from accounts.models import Account, Learner
from courses.sample.programs import read
from institutions import roles
from institutions.models import Staff

# A password that everyone may know: the demo only.
DEMO_PASSWORD = "birch-forest-demo"  # noqa: S105


@dataclass(frozen=True)
class SignIn:
    """Someone to sign in as in the demo. Without a password: by the code that the demo shows.

    `posts` are keys of institutions, `groups` names of the groups in institutions/roles.py.
    """

    role: str
    name: str
    phone: str = ""
    email: str = ""
    password: str = ""
    note: str = ""
    posts: tuple = ()
    groups: tuple = ()

    @property
    def sign_in_name(self):
        """What is typed into the sign-in box."""
        return self.phone or self.email


SIGN_INS = [
    SignIn("resident", "李春梅（示例）", phone="13800000001", note="three learners: herself, her mother, her son"),
    SignIn("second resident", "张立军（示例）", phone="13800000002", note="a seat is held for him: pay for it"),
    SignIn(
        "enterprise",
        "示例企业账号",
        phone="13800000003",
        note="owner of a blueberry plant: orders at /enterprise/ in every state",
    ),
    SignIn(
        "staff editor",
        "编辑周敏（示例）",
        email="editor@example.org",
        password=DEMO_PASSWORD,
        note="writes course pages and opens classes in Jiagedaqi",
        groups=(roles.EDITOR, roles.OFFICER),
        posts=("jgdq", "shuguang", "elder"),
    ),
    SignIn(
        "a county's staff",
        "塔河教务孙老师（示例）",
        email="tahe@example.org",
        password=DEMO_PASSWORD,
        note="runs the two schools of Tahe, and sees nothing of the others",
        groups=(roles.MANAGER, roles.OFFICER),
        posts=("tahe", "shibazhan"),
    ),
    SignIn(
        "junior school's staff",
        "漠河一中教务郑老师（示例）",
        email="junior@example.org",
        password=DEMO_PASSWORD,
        note="confirms what graduates of the junior school wrote in their applications to pathways",
        groups=(roles.OFFICER,),
        posts=("junior",),
    ),
    SignIn(
        "teacher",
        "任课教师钱老师（示例）",
        email="teacher@example.org",
        password=DEMO_PASSWORD,
        note="takes attendance in the classes of the university for the elderly, on a phone",
        groups=(roles.TEACHER,),
        posts=("elder",),
    ),
    SignIn(
        "administrator",
        "管理员（示例）",
        email="admin@example.org",
        password=DEMO_PASSWORD,
        note="may do everything",
    ),
]
OWN_PHONES = [person.phone for person in SIGN_INS if person.phone]
# Phone numbers of the residents begin so; no number of a real person is used to send anything.
PHONE_PREFIX = "1380001"
RESIDENTS = 190
_NAMES = read("names.toml")
_FAMILY_NAMES = "".join(_NAMES["family"])
# Where people live, about as often as in the real prefecture.
_COUNTIES = ("232761",) * 8 + ("232701", "232721", "232722", "232722", "232762", "232763", "232764")


def load_sign_ins(institutions):
    """Make the accounts of SIGN_INS with their posts and groups, and the residents' families; returns accounts by phone
    or e-mail."""
    made = {person.sign_in_name: _account(person, institutions) for person in SIGN_INS}
    _family_of_li(made["13800000001"])
    born = _day(years=52)
    _learner(made["13800000002"], "self", "张立军", born, "m", "232761").save()
    return made


def _account(person, institutions):
    fields = {"name": person.name, "is_staff": bool(person.email), "phone_verified": bool(person.phone)}
    account = Account.objects.create_user(
        phone=person.phone,
        email=person.email,
        password=person.password,
        is_superuser=person.role == "administrator",
        **fields,
    )
    if person.email:
        EmailAddress.objects.create(user=account, email=person.email, verified=True, primary=True)
    account.groups.set(Group.objects.filter(name__in=person.groups))
    for key in person.posts:
        Staff.objects.create(account=account, institution=institutions[key])
    return account


def _family_of_li(account):
    _learner(account, "self", "李春梅", _day(years=42), "f", "232761").save()
    _learner(account, "parent", "王秀芝", _day(years=67), "f", "232722").save()
    son = _learner(account, "child", "陈小树", _day(years=8), "m", "232761")
    son.guardian_name, son.guardian_phone = "李春梅", account.phone
    son.save()


def _day(*, years):
    """A birth date that makes somebody so many years (and some months) old today."""
    return timezone.localdate() - timedelta(days=round(years * 365.25 + 130))


def _learner(account, relation, name, born, sex, county, *, number=1):
    learner = Learner(account=account, relation=relation, name=name, birth_date=born, sex=sex, district_id=county)
    learner.phone = account.phone if relation == Learner.Relation.SELF and account.phone else ""
    learner.set_document(Learner.DocumentType.RESIDENT, identity_number(born, sex, number))
    return learner


def identity_number(born: date, sex, number):
    """A well-formed identity number of nobody: odd sequence numbers are men's, even ones women's (GB 11643)."""
    digits = f"232761{born:%Y%m%d}{(number * 2 - (sex == 'm')) % 1000:03}"
    return digits + ric.calc_check_digit(f"{digits}0")


def load_residents():
    """Make the residents who fill the classes, some with a child or a parent; returns all their learners."""
    rng = random.Random("residents")  # noqa: S311 - chance for looks, not for secrets
    accounts = Account.objects.bulk_create(_residents(rng))
    families = (_family(rng, account, number + 100) for number, account in enumerate(accounts))
    # All at once: nothing listens to the making of a learner.
    return Learner.objects.bulk_create(learner for family in families for learner in family)


def _residents(rng):
    for number in range(RESIDENTS):
        account = Account(phone=f"{PHONE_PREFIX}{number:04}", phone_verified=True)
        account.set_unusable_password()
        account.date_joined = timezone.now() - timedelta(days=rng.randint(20, 400))
        yield account


def _family(rng, account, number):
    age = rng.choice((rng.randint(19, 39), rng.randint(40, 59), rng.randint(60, 82), rng.randint(55, 74)))
    county, family_name = rng.choice(_COUNTIES), rng.choice(_FAMILY_NAMES)
    yield _person(rng, account, "self", (age, rng.choice("ffm"), county, family_name), number)
    for order in range(rng.choice((0, 1, 1, 2)) if 25 <= age < 48 else 0):
        who = (rng.uniform(3, 11), rng.choice("fm"), county, family_name)
        child = _person(rng, account, "child", who, number + 200 * (order + 1))
        child.guardian_name, child.guardian_phone = "家长", account.phone
        yield child
    if 35 <= age < 56 and rng.random() < 0.4:
        who = (age + rng.randint(23, 29), rng.choice("fm"), rng.choice(_COUNTIES), rng.choice(_FAMILY_NAMES))
        yield _person(rng, account, "parent", who, number + 200)


def _person(rng, account, relation, who, number):
    age, sex, county, family_name = who
    generation = "child" if age < 16 else "adult" if age < 50 else "old"
    born = timezone.localdate() - timedelta(days=round(age * 365.25) + rng.randint(1, 360))
    name = family_name + rng.choice(_NAMES[sex][generation])
    return _learner(account, relation, name, born, sex, county, number=number)
