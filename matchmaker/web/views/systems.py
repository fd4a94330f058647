"""Apps and organizations' systems: access tokens, and the addresses that organizations' systems are told at."""

from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from matchmaker.community import actions, queries
from matchmaker.community.actions.acting_once import Answer, Asked
from matchmaker.community.actions.tokens import secret_again
from matchmaker.errors import DomainError, NotAllowed, NotFound
from matchmaker.notices import actions as notices
from matchmaker.notices import queries as told
from matchmaker.web.forms.refusals import add_refusal
from matchmaker.web.forms.systems import EVENTS, SCOPES, TokenForm, WebhookForm
from matchmaker.web.pages import for_the_signed_in, page
from matchmaker.web.reader import Reader

SHOWN_AT_MOST: Final = 100


@for_the_signed_in
def systems(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The tokens, and the form that makes one; its secret stands on the answer to that press and nowhere else."""
    form = TokenForm(request.POST if request.method == "POST" else None, reader=reader)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            token, secret = _made(request, reader, form)
        except DomainError as refusal:
            add_refusal(form, refusal, reader.language)
        else:
            context |= {"made": token, "secret": secret, "form": TokenForm(None, reader=reader)}
            if token.scopes == ["CALENDAR"]:
                context["calendar"] = request.build_absolute_uri(reverse("calendar-feed", args=[secret]))
    words = dict(SCOPES)
    tokens = queries.tokens_for(reader.viewer)[:SHOWN_AT_MOST]
    context["tokens"] = [(token, [words[scope] for scope in token.scopes]) for token in tokens]
    return page(request, reader, "systems.html", context)


def _made(request: HttpRequest, reader: Reader, form: TokenForm) -> tuple[Any, str]:
    """The token of this form and its secret; pressed twice the first ones, for only the last answer is seen."""
    wishes = {name: value for name, value in form.cleaned_data.items() if name != "token"}
    wishes["organization_id"] = UUID(wishes["organization_id"]) if wishes["organization_id"] else None
    number = f"{form.cleaned_data['token']}:{_alike(*map(str, wishes.values()))}"

    def again(answer: Answer) -> tuple[Any, str]:
        token = queries.tokens_ever_for(reader.viewer).filter(public_id=answer.row).first()
        if token is None:
            raise NotFound
        return token, secret_again(viewer=reader.viewer, token=token, form=number)

    return actions.act_once(
        asked=Asked(int(request.user.pk or 0), None, f"page:{number}", "make_token"),
        act=lambda: actions.make_token(viewer=reader.viewer, now=reader.now, form=number, **wishes),
        answer_of=lambda made: Answer(str(made[0].public_id)),
        again=again,
        now=reader.now,
    )


@for_the_signed_in
def revoke(request: HttpRequest, reader: Reader, token_id: UUID) -> HttpResponse:
    if request.method == "POST":
        actions.revoke_token(viewer=reader.viewer, token_id=token_id, now=reader.now)
    return redirect("systems")


@for_the_signed_in
def webhooks(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The addresses of the organizations that the reader speaks for, and what was told there."""
    if not reader.viewer.clerk_of:
        raise NotAllowed
    form = WebhookForm(request.POST if request.method == "POST" else None, reader=reader)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            secret = _secret_of_opened(request, reader, form)
        except DomainError as refusal:
            add_refusal(form, refusal, reader.language)
        else:
            context |= {"secret": secret, "form": WebhookForm(None, reader=reader)}
    words = dict(EVENTS)
    rows = told.webhooks_for(reader.viewer)[:SHOWN_AT_MOST]
    context["webhooks"] = [(webhook, [words[event] for event in webhook.events]) for webhook in rows]
    sent = told.webhook_messages_for(reader.viewer)[:SHOWN_AT_MOST]
    context["messages_sent"] = [(message, words[message.event]) for message in sent]
    return page(request, reader, "webhooks.html", context)


def _secret_of_opened(request: HttpRequest, reader: Reader, form: WebhookForm) -> str:
    """The secret of the webhook of this form; pressed twice it is the first one's, for only the last answer is seen."""
    wishes = form.cleaned_data
    told_where = [wishes["organization_id"], wishes["url"], *sorted(wishes["events"])]

    def opened() -> str:
        webhook, _ = notices.open_webhook(
            viewer=reader.viewer,
            organization_id=UUID(wishes["organization_id"]),
            url=wishes["url"],
            events=wishes["events"],
            now=reader.now,
        )
        return str(webhook.public_id)

    webhook_id = actions.act_once(
        asked=Asked(int(request.user.pk or 0), None, f"page:{wishes['token']}:{_alike(*told_where)}", "open_webhook"),
        act=opened,
        answer_of=Answer,
        again=lambda answer: answer.row,
        now=reader.now,
    )
    return told.webhook_secret_for(reader.viewer, UUID(webhook_id))


def _alike(*answers: str) -> str:
    """The same for the same answers: whoever goes back to the form and changes it asks for something else."""
    return sha256("\n".join(answers).encode()).hexdigest()[:32]


@for_the_signed_in
def close_webhook(request: HttpRequest, reader: Reader, webhook_id: UUID) -> HttpResponse:
    if request.method == "POST":
        notices.close_webhook(viewer=reader.viewer, webhook_id=webhook_id, now=reader.now)
    return redirect("webhooks")


@for_the_signed_in
def replay_webhook(request: HttpRequest, reader: Reader, message_id: UUID) -> HttpResponse:
    if request.method == "POST":
        notices.replay_webhook(viewer=reader.viewer, message_id=message_id, now=reader.now)
    return redirect("webhooks")
