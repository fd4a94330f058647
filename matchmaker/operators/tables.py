"""A table that is read: no row is added, changed or deleted through it, whoever asks."""

from typing import TYPE_CHECKING, Any, TypeGuard

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db.models import Model
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    AnyTable = ModelAdmin[Any]
else:
    AnyTable = ModelAdmin  # it takes its model in brackets for the type checker alone


class ReadOnly(AnyTable):
    """Shows `columns` in the list and, with `more`, of one row; no other column of the model."""

    title: str
    columns: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    list_per_page = 50
    show_full_result_count = False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {**(extra_context or {}), "title": self.title})

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        return self.columns

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return (*self.columns, *self.more)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Rows are picked by what is shown of them: how many a hidden column picks would tell what stands in it."""
        named = {one.parameter_name for one in self.list_filter if _is_own_filter(one)}
        shown = {*self.columns, *self.more, *named}
        return lookup.partition(LOOKUP_SEP)[0] in shown and super().lookup_allowed(lookup, value, request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def _is_own_filter(one: Any) -> TypeGuard[type[SimpleListFilter]]:
    return isinstance(one, type) and issubclass(one, SimpleListFilter)
