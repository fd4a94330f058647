"""Every enum of the schema, named and described by hand."""

from enum import Enum

from api.types.naming import named as _named
from matchmaker.community import models as community
from matchmaker.lists import models as lists
from matchmaker.matches import models as matches
from matchmaker.needs import models as needs
from matchmaker.notices import models as notices


class _Languages(Enum):
    ZH = "zh"
    EN = "en"


class _Roles(Enum):
    RESIDENT = "RESIDENT"
    CLERK = "CLERK"
    MEMBER = "MEMBER"
    POST_HOLDER = "POST_HOLDER"
    OPERATOR = "OPERATOR"
    DEPUTY = "DEPUTY"


class _Answers(Enum):
    NOT_WELL = -1
    SO_SO = 0
    WELL = 1


class _NeedOrders(Enum):
    NEWEST = "NEWEST"
    OLDEST = "OLDEST"
    ANSWER_BY = "ANSWER_BY"


class _Policies(Enum):
    IDENTITY = "identity"
    NEAREST = "nearest"
    FEWEST_TIES = "fewest_ties"


Language = _named(_Languages, "Language", "A language that sentences are made in.", ZH="简体中文.", EN="English.")
NeedOrder = _named(
    _NeedOrders,
    "NeedOrder",
    "In which order needs are listed.",
    NEWEST="The one opened last first.",
    OLDEST="The one opened first first.",
    ANSWER_BY="The one whose answer is due soonest first.",
)
RoleKind = _named(
    _Roles,
    "RoleKind",
    "Why someone may do what they may do.",
    RESIDENT="A person of the community.",
    CLERK="Speaks for an organization.",
    MEMBER="Belongs to an organization.",
    POST_HOLDER="Holds a post at an area, for a term.",
    OPERATOR="Runs the service; has no part in what people ask for.",
    DEPUTY="Stands in for the holder of a post, for some days, with the same power but to appoint.",
)
AreaLevel = _named(
    community.AreaLevel,
    "AreaLevel",
    "How high an area stands in the tree.",
    REGION="The root.",
    SUB_DISTRICT="A sub-district.",
    JOINT_COMMUNITY="Communities that work together.",
    COMMUNITY="What one residents' committee serves.",
    GRID="A few hundred households with a grid head.",
    CORRIDOR="The households of one stairwell.",
    HOUSEHOLD="One household.",
)
OrganizationKind = _named(
    community.OrganizationKind,
    "OrganizationKind",
    "What kind of organization it is.",
    NGO="A civil organization.",
    NEW_ECONOMIC="A new economic organization: a private, foreign or co-operative enterprise.",
    NEW_SOCIAL="A new social organization: a social group, a private non-enterprise unit, a foundation.",
    COMMITTEE="A residents' committee.",
    STATION="A service station.",
    PROPERTY_COMPANY="A property company.",
    OWNERS_COMMITTEE="An owners' committee.",
    GOVERNMENT="A government office.",
    PARTY_ORGANIZATION="A Party organization.",
)
MembershipRole = _named(
    community.MembershipRole,
    "MembershipRole",
    "What a person is in an organization.",
    CLERK="Speaks for it here.",
    MEMBER="Belongs to it.",
    VOLUNTEER="Helps in its name.",
)
PostKind = _named(
    community.PostKind,
    "PostKind",
    "A role held at an area for a term.",
    GRID_HEAD="Answers for a grid.",
    FULL_TIME_MEMBER="Works in a grid full time.",
    BRANCH_CONTACT="Links a branch with a grid.",
    POLICE_CONTACT="The community police's contact.",
    RESIDENT_REPRESENTATIVE="Speaks for the residents of a grid.",
    COORDINATOR="Reviews proposals and verifies needs.",
    AUDITOR="Reads the records and the log of decisions.",
)
Sex = _named(community.Sex, "Sex", "As a person states it.", FEMALE="Female.", MALE="Male.", UNSTATED="Not stated.")
TieKind = _named(
    community.TieKind,
    "TieKind",
    "How two people are tied.",
    KIN="They are relatives.",
    FRIEND="They are friends.",
    HELPED="One helped the other.",
    MET="They met.",
)
MandateKind = _named(
    community.MandateKind,
    "MandateKind",
    "For whom someone may act.",
    PROXY="For a person.",
    AGENT="For a station.",
)
Channel = _named(
    community.Channel,
    "Channel",
    "How a word reached us.",
    APP="Here, by their own account.",
    DESK="In person, at the station.",
    PHONE="By phone.",
    PAPER="On paper.",
    DOORSTEP="At their door.",
)
ConsentKind = _named(
    community.ConsentKind,
    "ConsentKind",
    "What a person agrees to.",
    KNOWN_HERE="That their name, home and phone are kept here to arrange help.",
    CARE_DATA="That what touches on care, health or home life is used for one help.",
    PROXY="That somebody asks for them.",
    MINOR="That help is arranged for somebody under age.",
    EMERGENCY="That whoever can come first in an emergency comes at once, and learns where.",
)
ConsentManner = _named(
    community.ConsentManner,
    "ConsentManner",
    "How someone agreed.",
    WRITTEN="In writing.",
    SPOKEN="In words that a worker heard.",
    IN_APP="Here, by their own account.",
)
CareDimension = _named(
    needs.CareDimension,
    "CareDimension",
    "What kind of care it is.",
    MEDICAL="Medical care.",
    SPIRIT="Company and spiritual life.",
    LIFE="Care in daily life.",
)
ServiceForm = _named(
    needs.ServiceForm,
    "ServiceForm",
    "In which form help is given.",
    PUBLIC="A public service.",
    VOLUNTARY="Voluntary and unpaid.",
    CONVENIENCE="A paid service.",
)
NeedState = _named(
    needs.NeedState,
    "NeedState",
    "How a need stands.",
    OPEN="Helpers are looked for.",
    MET="All the helpers were found.",
    WITHDRAWN="The asker took it back.",
    EXPIRED="Its time passed.",
)
NeedRepeat = _named(needs.NeedRepeat, "NeedRepeat", "How often it is needed.", ONCE="Once.", WEEKLY="Every week.")
Urgency = _named(
    needs.Urgency,
    "Urgency",
    "How soon help is needed.",
    WHENEVER="When it suits.",
    SOON="Within days.",
    URGENT="As soon as can be.",
    EMERGENCY="At once: all the nearest are asked side by side, and the first to say yes goes.",
)
RiskClass = _named(
    needs.RiskClass,
    "RiskClass",
    "How risky the help is.",
    NONE="No particular risk.",
    SOME="Some risk.",
    HIGH="High risk: a person looks first, and helpers are insured.",
)
OfferState = _named(
    needs.OfferState,
    "OfferState",
    "How an offer stands.",
    DRAFT="Not published: its organization's clerks alone know of it, and nobody is proposed.",
    OPEN="Proposals may come of it.",
    PAUSED="Set aside for a while.",
    CLOSED="At its end.",
)
OfferReach = _named(
    needs.OfferReach,
    "OfferReach",
    "How the reach of an offer is measured.",
    METRES="In metres on foot.",
    MINUTES="In minutes on foot.",
    AREAS="As a list of areas.",
)
ProposalState = _named(
    matches.ProposalState,
    "ProposalState",
    "How a proposal stands.",
    IN_REVIEW="A worker looks first.",
    AWAITING_HELPER="The helper is asked.",
    AWAITING_ASKER="The helper said yes; the asker is asked.",
    ACCEPTED="Both said yes.",
    DECLINED_BY_HELPER="Not this time, said one side.",
    DECLINED_BY_ASKER="Not this time, said the asker.",
    REFUSED="A worker refused it, with a reason.",
    EXPIRED="Nobody answered in time.",
    WITHDRAWN="The need or the offer is no longer there.",
)
DecisionKind = _named(
    matches.DecisionKind,
    "DecisionKind",
    "What a worker decided.",
    APPROVE="The proposal goes to the helper.",
    REFUSE="The proposal ends here.",
    OVERRIDE="The worker proposed this pair.",
)
MatchState = _named(
    matches.MatchState,
    "MatchState",
    "How a match stands.",
    AGREED="Both said yes; visits are to come.",
    SUSPENDED="Paused while a worker looks into a concern; nobody goes, and contacts are hidden.",
    DONE="All visits are over.",
    CANCELLED="Called off.",
)
VisitState = _named(
    matches.VisitState,
    "VisitState",
    "How a visit stands.",
    PLANNED="To come, or not yet spoken of by both sides.",
    DONE="Both sides spoke of it.",
    NOT_HELD="It did not take place.",
    UNCONFIRMED="Long over, and a side has not said how it went; it still may.",
    CANCELLED="Called off.",
)
OutcomeSide = _named(
    matches.OutcomeSide, "OutcomeSide", "Which side speaks.", HELPER="Who helped.", ASKER="Who was helped."
)
WentWell = _named(_Answers, "WentWell", "How it went.", NOT_WELL="Not well.", SO_SO="So-so.", WELL="Well.")
RoundState = _named(
    matches.RoundState,
    "RoundState",
    "How a round stands.",
    QUEUED="Waiting.",
    RUNNING="At work.",
    DONE="Its plan is made.",
    CANCELLED="Called off before it was done.",
    FAILED="It stopped on a fault; nothing of it was kept.",
)
RoundPhase = _named(
    matches.RoundPhase,
    "RoundPhase",
    "What a round is at, in this order; one that ended keeps the last.",
    READING="It reads needs and offers.",
    MEASURING="It measures what the town knows of itself.",
    PAIRING="It finds the pairs that pass every hard rule.",
    SCORING="It weighs the pairs by the card.",
    PLANNING="It looks for the best plan; one that could be kept is at hand.",
    WRITING="It writes its proposals.",
)
RoundCut = _named(
    matches.RoundCut,
    "RoundCut",
    "Why a round ended with the best plan found so far.",
    STOPPED="A worker stopped it.",
    TIME_LIMIT="Its time was up.",
)
Policy = _named(
    _Policies,
    "Policy",
    "Which score card a round uses.",
    IDENTITY="Meets needs and lets people get to know each other.",
    NEAREST="Nearest first.",
    FEWEST_TIES="Helpers with few ties first.",
)
NoticeKind = _named(
    notices.NoticeKind,
    "NoticeKind",
    "What a notice tells.",
    PROPOSAL_TO_HELP="A neighbour could use this person's help.",
    HELPER_FOUND="A helper was found and awaits an answer.",
    PROPOSAL_WITHDRAWN="The answer to a proposal is no longer needed.",
    MATCH_AGREED="Both sides said yes.",
    MATCH_CANCELLED="A match was called off.",
    VISIT_OUTCOME_WANTED="A visit is over; how was it?",
    NEED_VERIFIED="A worker verified the need.",
    NEED_EXPIRED="The time of a need passed.",
    NEED_WITHDRAWN="A need was taken back.",
    VISIT_CANCELLED="One visit falls out; the others stand.",
    WHAT_HAPPENED="The other side waited and nobody came; what happened?",
    NEXT_IS_ASKED="The next neighbour is being asked to come instead.",
    MATCH_PAUSED="A match is paused; nobody goes until a worker has called.",
    MATCH_RESUMED="A match goes on.",
    CONCERN_ANSWERED="A worker has answered a concern.",
    DUTY_ALARM="Something that a worker must see now; it climbs while nobody takes it.",
    DUTY_OVERDUE="A need of the area that is overdue.",
    EMERGENCY_TO_HELP="An emergency nearby: whoever says yes first goes.",
    EMERGENCY_ANSWERED="A neighbour was there first; nobody else needs to go.",
    MANDATE_GIVEN="Somebody is to speak for this person; they can take it back.",
    MANDATE_HOLDS="A mandate holds: its holder may speak for the person, who was told of it.",
    MANDATE_ENDING="A mandate ends within a fortnight.",
    COMPANION_WANTED="Would this person come along on a visit?",
    COMPANION_FOUND="A neighbour would come along; may they?",
    COMPANION_AGREED="It is agreed that somebody comes along.",
    COMPANION_GONE="Nobody needs to come along this time.",
    COMPANION_WORDS_WANTED="A visit with company is over; how was it?",
    COMPANIONS_STOPPED="Too many did not welcome company: nobody is asked until a coordinator has looked.",
    TOUR_CHANGED="A tour that the person is going to has another time or place.",
    TOUR_LATE="A tour that the person is going to is late, or in time again.",
    TOUR_CALLED_OFF="A tour that the person signed up for was called off.",
    DUTY_SECOND_LOOK="Somebody of the area asks for a second look at what is said of them.",
    SECOND_LOOK_ANSWERED="A coordinator looked again at what is said of this person, and answered.",
    COUNTS_AGAIN="What was set aside after a second look counts again, with a reason.",
    DEPUTY_NAMED="This person stands in for a post, or somebody does in theirs.",
    DEPUTY_ENDED="Somebody ended that: nobody stands in for the post any more.",
)
NoticeChannel = _named(
    notices.Channel,
    "NoticeChannel",
    "How somebody is told.",
    APP="In the inbox here.",
    SMS="By text message.",
    MAIL="By mail.",
    CALL="By a worker, over the phone or at the door.",
)
CallManner = _named(
    notices.CallManner, "CallManner", "How a worker tells somebody.", PHONE="By phone.", DOORSTEP="At the door."
)
CallState = _named(
    notices.CallState,
    "CallState",
    "How a call stands.",
    OPEN="To be made.",
    DONE="The person was reached.",
    SETTLED="Nobody needs to be told any more.",
)
CallResult = _named(
    notices.CallResult,
    "CallResult",
    "What came of a call.",
    REACHED="The person was told.",
    NOT_REACHED="Nobody answered.",
    WRONG_NUMBER="The number is not theirs.",
    CALL_BACK="They asked to be called again.",
)
ImportKind = _named(
    lists.ImportKind,
    "ImportKind",
    "What a list is a list of.",
    PEOPLE="People of a community.",
    NEEDS="Needs of people who are known there.",
    OFFERS="What an organization can give.",
)
ImportState = _named(
    lists.ImportState,
    "ImportState",
    "How an import stands.",
    DRAFT="It is being checked.",
    CHECKED="It was checked and waits for a confirmation; nothing of it is in force.",
    CONFIRMED="It was confirmed and will be imported in a moment.",
    RUNNING="It is being imported; it can still be called off.",
    DONE="All its good rows are in force.",
    FAILED="It ended with nothing imported.",
    WITHDRAWN="It was called off, or nobody confirmed it in time; nothing was imported.",
)
GroupKind = _named(
    matches.GroupKind,
    "GroupKind",
    "By what people are grouped in reports; no match looks at it.",
    NEWCOMERS="Newcomers, who moved in less than a year ago, and settled neighbours.",
    LANGUAGE="The languages they speak, by their tags; one may speak several.",
    AGE="Age bands; where only the year of birth is known, the youngest they can be.",
)
