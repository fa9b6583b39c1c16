"""Which telemetry an operator has asked for, by the standard `OTEL_*` variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

_ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
_KNOWN = {"traces": {"otlp", "none"}, "metrics": {"otlp", "prometheus", "none"}, "logs": {"otlp", "none"}}
_SAMPLERS = {
    "always_on": (1.0, False),
    "always_off": (0.0, False),
    "traceidratio": (None, False),
    "parentbased_always_on": (1.0, True),
    "parentbased_always_off": (0.0, True),
    "parentbased_traceidratio": (None, True),
}
READS_SAMPLED = 0.001
"""Of reads without a sampled parent, where no sampler is named."""
READS_A_SECOND = 10.0
"""Such reads that are sampled at most, in each process: a trace costs as much as a hundred reads."""


class BadTelemetry(Exception):
    """A variable cannot be what it means; the text says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """Which requests are traced."""

    ratio: float = 1.0
    """Of those that begin a trace."""
    reads: float = READS_SAMPLED
    """The same, of resolves and renders that memory answers."""
    reads_a_second: float = READS_A_SECOND
    """Such reads at most."""
    follows: bool = True
    """Whether a caller's decision counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is exported, and where."""

    traces: bool = False
    metrics: bool = False
    logs: bool = False
    prometheus: tuple[str, int] | None = None
    """Host and port of the page that Prometheus reads."""
    sampling: Sampling = Sampling()

    @property
    def is_any(self) -> bool:
        """Tell whether there is anything to do."""
        return self.traces or self.metrics or self.logs or self.prometheus is not None

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Choice:
        """Read the variables; without an endpoint or an exporter there is no telemetry.

        Raises:
            BadTelemetry: When one cannot be followed.
        """
        if environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
            return cls()
        asked = {signal: _exporters(environment, signal) for signal in _KNOWN}
        for signal, exporters in asked.items():
            if "otlp" in exporters:
                _check_protocol(environment, signal)
        return cls(
            traces="otlp" in asked["traces"],
            metrics="otlp" in asked["metrics"],
            logs="otlp" in asked["logs"],
            prometheus=_page(environment) if "prometheus" in asked["metrics"] else None,
            sampling=_sampling(environment),
        )


def _exporters(environment: Mapping[str, str], signal: str) -> set[str]:
    named = environment.get(f"OTEL_{signal.upper()}_EXPORTER", "").strip().lower()
    if not named:
        places = (_ENDPOINT, f"OTEL_EXPORTER_OTLP_{signal.upper()}_ENDPOINT")
        return {"otlp"} if any(environment.get(place) for place in places) else set()
    exporters = {one.strip() for one in named.split(",")}
    if unknown := exporters - _KNOWN[signal]:
        raise BadTelemetry(
            f"OTEL_{signal.upper()}_EXPORTER: {min(unknown)!r} is not supported: "
            f"use {' or '.join(sorted(_KNOWN[signal]))}"
        )
    return exporters


def _check_protocol(environment: Mapping[str, str], signal: str) -> None:
    for name in (f"OTEL_EXPORTER_OTLP_{signal.upper()}_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"):
        if protocol := environment.get(name, "").strip():
            if protocol != "http/protobuf":
                raise BadTelemetry(f"{name}: {protocol!r} is not supported: use http/protobuf")
            return


def _page(environment: Mapping[str, str]) -> tuple[str, int]:
    host = environment.get("OTEL_EXPORTER_PROMETHEUS_HOST") or "localhost"
    text = environment.get("OTEL_EXPORTER_PROMETHEUS_PORT") or "9464"
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):  # noqa: PLR2004 - ports end there
        raise BadTelemetry(f"OTEL_EXPORTER_PROMETHEUS_PORT: {text!r} is no port")
    return host, int(text)


def _sampling(environment: Mapping[str, str]) -> Sampling:
    name = environment.get("OTEL_TRACES_SAMPLER", "").strip().lower()
    if not name:
        return Sampling()
    if name not in _SAMPLERS:
        raise BadTelemetry(f"OTEL_TRACES_SAMPLER: {name!r} is not supported: use {', '.join(sorted(_SAMPLERS))}")
    ratio, follows = _SAMPLERS[name]
    if ratio is None:
        ratio = _ratio(environment.get("OTEL_TRACES_SAMPLER_ARG", "").strip() or "1")
    return Sampling(ratio=ratio, reads=ratio, reads_a_second=inf, follows=follows)


def _ratio(text: str) -> float:
    try:
        ratio = float(text)
    except ValueError:
        ratio = -1
    if not 0 <= ratio <= 1:
        raise BadTelemetry(f"OTEL_TRACES_SAMPLER_ARG: {text!r} is no number from 0 to 1")
    return ratio
