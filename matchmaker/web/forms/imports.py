"""Which list, and its file."""

from typing import Any, Final

from django import forms

from matchmaker.lists import queries
from matchmaker.lists.reading.table import BYTES_AT_MOST
from matchmaker.web.forms import choices
from matchmaker.web.phrases import say, say_later
from matchmaker.web.reader import Reader
from matchmaker.web.wording import name_of

PEOPLE: Final = "PEOPLE"
NEEDS: Final = "NEEDS"
OFFERS: Final = "OFFERS"
LIST_NAMES: Final = {
    PEOPLE: say_later("人员名单", "People"),
    NEEDS: say_later("需求名单", "Requests for help"),
    OFFERS: say_later("服务名单", "Offers of an organization"),
}


class ImportForm(forms.Form):
    """`what` is a kind of list, or for offers `OFFERS:` and the id of the organization."""

    what = forms.ChoiceField(
        label=say_later("这是什么名单？", "What is it a list of?"),
        widget=forms.RadioSelect,
        error_messages={"required": say_later("请选一项。", "Please choose one.")},
    )
    file = forms.FileField(
        label=say_later("文件（XLSX 或 CSV）", "File (XLSX or CSV)"),
        help_text=say_later("最多5万行、20 MB。", "At most 50,000 rows and 20 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={
            "required": say_later("请选择文件。", "Please choose a file."),
            "empty": say_later("这个文件是空的。", "This file is empty."),
        },
    )

    def __init__(self, *args: Any, reader: Reader, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices.set_choices(self, "what", kinds_for(reader))

    def clean_file(self) -> Any:
        """Its size is looked at before its first byte is."""
        file = self.cleaned_data["file"]
        if file.size > BYTES_AT_MOST:
            raise forms.ValidationError(
                say("文件超过20 MB，请分成几个。", "The file has more than 20 MB. Please split it.")
            )
        return file


def kinds_for(reader: Reader) -> choices.Choices:
    """The lists that the reader may bring in."""
    found = []
    if queries.may_import_people(reader.viewer):
        found += [(kind, str(LIST_NAMES[kind])) for kind in (PEOPLE, NEEDS)]
    for organization in queries.organizations_imported_for(reader.viewer):
        found.append(
            (
                f"{OFFERS}:{organization.public_id}",
                say(f"“{name_of(organization)}”的服务名单", f"Offers of {name_of(organization)}"),
            )
        )
    return found
