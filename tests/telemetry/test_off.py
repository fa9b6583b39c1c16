"""Without an exporter there is no telemetry, and nothing of it is loaded."""

from __future__ import annotations

import subprocess
import sys

import pytest

from promptwire.telemetry.choice import BadTelemetry, Choice

LOADED = """
import sys
import promptwire.server.run
print([name for name in sys.modules if name.startswith(("opentelemetry.sdk", "opentelemetry.exporter", "google"))])
"""
URL = "http://collector:4318"


def test_a_server_loads_nothing_of_opentelemetry() -> None:
    ran = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"OTEL_TRACES_EXPORTER": "none", "OTEL_METRICS_EXPORTER": "none"},
        {"OTEL_TRACES_SAMPLER": "always_on", "OTEL_SERVICE_NAME": "mine"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": URL, "OTEL_SDK_DISABLED": "true"},
    ],
)
def test_it_is_off_without_an_exporter(variables: dict[str, str]) -> None:
    assert not Choice.of(variables).is_any


def test_an_endpoint_switches_on_all_three_and_each_can_be_left_out() -> None:
    choice = Choice.of({"OTEL_EXPORTER_OTLP_ENDPOINT": URL, "OTEL_LOGS_EXPORTER": "none"})
    assert (choice.traces, choice.metrics, choice.logs, choice.prometheus) == (True, True, False, None)
    assert Choice.of({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": URL}).metrics is False


def test_samplers_mean_what_opentelemetry_says() -> None:
    def of(name: str, argument: str = "") -> tuple[float, float, bool]:
        one = Choice.of({"OTEL_TRACES_SAMPLER": name, "OTEL_TRACES_SAMPLER_ARG": argument}).sampling
        return one.ratio, one.reads, one.follows

    assert of("") == (1.0, 0.001, True)
    assert of("always_on") == (1.0, 1.0, False)
    assert of("parentbased_traceidratio", "0.25") == (0.25, 0.25, True)
    assert of("parentbased_always_off") == (0.0, 0.0, True)


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "2"}, "'2' is no number from 0 to 1"),
        ({"OTEL_METRICS_EXPORTER": "prometheus", "OTEL_EXPORTER_PROMETHEUS_PORT": "x"}, "'x' is no port"),
        ({"OTEL_METRICS_EXPORTER": "console"}, "'console' is not supported: use none or otlp or prometheus"),
    ],
)
def test_what_cannot_be_followed_is_named(variables: dict[str, str], words: str) -> None:
    with pytest.raises(BadTelemetry, match=words):
        Choice.of(variables)
