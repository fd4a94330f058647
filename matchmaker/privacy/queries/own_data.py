"""Everything that is held about a person, for that person: one section for each kind of data, described in words.

Others appear by their part in it ("a helper"), and by name only where the person may read the name anyway. No number
that rests on trust is in it, and no score: what was done with them is told in sentences. Who declined to help is told
to nobody, so proposals that came to no yes are not listed for the one who asked.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from matchmaker.community.models import Person, User
from matchmaker.community.queries import person_by_id
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotAllowed, NotFound
from matchmaker.matches import queries as matches
from matchmaker.privacy.queries import own_belonging, own_company, own_help, own_traces
from matchmaker.privacy.queries.own_rows import Row

FORMAT: Final = "matchmaker.own-data"
VERSION: Final = 1


@dataclass(frozen=True)
class Section:
    code: str
    title_zh: str
    title_en: str
    about_zh: str
    about_en: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class OwnData:
    made_at: datetime
    sections: tuple[Section, ...]


Told = tuple[str, str, str, str, str, Callable[[Person, str], Iterable[Row]]]

SECTIONS: Final[tuple[Told, ...]] = (
    ("person", "您本人", "You", "您告诉我们的。", "What you told us.", own_belonging.person),
    ("account", "账号", "Account", "您用来登录的。", "What you sign in with.", own_belonging.account),
    (
        "qualifications",
        "资质",
        "Qualifications",
        "培训、证书、保险。",
        "Trainings, licences, insurance.",
        own_belonging.qualifications,
    ),
    (
        "consents",
        "同意",
        "Consents",
        "您同意过的，什么时候、怎样同意的。",
        "What you agreed to, when and how.",
        own_belonging.consents,
    ),
    ("mandates", "委托", "Mandates", "谁可以替谁说话。", "Who may speak for whom.", own_belonging.mandates),
    (
        "memberships",
        "组织",
        "Organizations",
        "您参加的组织。",
        "The organizations you belong to.",
        own_belonging.memberships,
    ),
    ("posts", "岗位", "Posts", "您担任过的岗位。", "The posts you held.", own_belonging.posts),
    ("ties", "邻里往来", "Ties", "您和谁有往来。", "Whom you are tied to.", own_belonging.ties),
    (
        "vouches",
        "引荐",
        "Words for each other",
        "您为谁、谁为您说过话。",
        "Words you gave and received.",
        own_belonging.vouches,
    ),
    (
        "blocks",
        "不愿碰面的人",
        "People you would rather not meet",
        "对方不知道。",
        "They are not told.",
        own_belonging.blocks,
    ),
    (
        "needs",
        "请人帮忙的事",
        "What you asked for",
        "您的需求，或您代别人提的。",
        "Your needs, and those you entered for others.",
        own_help.needs,
    ),
    (
        "offers",
        "能帮的事",
        "What you offered",
        "您登记的能帮的事。",
        "What you said you can help with.",
        own_help.offers,
    ),
    (
        "tours",
        "巡回服务",
        "Tours",
        "您报名的停靠点。",
        "The stops of tours you signed up for.",
        own_help.tours,
    ),
    (
        "proposals",
        "推荐",
        "Proposals",
        "我们为您推荐过的，以及为什么。没有帮成的，不告诉任何人是谁没空。",
        "What was proposed, and why. Who could not come is told to nobody.",
        own_help.proposals,
    ),
    ("matches", "见面", "Visits", "约好的和见过的面。", "Visits that were agreed and took place.", own_help.visits),
    (
        "outcomes",
        "您说过的反馈",
        "What you said of visits",
        "只有您自己的话。",
        "Your own words alone.",
        own_help.outcomes,
    ),
    (
        "company",
        "同行",
        "Coming along",
        "您愿意同行的时间、有邻居同行的见面，和您自己说的话。",
        "When you would come along, visits with company, and your own words of them.",
        own_company.company,
    ),
    (
        "concerns",
        "您说过的不放心",
        "What worried you",
        "您自己说的话，和得到的答复。",
        "Your own words, and how they were answered.",
        own_help.concerns,
    ),
    (
        "second_looks",
        "您请人再看一遍的事",
        "What you asked to be looked at again",
        "您自己说的话，和得到的答复。",
        "Your own words, and how they were answered.",
        own_help.second_looks,
    ),
    ("ledger", "服务时长", "Minutes", "给出和收到的时间。", "Minutes given and received.", own_help.ledger),
    ("notices", "通知", "Notices", "我们发给您的。", "What we sent you.", own_traces.notices),
    (
        "deliveries",
        "怎样送到您",
        "How it reached you",
        "短信、邮件和电话。",
        "Messages, mails and calls.",
        own_traces.deliveries,
    ),
    ("wishes", "怎样告诉您", "How to tell you", "您的选择。", "What you chose.", own_traces.wishes),
    (
        "certificates",
        "服务证明",
        "Certificates",
        "给您开过的证明。",
        "Certificates made for you.",
        own_traces.certificates,
    ),
    (
        "case_looks",
        "谁看过您身边的往来",
        "Who looked at the ties around you",
        "协调员为了一件正在找人的事，打开了写有您姓名的邻里图；原因是协调员写的。",
        "A coordinator opened a picture of neighbours with your name in it, for an open request; the reason is theirs.",
        own_traces.case_looks,
    ),
    ("acts", "您经手的事", "What you did for others", "只有件数。", "As counts alone.", own_traces.acts),
    ("farewell", "离开", "Leaving", "您离开后保留到哪一天。", "Until when you can come back.", own_traces.farewell),
    (
        "records",
        "记录",
        "Records",
        "记录链中和您有关的条目，没有姓名。",
        "Entries of the chain that are about you; without a name.",
        own_traces.records,
    ),
)
"""In the order of the page: code, titles, what it is, and who reads the rows (for a person, in a language)."""


def own_data(viewer: Viewer, *, now: datetime, language: str = "zh") -> OwnData:
    """Everything held about the viewer."""
    return data_of(Person.objects.get(pk=viewer.require_person()), now=now, language=language)


def person_on_paper(viewer: Viewer, person_id: UUID) -> Person:
    """A person without an account, for a worker of the area who hands their data to them; nobody else is found.

    A worker who helped them, or was helped by them, leaves it to a colleague: what was said of that stands in it.
    """
    person = person_by_id(viewer, person_id)
    if person.pk == viewer.person_id or User.objects.filter(person=person).exists():
        raise NotFound(field="person_id")
    if matches.meets_in_a_match(viewer, person.pk):
        raise NotAllowed(field="person_id")
    return person


def data_of(person: Person, *, now: datetime, language: str = "zh") -> OwnData:
    """Everything held about this person: for themselves alone, on their page or on paper."""
    return OwnData(now, tuple(Section(*told[:5], rows=tuple(told[5](person, language))) for told in SECTIONS))


def document_of(data: OwnData) -> dict[str, Any]:
    """The data as one JSON document that says of each part what it is."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_at": data.made_at.isoformat(),
        "sections": [
            {
                "code": section.code,
                "title": {"zh": section.title_zh, "en": section.title_en},
                "about": {"zh": section.about_zh, "en": section.about_en},
                "rows": list(section.rows),
            }
            for section in data.sections
        ],
    }
