"""Refusals: what a person asked for cannot be done, and what they can do about it."""

from typing import ClassVar


class DomainError(Exception):
    """A refusal that a person can act on.

    Each subclass has a unique `code`; doors turn it into a `UserError`. Anything that is
    not a DomainError is a bug and is left to rise.

    Parameters
    ----------
    message : str, optional
        One plain sentence; the class's `message` when left out. Never a name, a place or a need.
    message_zh : str, optional
        The same sentence in Chinese; the class's `message_zh` when left out.
    field : str, optional
        The input field at fault, in snake_case.
    """

    code: ClassVar[str] = "REFUSED"
    message: ClassVar[str] = "This cannot be done."
    message_zh: ClassVar[str] = "现在不能这样做。"

    def __init__(self, message: str | None = None, *, message_zh: str | None = None, field: str | None = None) -> None:
        self.field = field
        self.detail = message
        self.detail_zh = message_zh
        super().__init__(message or self.message)

    def sentence(self, language: str) -> str:
        """The refusal in the reader's language: "zh" or "en"."""
        if language.startswith("zh"):
            return self.detail_zh or self.message_zh
        return self.detail or self.message


class SignInRequired(DomainError):
    code = "SIGN_IN_REQUIRED"
    message = "Please sign in first."
    message_zh = "请先登录。"


class NotFound(DomainError):
    """Also what is answered for things the viewer may not see."""

    code = "NOT_FOUND"
    message = "There is nothing here that you can see."
    message_zh = "没有找到您可以查看的内容。"


class NotAllowed(DomainError):
    code = "NOT_ALLOWED"
    message = "Your role here does not cover this."
    message_zh = "您目前的角色不能做这件事。"


class TooManyTries(DomainError):
    """Also where the code would have fitted: it says nothing of who has an account."""

    code = "TOO_MANY_TRIES"
    message = "There were too many tries from your connection. Please wait an hour, or come to the community station."
    message_zh = "您这边试的次数太多了，请过一小时再试，或者到社区服务站来。"


class InvalidInput(DomainError):
    code = "INVALID_INPUT"
    message = "Please check what you entered."
    message_zh = "请检查您填写的内容。"


def all_refusals() -> tuple[type[DomainError], ...]:
    """Every refusal class that has been imported, sorted by code."""
    found: set[type[DomainError]] = set()
    waiting: list[type[DomainError]] = [DomainError]
    while waiting:
        for child in waiting.pop().__subclasses__():
            if child not in found:
                found.add(child)
                waiting.append(child)
    return tuple(sorted(found, key=lambda refusal: refusal.code))
