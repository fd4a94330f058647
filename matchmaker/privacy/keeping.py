"""What no clock takes away, how long it stays and why; the documents read it beside the table of `retention.py`."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Kept:
    """Rows that no clock takes away."""

    models: tuple[str, ...]
    what: str
    how_long: str
    why: str


KNOWN: Final = "while the person is known here"

KEPT: Final[tuple[Kept, ...]] = (
    Kept(("admin.LogEntry",), "changes by an operator", "there are none", "operators change no row"),
    Kept(
        ("community.Person", "community.User", "community.User_groups", "community.User_user_permissions"),
        "a person and their account",
        "until they leave; 14 days more, in which they can come back",
        "being helped and helping",
    ),
    Kept(
        (
            "community.Tie",
            "community.PersonBlock",
            "community.Qualification",
            "community.Membership",
            "community.PostTerm",
            "community.Deputy",
        ),
        "ties, blocks, qualifications, memberships, posts, who stands in for them",
        KNOWN,
        "they hold until someone ends them",
    ),
    Kept(
        ("matches.Willingness", "matches.WillingHours"),
        "who would come along, and when",
        KNOWN,
        "they hold until someone ends them",
    ),
    Kept(
        ("matches.CompanionWish", "matches.CompanionProposal", "matches.CompanionWord"),
        "visits with company, whom somebody would rather not have along, and what the three said",
        "while all of them are known here",
        "nobody is brought where they were not welcome",
    ),
    Kept(
        ("matches.CompanionBudget",),
        "hours a community gives for company",
        "until they are set anew; whoever set them is empty once forgotten",
        "asking nobody without them",
    ),
    Kept(("needs.Offer",), "offers", KNOWN, "one may offer the same again"),
    Kept(
        ("matches.Match", "matches.Visit", "matches.BookedQuarter"),
        "matches, visits and their times, without what was written about them",
        "while both sides are known here",
        "who helped before is asked again (prior helper), and nobody is booked twice",
    ),
    Kept(
        ("matches.LedgerEntry",),
        "minutes given and received",
        "for good; a side that is forgotten is empty",
        "the truthful record of Volunteer Service Regulation, Art. 19",
    ),
    Kept(
        ("matches.Decision", "matches.CityPlan", "matches.Round", "matches.ScoreCard"),
        "rounds, weights and decisions with their reasons",
        "for good; whoever decided is empty once forgotten",
        "looking over the work of coordinators (PIPL 55)",
    ),
    Kept(
        ("matches.PublicMonth",),
        "what everybody may read of a community and a month, in rounded counts alone",
        "for good",
        "what was said stays: said anew, the difference would tell of few",
    ),
    Kept(
        ("matches.PairDecision",),
        "pairs that a coordinator put first or kept apart in plans, with the reason",
        "as long as the need and the offer; whoever decided is empty once forgotten",
        "planning as was decided, and looking over it (PIPL 55)",
    ),
    Kept(
        ("matches.CaseLook_named",),
        "whom a look at the people around a case named",
        "as long as the look, and while they are known here",
        "they can read that they were looked at, and why",
    ),
    Kept(
        ("matches.SetAside",),
        "what does not count any more after a second look",
        "as long as the second look and what was set aside; whoever decided is empty once forgotten",
        "reckoning as was decided, and looking over it (PIPL 55)",
    ),
    Kept(
        (),
        "the tie graph of the city in files, with ids of people (`SNAPSHOT_FOLDER`)",
        "the two newest days; all of it goes whenever somebody is forgotten",
        "measuring the city without reading every row",
    ),
    Kept(
        ("privacy.Farewell",), "who left and may come back", "14 days, then it goes with the person", "a change of mind"
    ),
    Kept(
        ("needs.Emergency", "notices.DutyAlarm", "notices.DutyAlarm_not_for", "notices.DutyCall"),
        "emergencies, alarms of the duty post and who was rung",
        "while the person they are about is known here",
        "looking back at what went wrong",
    ),
    Kept(
        ("notices.Notice_not_for",),
        "who is not to be the one who tells a notice",
        "as long as the notice",
        "keeping a concern from the side that it is about",
    ),
    Kept(
        ("notices.Webhook",),
        "addresses of organizations' systems",
        "with the organization; whoever entered one is empty once forgotten",
        "telling them",
    ),
    Kept(("notices.ContactWish",), "how one wishes to be told", KNOWN, "telling people as they wish"),
    Kept(
        ("notices.DutyPhone",),
        "the number of a duty post",
        "until it is set anew; whoever set it is empty once forgotten",
        "being reached",
    ),
    Kept(
        ("records.Record", "records.PersonKey"),
        "records",
        "for good; a forgotten person's key is destroyed, and no record leads to them",
        "showing that nothing was changed",
    ),
    Kept(
        ("jobs.OutboxJob",),
        "jobs that are done; jobs put aside",
        "30 days, cleared away by `jobs.purge_done`; until a person has looked",
        "finding out why something did not happen",
    ),
    Kept(
        ("lists.ImportUpload",),
        "rows of a list that was uploaded",
        "until the import is over, seven days at most; cleared away by `lists.purge_imports`",
        "importing exactly what was confirmed",
    ),
    Kept(
        ("lists.ImportRun", "lists.ImportFault"),
        "imports with their counts; what was wrong with which row",
        "for good, whoever uploaded it is empty once forgotten; faults 30 days",
        "correcting the rest of the list; knowing where people came from",
    ),
    Kept(
        ("community.Organization", "community.Station", "needs.ServiceType", "needs.Tour", "needs.TourStop"),
        "organizations, stations, kinds of help, tours and their stops",
        "for good",
        "they are public and no persons",
    ),
    Kept(
        ("simulation.GeneratedCommunity", "simulation.GeneratedLogin"),
        "marks of generated communities",
        "while the sample is there",
        "nobody in it is real",
    ),
)
