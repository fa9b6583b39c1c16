"""What is in deploy/observability: valid, and every query names what a server really measures."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import promql_parser
import pytest
import yaml

from promptwire.telemetry import metrics as declared
from promptwire.telemetry.prometheus import prometheus_name
from promptwire.telemetry.tables import Metric

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "observability"
DASHBOARDS = sorted(FOLDER.glob("grafana-*.json"))
RULES = FOLDER / "alerts.yaml"
COLLECTOR = FOLDER / "collector.yaml"
METRICS = {prometheus_name(one): one for one in vars(declared).values() if isinstance(one, Metric)}
OF_THE_PROCESS = {"service_instance_id", "instance", "le"}
DASHBOARD = {
    "type": "object",
    "required": ["uid", "title", "schemaVersion", "panels", "templating", "time"],
    "properties": {
        "uid": {"type": "string", "maxLength": 40},
        "schemaVersion": {"type": "integer", "minimum": 36},
        "templating": {"properties": {"list": {"type": "array", "items": {"required": ["name", "type"]}}}},
        "panels": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["id", "type", "title", "gridPos", "targets", "datasource", "fieldConfig"],
                "properties": {
                    "id": {"type": "integer"},
                    "type": {"enum": ["timeseries", "stat", "table"]},
                    "gridPos": {
                        "required": ["x", "y", "w", "h"],
                        "properties": {"x": {"maximum": 23}, "w": {"maximum": 24}},
                    },
                    "targets": {"type": "array", "minItems": 1, "items": {"required": ["refId", "expr"]}},
                },
            },
        },
    },
}
DURATION = "^[0-9]+(ms|s|m|h|d)$"
RULE_FILE = {
    "type": "object",
    "required": ["groups"],
    "additionalProperties": False,
    "properties": {
        "groups": {
            "type": "array",
            "items": {
                "required": ["name", "rules"],
                "properties": {
                    "rules": {
                        "items": {
                            "required": ["alert", "expr", "for", "labels", "annotations"],
                            "additionalProperties": False,
                            "properties": {
                                "alert": {"type": "string", "pattern": "^[A-Za-z]+$"},
                                "expr": {"type": "string"},
                                "for": {"type": "string", "pattern": DURATION},
                                "labels": {"required": ["severity"]},
                                "annotations": {"required": ["summary", "description"]},
                            },
                        }
                    }
                },
            },
        }
    },
}
COLLECTOR_FILE = {
    "type": "object",
    "required": ["receivers", "exporters", "service"],
    "additionalProperties": False,
    "properties": {
        **{key: {"type": "object"} for key in ("receivers", "processors", "exporters", "extensions", "connectors")},
        "service": {
            "required": ["pipelines"],
            "properties": {
                "pipelines": {
                    "patternProperties": {
                        "^(traces|metrics|logs)(/.+)?$": {
                            "required": ["receivers", "exporters"],
                            "additionalProperties": False,
                            "properties": {key: {"type": "array"} for key in ("receivers", "processors", "exporters")},
                        }
                    },
                    "additionalProperties": False,
                }
            },
        },
    },
}


def queries() -> Iterator[str]:
    """Give every query of the dashboards and the alerts."""
    for file in DASHBOARDS:
        for panel in json.loads(file.read_text())["panels"]:
            yield from (target["expr"] for target in panel["targets"])
    for group in yaml.safe_load(RULES.read_text())["groups"]:
        yield from (rule["expr"] for rule in group["rules"])


def test_every_file_has_the_form_of_its_kind() -> None:
    assert [file.name for file in DASHBOARDS] == ["grafana-prompts.json", "grafana-server.json"]
    for file in DASHBOARDS:
        board = json.loads(file.read_text())
        jsonschema_rs.validate(DASHBOARD, board)
        ids = [panel["id"] for panel in board["panels"]]
        assert len(set(ids)) == len(ids)
    jsonschema_rs.validate(RULE_FILE, yaml.safe_load(RULES.read_text()))
    jsonschema_rs.validate(COLLECTOR_FILE, yaml.safe_load(COLLECTOR.read_text()))


def test_pipelines_of_the_collector_name_parts_that_it_has() -> None:
    config: dict[str, Any] = yaml.safe_load(COLLECTOR.read_text())
    for pipeline in config["service"]["pipelines"].values():
        for kind, names in pipeline.items():
            assert set(names) <= set(config[kind]), (kind, names)
    assert set(config["service"]["extensions"]) <= set(config["extensions"])


@pytest.mark.parametrize("query", list(queries()))
def test_every_query_can_be_read_and_names_metrics_and_labels_that_exist(query: str) -> None:
    promql_parser.parse(query)
    bare = re.sub(r'"[^"]*"', '""', query)
    names = {name for name in re.findall(r"[a-z_]{3,}", bare) if name.startswith(("promptwire_", "http_", "db_"))}
    labels = {one.replace(".", "_") for metric in METRICS.values() for one in metric.attributes}
    metrics = {name for name in names if name not in labels}
    assert metrics, "a query that asks for nothing of ours"
    known = {
        f"{name}{suffix}"
        for name, one in METRICS.items()
        for suffix in (("_bucket", "_sum", "_count") if one.kind == "histogram" else ("",))
    }
    assert metrics <= known, metrics - known
    asked = set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)\s*\"", query))
    asked |= {one.strip() for group in re.findall(r"by \(([^)]*)\)", query) for one in group.split(",")}
    assert asked <= labels | OF_THE_PROCESS, asked - labels
