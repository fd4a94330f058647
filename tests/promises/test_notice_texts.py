"""Every kind of notice speaks on every channel in both languages, and says little where others may look."""

import re

import pytest

from api.types.notices import TYPE_OF
from matchmaker.notices.models import Channel, NoticeKind
from matchmaker.notices.rules import RULES
from matchmaker.notices.texts import TEXTS, mail_text, sentence_of, sms_text
from matchmaker.web.notice_pages import PAGE_OF

LONGEST_SMS = {"zh": 67, "en": 153}
"""Of one text message, where it may be joined to others."""
ENDS = {"zh": re.compile(r"[\u4e00-\u9fff].*[。？！）]$"), "en": re.compile(r"^[A-Z].*[.?!)]$")}
LANGUAGES = sorted(ENDS)


class TestNoticeTexts:
    def test_are_there_for_each_kind(self) -> None:
        assert set(TEXTS) == set(NoticeKind.values)

    def test_have_a_rule_beside_them(self) -> None:
        assert set(RULES) == set(NoticeKind.values)

    def test_lead_somewhere_at_both_doors(self) -> None:
        assert set(TYPE_OF) == set(PAGE_OF) == set(NoticeKind.values)

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("channel", Channel.values)
    @pytest.mark.parametrize("kind", NoticeKind.values)
    def test_are_whole_sentences(self, kind: str, channel: str, language: str) -> None:
        assert ENDS[language].search(sentence_of(kind, channel, language))

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("kind", NoticeKind.values)
    def test_fit_into_two_text_messages_without_a_link(self, kind: str, language: str) -> None:
        for kinds in ([kind], [kind] * 3):
            text = sms_text(kinds, language)
            assert len(text) <= 2 * LONGEST_SMS[language]
            assert "http" not in text
            assert "{" not in text

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("kind", NoticeKind.values)
    def test_do_not_say_on_a_locked_screen_who_helps_whom(self, kind: str, language: str) -> None:
        """Whether somebody asked for help, offers it or was refused is nobody's but theirs."""
        telling = re.compile(r"帮您|愿意|取消|没有找到|撤回|help|cancel|called off|nobody|taken back", re.IGNORECASE)
        for channel in (Channel.SMS, Channel.MAIL):
            assert not telling.search(sentence_of(kind, channel, language))
        subject, body = mail_text([kind], language, "")
        assert sentence_of(kind, Channel.MAIL, language) in subject
        assert "http" not in body
