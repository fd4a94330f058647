"""Who may bring in which list; asked at the upload, and again whenever it is worked on."""

from datetime import datetime

from matchmaker.community.models import Area, Organization
from matchmaker.community.viewers import Viewer, viewer_for_person
from matchmaker.errors import DomainError, NotAllowed
from matchmaker.lists.cells import Row
from matchmaker.lists.models import ImportKind, ImportRun, ImportUpload
from matchmaker.lists.planning.plan import Scope


class ListOrganizationNotVerified(DomainError):
    code = "LIST_ORGANIZATION_NOT_VERIFIED"
    message = "Your organization has not been verified yet. Please ask a worker of the area, then upload the list."
    message_zh = "您的组织还没有通过核实。请先联系社区工作人员，再上传名单。"


def refuse_outsiders(viewer: Viewer, kind: str, community: Area, organization: Organization | None) -> None:
    """Nothing for a worker of (a part of) the community, or of offers a clerk of the verified organization."""
    if kind == ImportKind.OFFERS:
        if organization is None or organization.pk not in viewer.clerk_of:
            raise NotAllowed(field="organization_id")
        if organization.verified_at is None:
            raise ListOrganizationNotVerified(field="organization_id")
        return
    paths = viewer.worker_paths
    if not any(path.startswith(community.path) or community.path.startswith(path) for path in paths):
        raise NotAllowed(field="community_id")


def scope_of(run: ImportRun, person_id: int | None, *, now: datetime) -> Scope:
    """The import in the hands of this person, with the posts they hold now; NotAllowed where they hold none."""
    if person_id is None:
        raise NotAllowed
    viewer = viewer_for_person(person_id, now=now)
    refuse_outsiders(viewer, run.kind, run.community, run.organization)
    return Scope(viewer=viewer, community=run.community, organization=run.organization)


def rows_of(upload: ImportUpload) -> list[Row]:
    """The rows of the file, to be read anew: a plan leaves its faults in them."""
    return [Row(number, dict(zip(upload.columns, cells, strict=True))) for number, cells in upload.rows]
