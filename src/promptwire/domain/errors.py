"""The errors of the rules and use cases: typed fields and a stable code; each surface gives them words and a status."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from promptwire.wire.codes import ErrorCode

if TYPE_CHECKING:
    from promptwire.domain.protected_labels import Obstacle
    from promptwire.domain.roles import OrgRole
    from promptwire.domain.schemas import Violation
    from promptwire.domain.versions import Version


_UNKNOWN_FUNCTION = re.compile(r'function "(\w+)" not defined')


@dataclass(eq=False)
class DomainError(Exception):
    """Something a user can cause; everything else is a bug."""

    code: ClassVar[ErrorCode] = ErrorCode.INTERNAL

    def __str__(self) -> str:
        """Give the sentence for people."""
        return self.code.value.replace("_", " ")


@dataclass(eq=False)
class InvalidInput(DomainError):
    """A value breaks a rule that the message states."""

    code = ErrorCode.INVALID_INPUT
    message: str
    field: str | None = None

    def __str__(self) -> str:
        """Give the rule."""
        return self.message


@dataclass(eq=False)
class InvalidBody(DomainError):
    """The body of a request cannot be read as what the operation takes."""

    code = ErrorCode.INVALID_INPUT
    reason: str

    def __str__(self) -> str:
        """Say what is wrong with the body."""
        return f"invalid request body: {self.reason}"


@dataclass(eq=False)
class BodyTooLarge(DomainError):
    """The body of a request is larger than any operation takes."""

    code = ErrorCode.BODY_TOO_LARGE
    limit: int
    """Bytes."""

    def __str__(self) -> str:
        """Name the limit."""
        return f"the body of a request must be at most {self.limit} bytes"


@dataclass(eq=False)
class InvalidTemplate(DomainError):
    """A template does not parse; the message is the engine's."""

    code = ErrorCode.INVALID_TEMPLATE
    message: str
    line: int | None
    path: str | None = None
    """Where in a chat, such as `messages[1].content`."""
    column: int | None = None
    """The byte in the line, from 0, as Go counts it."""

    def __str__(self) -> str:
        """Give the engine's words."""
        return f"invalid template: {self.message}"

    @property
    def hint(self) -> str | None:
        """Say what was probably meant: other template languages write a variable without a dot."""
        unknown = _UNKNOWN_FUNCTION.search(self.message)
        return f"a variable is written with a dot: {{{{.{unknown[1]}}}}}" if unknown else None


@dataclass(eq=False)
class Unauthenticated(DomainError):
    """No credential, or one that means nothing (any more)."""

    code = ErrorCode.UNAUTHORIZED
    sent: bool = False
    """Whether a credential was sent at all."""


@dataclass(eq=False)
class InvalidCredentials(DomainError):
    """E-mail and password do not belong together, or a person's own password is another."""

    code = ErrorCode.INVALID_CREDENTIALS
    own: bool = False
    """Whether it is known whose password it should be."""


@dataclass(eq=False)
class SignInFailed(DomainError):
    """What came back from the identity provider does not sign anybody in."""

    code = ErrorCode.SIGN_IN_FAILED
    reason: str

    def __str__(self) -> str:
        """Say why."""
        return f"sign-in failed: {self.reason}"


@dataclass(eq=False)
class PasswordSignInOff(DomainError):
    """Nobody signs in with a password here."""

    code = ErrorCode.PASSWORD_SIGN_IN_OFF

    def __str__(self) -> str:
        """Say how to sign in."""
        return "sign-in with a password is off: sign in with the identity provider at /v1/auth/oidc/login"


@dataclass(eq=False)
class UserNotVerified(DomainError):
    """The user's e-mail address has not been verified."""

    code = ErrorCode.USER_NOT_VERIFIED


@dataclass(eq=False)
class CrossSite(DomainError):
    """A request with the session of a browser that no page of this server has made."""

    code = ErrorCode.CROSS_SITE
    reason: str

    def __str__(self) -> str:
        """Say what gave it away."""
        return f"refused, for a request with a session cookie must come from this server's own pages: {self.reason}"


@dataclass(eq=False)
class SignUpClosed(DomainError):
    """Nobody signs up here by themselves, or nobody without an invitation."""

    code = ErrorCode.SIGN_UP_CLOSED
    by_invitation: bool = False

    def __str__(self) -> str:
        """Say how to get an account."""
        if self.by_invitation:
            return "sign-up is by invitation: ask an administrator for one"
        return "sign-up is closed: ask an administrator for an account"


@dataclass(eq=False)
class Forbidden(DomainError):
    """The subject may see the object, and may not do this to it."""

    code = ErrorCode.FORBIDDEN
    needs: str | None = None
    """The role or kind of credential that would do."""
    has: str | None = None

    def __str__(self) -> str:
        """Say what would be needed."""
        return "forbidden" + (f": needs {self.needs}" if self.needs else "") + (f", has {self.has}" if self.has else "")


@dataclass(eq=False)
class ProtectedLabelRefused(DomainError):
    """A move is not what the policies of protected labels ask for: by its subject, its approvals, or its time."""

    code = ErrorCode.PROTECTED_LABEL
    obstacles: tuple[Obstacle, ...]
    has: OrgRole | None

    def __str__(self) -> str:
        """Name every label that stands in the way, what its move needs, and the role there is."""
        needs = ", ".join(map(str, self.obstacles))
        return f"protected label: {needs}; your role is {self.has.value if self.has else 'none'}"


@dataclass(eq=False)
class InvalidCode(DomainError):
    """A code that came by mail is another one, was used, or has expired."""

    code = ErrorCode.INVALID_CODE
    of: str
    """What it was for: `verification`, `password reset` or `invitation`."""

    def __str__(self) -> str:
        """Name what it was for."""
        return f"invalid {self.of} code" if self.of == "verification" else f"invalid or expired {self.of} code"


@dataclass(eq=False)
class TooManyRequests(DomainError):
    """Too much of something costly or dangerous, such as failed logins, too fast."""

    code = ErrorCode.TOO_MANY_REQUESTS
    retry_after: int
    """Seconds."""

    def __str__(self) -> str:
        """Ask to come back later."""
        return f"too many requests: try again in {self.retry_after} s"


@dataclass(eq=False)
class NotAMember(DomainError):
    """The subject is not a member of the organization."""

    code = ErrorCode.NOT_A_MEMBER


_NOT_FOUND_CODES = {
    "prompt": ErrorCode.PROMPT_NOT_FOUND,
    "version": ErrorCode.VERSION_NOT_FOUND,
    "from version": ErrorCode.VERSION_NOT_FOUND,
    "to version": ErrorCode.VERSION_NOT_FOUND,
    "live version": ErrorCode.NO_LIVE_VERSION,
    "label": ErrorCode.LABEL_NOT_FOUND,
}


@dataclass(eq=False)
class NotFound(DomainError):
    """The object does not exist, or the subject may not know that it does."""

    noun: str

    @property
    def code(self) -> ErrorCode:  # type: ignore[override]  # the noun decides
        """Give the code of the noun."""
        return _NOT_FOUND_CODES.get(self.noun, ErrorCode.NOT_FOUND)

    def __str__(self) -> str:
        """Name what is missing."""
        return f"{self.noun} not found"


@dataclass(eq=False)
class AlreadyExists(DomainError):
    """Something with this name is there already."""

    code = ErrorCode.ALREADY_EXISTS
    noun: str

    def __str__(self) -> str:
        """Name what exists."""
        return f"{self.noun} already exists"


@dataclass(eq=False)
class AmbiguousSlug(DomainError):
    """A bare slug names prompts in several teams that the subject can see."""

    code = ErrorCode.AMBIGUOUS_SLUG
    slug: str
    candidates: tuple[str, ...]
    """Each as `team-slug/slug`, sorted."""

    def __str__(self) -> str:
        """Name the candidates."""
        return f"the slug {self.slug!r} is ambiguous: it may mean {' or '.join(self.candidates)}"


@dataclass(eq=False)
class NamesNeeded(DomainError):
    """A process did not say what it uses, and this server does not remember what its cursor was given for."""

    code = ErrorCode.PROMPTS_NEEDED

    def __str__(self) -> str:
        """Say what to send."""
        return "this server does not remember what the cursor was given for: send prompts with it"


@dataclass(eq=False)
class MissingOrganization(DomainError):
    """The team belongs to no organization, so nobody has a role that could be checked."""

    code = ErrorCode.MISSING_ORG


@dataclass(eq=False)
class LastAdministrator(DomainError):
    """Nobody would be left to answer for an organization, a team, or the instance."""

    code = ErrorCode.LAST_ADMINISTRATOR
    role: str
    """`owner` of an organization, `admin` of a team, `administrator` of the instance."""
    of: str
    """`organization`, `team` or `instance`."""
    id: str = ""
    name: str = ""

    def __str__(self) -> str:
        """Say what to do first."""
        of = f"{self.of} {self.name!r}" if self.name else self.of
        return f"the last {self.role} of the {of} stays: give somebody else that role first"


@dataclass(eq=False)
class WrongStatus(DomainError):
    """A version's status does not allow the action."""

    code = ErrorCode.WRONG_STATUS
    action: str
    """`update`, `promote`, `demote` or `archive`."""
    status: str

    def __str__(self) -> str:
        """Say which status stands in the way."""
        return f"cannot {self.action} a version in {self.status} status"


@dataclass(eq=False)
class VersionPurged(DomainError):
    """The text of a version was erased for good: there is nothing to render, copy, compare or serve."""

    code = ErrorCode.PURGED
    number: int

    def __str__(self) -> str:
        """Say that it is gone."""
        return f"version {self.number} was purged: its text was erased for good"


@dataclass(eq=False)
class ChangedMeanwhile(DomainError):
    """A draft is no longer what the caller has read, so that writing it would undo what somebody else wrote."""

    code = ErrorCode.PRECONDITION_FAILED
    current: Version

    def __str__(self) -> str:
        """Say where both texts are."""
        return (
            "this draft was changed since you read it: details.current is what it says now, "
            "and what you sent was not stored"
        )


@dataclass(eq=False)
class IdempotencyKeyReused(DomainError):
    """Another request came under an Idempotency-Key that has been used; nothing was done."""

    code = ErrorCode.IDEMPOTENCY_KEY_REUSED

    def __str__(self) -> str:
        """Say what to do."""
        return "this Idempotency-Key came with another request before: every request needs one of its own"


@dataclass(eq=False)
class AlreadyCarriedOut(DomainError):
    """The same request came again, and what was answered the first time cannot be given again; nothing was done."""

    code = ErrorCode.ALREADY_CARRIED_OUT

    def __str__(self) -> str:
        """Say what has happened."""
        return (
            "the request with this Idempotency-Key has been carried out; its answer is kept for the credential that "
            "sent it, and only where it is small enough"
        )


@dataclass(eq=False)
class RenderFailed(DomainError):
    """A template fails with the variables given; the message is the engine's."""

    code = ErrorCode.RENDER_FAILED
    message: str
    line: int | None = None
    path: str | None = None
    """Where in a chat it failed, such as `messages[1].content`, or what it lacks, such as `variables.history`."""
    column: int | None = None
    """The byte in the line, from 0, as Go counts it."""

    def __str__(self) -> str:
        """Give the engine's words."""
        return f"template execution failed: {self.message}"


@dataclass(eq=False)
class RenderLimitExceeded(RenderFailed):
    """A render needs more steps, output, depth or time than it may have."""

    code = ErrorCode.LIMIT_EXCEEDED


@dataclass(eq=False)
class InvalidVariables(DomainError):
    """The variables of a render do not satisfy the input schema of the version."""

    code = ErrorCode.INVALID_VARIABLES
    violations: tuple[Violation, ...]
    """The first of them; one at least."""

    @property
    def path(self) -> str:
        """Give the path of the first."""
        return self.violations[0].path

    def __str__(self) -> str:
        """Name path and reason of the first."""
        return f"the variables do not satisfy the input schema: {self.violations[0]}"


@dataclass(eq=False)
class Unavailable(DomainError):
    """The store cannot do this now; nothing was changed."""

    code = ErrorCode.UNAVAILABLE
    retry_after: int = 1
    """Seconds."""
    details: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Ask to come back."""
        return "the store is not available now; try again"


@dataclass(eq=False)
class Overloaded(DomainError):
    """There is more to do than can be done in good time; nothing was begun, or it was given up."""

    code = ErrorCode.UNAVAILABLE
    retry_after: int = 1
    """Seconds."""

    def __str__(self) -> str:
        """Ask to come back."""
        return "the server has too much to do; try again"


@dataclass(eq=False)
class Busy(DomainError):
    """There is more to render than may be done at once; what is quick goes on."""

    code = ErrorCode.UNAVAILABLE
    retry_after: int = 1
    """Seconds."""

    def __str__(self) -> str:
        """Ask to come back."""
        return "too many renders that take long at once; try again"
