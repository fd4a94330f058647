"""Names in the reader's language."""

import pytest
from django.utils import translation

from matchmaker.needs.models import Offer
from matchmaker.web.wording import offer_title
from tests.towns import SmallTown, open_offer_for


class TestOfferTitle:
    @pytest.mark.parametrize(
        ("title", "chinese", "english"),
        [
            ("代购跑腿、陪同就医", "代购跑腿、陪同就医", "Shopping and errands, Going along to the clinic"),
            ("Shopping and errands", "代购跑腿", "Shopping and errands"),
            ("代买东西", "代买东西", "代买东西"),
            ("代购跑腿、也可以聊天", "代购跑腿、也可以聊天", "代购跑腿、也可以聊天"),
        ],
    )
    def test_that_names_kinds_of_help_alone_names_them_for_the_reader(
        self, town: SmallTown, title: str, chinese: str, english: str
    ) -> None:
        offer = open_offer_for(town, title=title, service_types=("SHOPPING", "CLINIC_COMPANY"))
        row = Offer.objects.get(pk=offer.pk)

        for language, told in (("zh-hans", chinese), ("en", english)):
            with translation.override(language):
                assert offer_title(row) == told
