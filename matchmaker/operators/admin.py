"""Which tables operators read, and of each the columns that name nobody.

People, accounts, needs, offers, ties, vouches, proposals and what was said of them stand in none of them.
`tests/operators/test_tables.py` holds the list of all columns.
"""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from matchmaker.community.models import Area, AreaLevel, Organization, Post, Station, StreetMap
from matchmaker.jobs.actions import try_again
from matchmaker.jobs.models import OutboxJob
from matchmaker.lists.models import ImportRun
from matchmaker.matches.models import CityPlan, PriceSet, Round, ScoreCard
from matchmaker.needs.models import ServiceType
from matchmaker.notices.models import Delivery, WebhookMessage
from matchmaker.operators.tables import ReadOnly
from matchmaker.records.models import Chain


class JobState(admin.SimpleListFilter):
    """Jobs that were put aside, jobs that wait, jobs that are done."""

    title = "状态 · state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("dead", "搁置 · put aside"), ("waiting", "等待 · waiting"), ("done", "完成 · done")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OutboxJob]) -> QuerySet[OutboxJob]:
        wished = {
            "dead": {"dead_at__isnull": False},
            "waiting": {"dead_at__isnull": True, "done_at__isnull": True},
            "done": {"done_at__isnull": False},
        }
        return queryset.filter(**wished.get(self.value() or "", {}))


@admin.register(OutboxJob)
class Jobs(ReadOnly):
    """Later work; what was put aside after too many attempts may be tried again."""

    title = "后台任务 · Jobs"
    columns = ("name", "due_at", "attempts", "attempted_at", "done_at", "dead_at", "last_error_code")
    more = ("created_at", "locked_until")
    list_filter = (JobState, "name")
    ordering = ("-pk",)
    actions = ("try_again",)

    @admin.action(description="再试一次 · Try again")
    def try_again(self, request: HttpRequest, rows: QuerySet[OutboxJob]) -> None:
        number = try_again(job_ids=list(rows.values_list("pk", flat=True)), now=timezone.now())
        self.message_user(request, f"再试：{number} · tried again: {number}", messages.SUCCESS)


@admin.register(Delivery)
class Deliveries(ReadOnly):
    title = "短信和邮件 · Messages sent"
    columns = ("channel", "state", "made_at", "due_at", "attempts", "sent_at", "confirmed_at", "failure_code")
    list_filter = ("state", "channel")
    ordering = ("-pk",)


@admin.register(WebhookMessage)
class WebhookMessages(ReadOnly):
    title = "给组织系统的通知 · Webhook messages"
    columns = ("event", "made_at", "attempts", "next_at", "taken_at", "given_up_at", "last_result")
    list_filter = ("event",)
    ordering = ("-pk",)


@admin.register(Chain)
class Chains(ReadOnly):
    title = "记录链 · Chains of records"
    columns = ("key", "head_seq", "head_hash")
    ordering = ("key",)


@admin.register(Area)
class Areas(ReadOnly):
    """Down to stairwells: a household is somebody's home."""

    title = "区域 · Areas"
    columns = ("name", "name_en", "level", "path", "time_zone")
    list_filter = ("level",)
    search_fields = ("name", "name_en")
    ordering = ("path",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Area]:
        return super().get_queryset(request).filter(level__lt=AreaLevel.HOUSEHOLD)


@admin.register(Organization)
class Organizations(ReadOnly):
    title = "组织 · Organizations"
    columns = ("name", "name_en", "kind", "area", "registered_at", "verified_at", "closed_at")
    list_filter = ("kind",)
    list_select_related = ("area",)
    search_fields = ("name", "name_en")
    ordering = ("name",)


@admin.register(Station)
class Stations(ReadOnly):
    title = "服务站 · Stations"
    columns = ("name", "name_en", "kind", "area", "organization")
    list_filter = ("kind",)
    list_select_related = ("area", "organization")
    ordering = ("name",)


@admin.register(Post)
class Posts(ReadOnly):
    """Which posts there are; who holds one is no column."""

    title = "岗位 · Posts"
    columns = ("area", "kind")
    list_filter = ("kind",)
    list_select_related = ("area",)
    ordering = ("area__path", "kind")


@admin.register(StreetMap)
class StreetMaps(ReadOnly):
    title = "街道地图 · Street maps"
    columns = ("name", "attribution", "points", "stretches", "imported_at")
    ordering = ("name",)


@admin.register(ServiceType)
class ServiceTypes(ReadOnly):
    title = "服务类型 · Service types"
    columns = ("code", "name_zh", "name_en", "parent", "sensitive", "public_duty", "companions_allowed", "retired")
    more = ("taxonomy_version", "care_dimension", "required_trainings", "required_licences", "required_clearances")
    list_select_related = ("parent",)
    ordering = ("parent_id", "pk")


@admin.register(ScoreCard)
class ScoreCards(ReadOnly):
    title = "排序依据 · Score cards"
    columns = ("name", "version", "published_at")
    more = ("weights", "thresholds")
    ordering = ("name", "-version")


@admin.register(CityPlan)
class CityPlans(ReadOnly):
    title = "全城安排 · City plans"
    columns = ("area", "seed", "requested_at", "finished_at")
    list_select_related = ("area",)
    ordering = ("-pk",)


@admin.register(Round)
class Rounds(ReadOnly):
    title = "集中安排 · Rounds"
    columns = ("community", "state", "phase", "progress_percent", "requested_at", "finished_at", "failure_code")
    more = ("needs_count", "candidates_count", "proposals_count", "attempts", "heartbeat_at", "cut_short", "versions")
    list_filter = ("state",)
    list_select_related = ("community",)
    ordering = ("-pk",)


@admin.register(PriceSet)
class PriceSets(ReadOnly):
    title = "影子价格 · Price sets"
    columns = ("area", "solved_at", "needs_seen", "candidates_count", "offers_priced")
    list_select_related = ("area",)
    ordering = ("-pk",)


@admin.register(ImportRun)
class ImportRuns(ReadOnly):
    title = "名单导入 · Imports of lists"
    columns = ("kind", "state", "community", "rows_count", "faulty_count", "uploaded_at", "finished_at", "failure_code")
    list_filter = ("state", "kind")
    list_select_related = ("community",)
    ordering = ("-pk",)
