from __future__ import annotations

import pytest

from promptwire.domain.errors import Overloaded
from promptwire.domain.reach import read_networks
from promptwire.server.gate import Gate, Meter, Rates


def test_a_meter_lets_a_minutes_worth_in_at_once_and_then_one_at_a_time() -> None:
    meter = Meter(60)
    one, other = meter.share("one", 100.0), meter.share("other", 100.0)
    assert [meter.take(one, 100.0) for _ in range(60)] == [0.0] * 60
    assert meter.take(one, 100.0) == pytest.approx(1.0)
    assert meter.take(one, 100.5) == pytest.approx(0.5)
    assert meter.take(one, 101.01) == 0.0
    assert meter.take(other, 100.0) == 0.0, "others have their own"
    assert meter.share("one", 102.0) is one


def test_what_is_given_back_may_come_again() -> None:
    meter = Meter(1)
    share = meter.share("one", 100.0)
    assert meter.take(share, 100.0) == 0.0
    meter.give_back(share)
    assert meter.take(share, 100.0) == 0.0
    assert meter.take(share, 100.0) == pytest.approx(60.0)


def test_a_meter_remembers_only_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("promptwire.server.gate._NAMES", 10)
    meter = Meter(1)
    for name in range(1000):
        meter.take(meter.share(name, 100.0), 100.0)
        assert len(meter._shares) <= 10


def test_however_many_come_nobody_who_waits_is_let_in_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("promptwire.server.gate._AT_HAND", 10)
    gate = Gate(Rates(per_key=1, per_address=1000))
    assert gate.refusal("192.0.2.1", b"a") is None
    for name in range(100):
        gate.refusal("192.0.2.2", b"%d" % name)
        assert len(gate._known) <= 10
    assert gate.refusal("192.0.2.1", b"a")


def test_a_refusal_says_whole_seconds_and_counts_for_nothing_else() -> None:
    gate = Gate(Rates(per_key=1, per_address=2))
    assert gate.refusal("192.0.2.1", b"a") is None
    for _ in range(3):
        refused = gate.refusal("192.0.2.1", b"a")
        assert refused
        assert refused.retry_after == 60
    assert gate.refusal("192.0.2.1", b"b") is None, "what was refused was not counted"
    refused = gate.refusal("192.0.2.1", b"c")
    assert refused
    assert 1 <= refused.retry_after <= 30


def test_so_many_are_at_work_and_no_more() -> None:
    gate = Gate(Rates(at_work=1))
    with gate.work(), pytest.raises(Overloaded), gate.work():
        pass
    with gate.work():
        pass


def test_addresses_are_read_behind_trusted_proxies_only() -> None:
    headers = [(b"x-forwarded-for", b"203.0.113.1, 198.51.100.7")]
    assert Gate(Rates()).address_of("10.0.0.1", headers) == "10.0.0.1"
    assert Gate(Rates(proxies=read_networks("10.0.0.0/8"))).address_of("10.0.0.1", headers) == "198.51.100.7"
