"""Codes that come by mail on `/v1`: to confirm an address, to set a new password (contracts/px0.md 1.9)."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import BaseModel

from promptwire.api.v1.answers import MessageAnswer, answer, errors
from promptwire.api.v1.requests import Body, PublicExchange, body_of, takes
from promptwire.services import password_reset, verification
from promptwire.services.password_reset import NewPassword
from promptwire.services.verification import Proof

router = APIRouter(tags=["Auth"])


class VerifyRequest(Body):
    """An address, and the code that was mailed there."""

    REQUIRED = ("email", "code")

    email: str = ""
    code: str = ""


class TriggerPasswordResetRequest(Body):
    """Whose password is forgotten."""

    REQUIRED = ("email",)

    email: str = ""


class ResetPasswordRequest(Body):
    """The code that was mailed, and the password to set; an address, where given, must be the one it was mailed to."""

    REQUIRED = ("code", "new_password")

    code: str = ""
    new_password: str = ""
    email: str = ""


class PasswordResetAnswer(BaseModel):
    """That a password was set, and whose."""

    message: str
    email: str


@router.get(
    "/v1/auth/verify-email",
    operation_id="triggerVerificationEmail",
    summary="Trigger Verification Email",
    response_model=MessageAnswer,
    responses=errors(400, 429),
)
async def trigger_verification_email(exchange: PublicExchange, email: str = "") -> Response:
    """Mail a new code to an address that waits for one; the answer is the same for every address."""
    await verification.send_again(exchange.context.desk, exchange.call, email)
    return answer(MessageAnswer(message="verification email sent successfully"))


@router.post(
    "/v1/auth/verify-email",
    operation_id="verifyEmail",
    summary="Verify User Email",
    response_model=MessageAnswer,
    responses=errors(400, 413, 429),
    openapi_extra=takes(VerifyRequest),
)
async def verify_email(exchange: PublicExchange) -> Response:
    """Confirm an address with the code that was mailed there."""
    read = await body_of(exchange, VerifyRequest, lambda body: Proof(email=body.email, code=body.code))
    done = await verification.verify_email(exchange.context.desk, exchange.call, read)
    words = "user is already verified" if done.already else "email verified successfully"
    return answer(MessageAnswer(message=words))


@router.post(
    "/v1/auth/password-reset/trigger",
    operation_id="triggerPasswordReset",
    summary="Trigger Password Reset",
    response_model=MessageAnswer,
    responses=errors(400, 413, 429),
    openapi_extra=takes(TriggerPasswordResetRequest),
)
async def trigger_password_reset(exchange: PublicExchange) -> Response:
    """Mail a code to the person with this address, if there is one; the answer is the same for every address."""
    read = await body_of(exchange, TriggerPasswordResetRequest, lambda body: body.email)
    await password_reset.trigger(exchange.context.desk, exchange.call, read)
    return answer(MessageAnswer(message="password reset email sent successfully"))


@router.post(
    "/v1/auth/password-reset/reset",
    operation_id="resetPassword",
    summary="Reset Password",
    response_model=PasswordResetAnswer,
    responses=errors(400, 413, 429),
    openapi_extra=takes(ResetPasswordRequest),
)
async def reset_password(exchange: PublicExchange) -> Response:
    """Set a new password with the code that was mailed; every session of the person ends."""
    read = await body_of(exchange, ResetPasswordRequest, _new_password)
    email = await password_reset.reset(exchange.context.desk, exchange.call, read)
    return answer(PasswordResetAnswer(message="password reset successfully", email=email))


def _new_password(body: ResetPasswordRequest) -> NewPassword:
    return NewPassword(code=body.code, password=body.new_password, email=body.email)
