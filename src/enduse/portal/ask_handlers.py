"""Addresses at which residents ask, and the desk answers."""

import asyncio
from collections.abc import Sequence
from typing import Any

from litestar import MediaType, Request, Response, get, post
from litestar.exceptions import NotAuthorizedException, TooManyRequestsException, ValidationException
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec

from enduse.portal import ask
from enduse.portal.desk import BODY_MAX, Desk, Visit
from enduse.portal.desk_handlers import sent, shown
from enduse.portal.questions import QuestionBox, QuestionCount


def ask_handlers(desk: Desk) -> Sequence[HTTPRouteHandler]:
    """Return the handlers of questions and answers."""

    @get("/ask.json", sync_to_thread=True, operation_id="askJson", tags=["answers"])
    def question_counts() -> tuple[QuestionCount, ...]:
        """Give how many questions there were, by topic and place; none under the programme's least count."""
        return desk.site.ask(lambda answers: QuestionBox(desk.store).counts(answers.programme.least_count()))

    @post(
        "/ask/message.json",
        operation_id="askMessage",
        tags=["answers"],
        request_max_body_size=BODY_MAX,
        status_code=200,
        raises=[ValidationException, NotAuthorizedException, RequestEntityTooLarge, TooManyRequestsException],
        responses={
            200: ResponseSpec(
                data_container=ask.HookAnswer, media_type=MediaType.JSON, generate_examples=False, description="Taken."
            )
        },
    )
    async def take_message(request: Request[Any, Any, Any]) -> Response[Any]:
        """Take a question that came as a message (RapidPro's *Call Webhook*); needs the token that the keeper's desk shows."""
        body = await request.body()
        given = request.headers.get("authorization", "")
        return await asyncio.to_thread(
            desk.site.ask, lambda answers: ask.take_message(Visit(desk, answers, request), given, body)
        )

    return (
        question_counts,
        take_message,
        *shown(desk, "ask", ask.ask_page, everybody=True),
        *sent(desk, "ask", ask.ask, everybody=True),
        *shown(desk, "ask/safe", ask.safe_page, everybody=True),
        *sent(desk, "ask/safe", ask.ask_safely, everybody=True),
        *shown(desk, "ask/look", ask.look_page, everybody=True),
        *sent(desk, "ask/look", ask.look, everybody=True),
        *shown(desk, "desk/questions", ask.questions_page),
        *shown(desk, "desk/questions/{number:str}", ask.question_page),
        *sent(desk, "desk/questions/{number:str}", ask.answer),
    )
