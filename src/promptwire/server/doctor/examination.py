"""Looking at everything; it changes nothing, and a server may be running meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from promptwire.domain.diagnosis import Diagnosis, failed
from promptwire.server.doctor import database, exposure, machine
from promptwire.settings import ServerSettings

Check = Callable[[ServerSettings], Iterable[Diagnosis]]

CHECKS: Sequence[Check] = (
    machine.data_directory,
    machine.disk_space,
    machine.file_system,
    machine.port,
    machine.open_files,
    database.database,
    exposure.public_url,
    exposure.mail,
    exposure.first_start,
    exposure.sign_in,
    exposure.pages,
)


def examine(settings: ServerSettings, environ: Mapping[str, str], client_names: Iterable[str]) -> Iterator[Diagnosis]:
    """Look at everything that a server of these settings would stand on; `client_names` are the settings of the SDK."""
    yield from exposure.variables(environ, {*type(settings).model_fields, *client_names})
    for check in CHECKS:
        yield from _safely(check, settings)


def _safely(check: Check, settings: ServerSettings) -> Iterator[Diagnosis]:
    """Go on with the others where one cannot be done: whoever calls a doctor has trouble enough."""
    try:
        yield from check(settings)
    except Exception as error:  # noqa: BLE001 - whatever it is, the next may find the reason
        name = check.__name__.replace("_", " ")
        says = f"it could not be looked at: {type(error).__name__}: {error}"
        yield failed(name, says, "this is a mistake of Promptwire's: please report it")
