"""Who gives a post, who names a deputy in it, and who ends that."""

from typing import Final

from matchmaker.community.models import Deputy, Post, PostKind, PostTerm
from matchmaker.community.viewers import Viewer

NOT_FROM_COORDINATORS: Final = frozenset({PostKind.COORDINATOR, PostKind.AUDITOR})
"""Given and ended by operators alone: nobody chooses who looks over their work."""
WITH_DEPUTIES: Final = frozenset({PostKind.COORDINATOR, PostKind.GRID_HEAD, PostKind.FULL_TIME_MEMBER})
"""Nobody stands in for who looks over the work of others, or holds an office of the state."""


def may_appoint(viewer: Viewer, post: Post) -> bool:
    """Operators give every post, a coordinator those below them; who only stands in for a coordinator gives none."""
    if viewer.is_operator:
        return True
    return post.kind not in NOT_FROM_COORDINATORS and viewer.holds_oneself(PostKind.COORDINATOR, post.area.path)


def may_name_deputy(viewer: Viewer, term: PostTerm) -> bool:
    """The holder of a post that has deputies, and whoever may appoint to it."""
    is_holder = viewer.person_id is not None and viewer.person_id == term.person_id
    return term.post.kind in WITH_DEPUTIES and (is_holder or may_appoint(viewer, term.post))


def may_end_deputy(viewer: Viewer, deputy: Deputy) -> bool:
    """Whoever may name one, and the deputy for themself."""
    steps_down = viewer.person_id is not None and viewer.person_id == deputy.person_id
    return steps_down or may_name_deputy(viewer, deputy.term)
