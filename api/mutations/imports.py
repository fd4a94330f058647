"""Bringing lists in: checked first, imported after a confirmation."""

import base64
import binascii
from typing import Any

import graphene

from api.context import Context
from api.ids import uuid_if_given, uuid_of
from api.mutation import Mutation
from api.types.enums import ImportKind
from api.types.imports import ImportRun
from matchmaker.errors import InvalidInput
from matchmaker.lists import actions


class CheckImport(Mutation):
    """Send in a list and learn what it would change and what is wrong with it; nothing is changed yet."""

    class Input:
        kind = ImportKind(required=True, description="What it is a list of.")
        content = graphene.String(required=True, description="The CSV or XLSX file, as base64.")
        community_id = graphene.ID(description="For which community; the viewer's own where left out.")
        organization_id = graphene.ID(description="Whose offers they are; may be left out by the clerk of one alone.")

    gives = "import_run"
    import_run = graphene.Field(ImportRun, description="The import; a long list is still being checked.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        return actions.upload_list(
            viewer=context.viewer,
            kind=asked.kind.value,
            content=_decoded(asked.content),
            now=context.now,
            community_id=uuid_if_given("Area", asked.community_id, field="community_id"),
            organization_id=uuid_if_given("Organization", asked.organization_id, field="organization_id"),
        )


class ConfirmImport(Mutation):
    """Have the good rows of a checked list imported, all of them or none."""

    class Input:
        import_id = graphene.ID(required=True, description="Which import.")

    gives = "import_run"
    import_run = graphene.Field(ImportRun, description="The import; it runs in the background.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        import_id = uuid_of("ImportRun", asked.import_id, field="import_id")
        return actions.confirm_import(viewer=context.viewer, import_id=import_id, now=context.now)


class WithdrawImport(Mutation):
    """Call an import off before it is done; nothing of it is kept."""

    class Input:
        import_id = graphene.ID(required=True, description="Which import.")

    gives = "import_run"
    import_run = graphene.Field(ImportRun, description="The import.")

    @staticmethod
    def act(context: Context, asked: Any) -> Any:
        import_id = uuid_of("ImportRun", asked.import_id, field="import_id")
        return actions.withdraw_import(viewer=context.viewer, import_id=import_id, now=context.now)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput(
            "The file must be sent as base64.", message_zh="文件要以 base64 编码发送。", field="content"
        ) from error
