"""Lists: Relay connections of at most a hundred rows."""

from collections.abc import Callable, Sequence
from typing import Any

import graphene
from django.db.models import QuerySet
from graphql import GraphQLError
from graphql_relay import cursor_to_offset, offset_to_cursor

from api.context import Context
from api.limits import PAGE_DEFAULT, PAGE_MAX
from api.loaders import keep_page
from api.reads import is_narrowed, narrowed
from api.texts import check_texts

Rows = QuerySet[Any] | Sequence[Any]


class PageInfo(graphene.ObjectType):
    """Where a page lies in its list."""

    has_next_page = graphene.Boolean(required=True, description="More rows follow.")
    has_previous_page = graphene.Boolean(required=True, description="Rows come before.")
    start_cursor = graphene.String(description="The cursor of the first row.")
    end_cursor = graphene.String(description="Give it as `after` for the next page.")


def connection_of(node_type: type[graphene.ObjectType]) -> type[graphene.ObjectType]:
    """The connection type of a row's type: nodes, edges with cursors, page info."""
    name = node_type._meta.name
    edge_fields = {
        "cursor": graphene.String(required=True, description="The row's place in the list."),
        "node": graphene.Field(node_type, required=True, description="The row."),
        "Meta": type("Meta", (), {"name": f"{name}Edge", "description": f"One {name} of a list."}),
    }
    edge = type(f"{name}Edge", (graphene.ObjectType,), edge_fields)
    fields = {
        "nodes": graphene.List(graphene.NonNull(node_type), required=True, description="The rows."),
        "edges": graphene.List(graphene.NonNull(edge), required=True, description="The rows with their cursors."),
        "page_info": graphene.Field(PageInfo, required=True, description="Where this page lies."),
        "total_count": graphene.Int(
            required=True,
            description="How many rows the whole list has for who asks.",
            resolver=lambda page, _info: page["total_count"](),
        ),
        "Meta": type("Meta", (), {"name": f"{name}Connection", "description": f"A page of {name} rows."}),
    }
    return type(f"{name}Connection", (graphene.ObjectType,), fields)


def connection_field(
    connection: type[graphene.ObjectType],
    rows: Callable[..., Rows],
    *,
    description: str,
    **filters: graphene.Argument,
) -> graphene.Field:
    """A field that gives a page of what `rows(context, **filters)` selects; the query decides order and sight."""

    def rows_of(_root: Any, context: Context, **asked: Any) -> Rows:
        return rows(context, **asked)

    return connection_inside(connection, rows_of, description=description, **filters)


def connection_inside(
    connection: type[graphene.ObjectType],
    rows: Callable[..., Rows],
    *,
    description: str,
    **filters: graphene.Argument,
) -> graphene.Field:
    """The same for a field of a row: a page of what `rows(row, context, **filters)` selects."""

    def resolve(
        row: Any, info: graphene.ResolveInfo, first: int | None = None, after: str | None = None, **asked: Any
    ) -> dict[str, Any]:
        check_texts(asked)
        found = rows(row, info.context, **asked)
        if isinstance(found, QuerySet):
            found = narrowed(found, info)
        return page_of(found, first=PAGE_DEFAULT if first is None else first, after=after)

    return graphene.Field(
        connection,
        required=True,
        description=description,
        resolver=resolve,
        first=graphene.Int(default_value=PAGE_DEFAULT, description=f"How many rows, at most {PAGE_MAX}."),
        after=graphene.String(description="The cursor after which to start."),
        **filters,
    )


def page_of(rows: Rows, *, first: int, after: str | None) -> dict[str, Any]:
    """At most `first` rows from `after` on: one row more is read, to know whether more follow."""
    if not 1 <= first <= PAGE_MAX:
        raise GraphQLError(f"`first` is between 1 and {PAGE_MAX}.", extensions={"code": "TOO_MUCH"})
    start = 0 if after is None else _start_after(after)
    page = list(rows[start : start + first + 1])
    nodes = keep_page(page[:first], narrow=is_narrowed(rows))
    edges = [{"cursor": offset_to_cursor(start + place), "node": node} for place, node in enumerate(nodes)]
    return {
        "nodes": nodes,
        "edges": edges,
        "page_info": {
            "has_next_page": len(page) > first,
            "has_previous_page": start > 0,
            "start_cursor": edges[0]["cursor"] if edges else None,
            "end_cursor": edges[-1]["cursor"] if edges else None,
        },
        "total_count": lambda: rows.count() if isinstance(rows, QuerySet) else len(rows),
    }


def _start_after(cursor: str) -> int:
    offset = cursor_to_offset(cursor)
    if offset is None or not 0 <= offset < 2**31:
        raise GraphQLError("`after` is no cursor of this list.", extensions={"code": "BAD_REQUEST"})
    return offset + 1
