"""What a coordinator reads of a whole town and of an area; sentences about people stand in `sentences`."""

from collections.abc import Mapping
from typing import Final

from matchmaker.engine.sentences import Sentence

TOWN: Final[Mapping[str, Sentence]] = {
    "ISLANDS_REMOVED": Sentence(
        "邻里生疏度从{before}降到{after}：好像少了{islands}群互不往来的人。这样的下降多半来自需求得到满足本身，与选谁来帮关系较小。",
        "The stranger index went from {before} to {after}: as if {islands:group|groups} fewer knew nothing of each "
        "other. Most of such a fall comes from meeting needs at all, less from who helps.",
    ),
    "ISLANDS_REMOVED_TOGETHER": Sentence(
        "邻里生疏度从{before}降到{after}：好像少了{islands}群互不往来的人。一部分来自需求得到满足，一部分来自同行的邻居。",
        "The stranger index went from {before} to {after}: as if {islands:group|groups} fewer knew nothing of each "
        "other. Part of such a fall comes from meeting needs at all, part from neighbours who came along.",
    ),
    "ISLANDS_MORE": Sentence(
        "邻里生疏度从{before}升到{after}：好像多了{islands}群互不往来的人。往来久不走动就会淡。",
        "The stranger index went from {before} to {after}: as if {islands:more group|more groups} knew nothing of each "
        "other. Ties that nobody renews fade.",
    ),
    "ISLANDS_AS_BEFORE": Sentence(
        "邻里生疏度为{after}，与上次相比看不出变化。",
        "The stranger index is {after}; it cannot be told from what it was before.",
    ),
}
"""What a coordinator reads of a town between two days."""

AREA: Final[Mapping[str, Sentence]] = {
    "NOT_KNOWN_YET": Sentence(
        "登记的人还不到{least}位，现在还说不准。", "Fewer than {least} people are known here, so nothing is known yet."
    ),
    "BEHAVES_LIKE": Sentence(
        "这里登记了{people}人，好像分成{islands}群互不往来的人。",
        "{people} people are known here, and they are like {islands:group|groups} that know nothing of each other.",
    ),
    "FEWER": Sentence(
        "按今天的人数算，比{day}少{islands}群。", "For as many people as today, that is {islands} fewer than on {day}."
    ),
    "MORE": Sentence(
        "按今天的人数算，比{day}多{islands}群：往来久不走动就会淡，新搬来的人也还没有往来。",
        "For as many people as today, that is {islands} more than on {day}: ties that nobody renews fade, and who "
        "moved in knows nobody yet.",
    ),
    "AS_BEFORE": Sentence("与{day}相比看不出变化。", "It cannot be told from what it was on {day}."),
    "NO_MONTH_YET": Sentence("还没有一个月前的数可以相比。", "There is no figure of a month ago to compare with yet."),
    "TIES_SINCE": Sentence(
        "从那时起，因帮忙而有或得以延续的往来{by_help}份，双方说认识的{by_word}份，同行认识的{by_going_along}份。",
        "Ties made or renewed since then: by help {by_help}, because both said that they know each other {by_word}, by "
        "going along {by_going_along}.",
    ),
    "MOST_BY_HELP": Sentence(
        "这些往来多数来自有人帮上了忙，不论是谁帮的。",
        "Most of these ties come from requests that were met, whoever helped.",
    ),
}
"""What a coordinator reads of an area on one day."""
