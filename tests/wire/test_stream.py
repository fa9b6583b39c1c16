from __future__ import annotations

import pytest

from promptwire.wire.stream import CHANGED, CLOSING, HEARTBEAT, HELLO, EventReader, encode

STREAM = (
    encode(HELLO, "1", {"heartbeat": 15, "resumed": False})
    + HEARTBEAT
    + encode(CHANGED, "2", {"prompts": [{"id": "p", "slug": "grüße"}]})
    + encode(CLOSING, "2", {"reason": "shutdown"})
)


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_events_are_read_however_the_bytes_are_cut(size: int) -> None:
    reader = EventReader()
    events = [event for at in range(0, len(STREAM), size) for event in reader.feed(STREAM[at : at + size])]
    assert [(event.name, event.id) for event in events] == [(HELLO, "1"), (CHANGED, "2"), (CLOSING, "2")]
    assert events[0].data == {"heartbeat": 15, "resumed": False}
    assert events[1].slugs == {"grüße"}
    assert reader.last_id == "2"


def test_lines_may_end_in_cr_lf_and_data_have_several_lines() -> None:
    (event,) = EventReader().feed(b'event: later\r\ndata: {"a":\r\ndata: 1}\r\n\r\n')
    assert (event.name, event.data) == ("later", {"a": 1})


def test_an_event_without_an_end_is_refused_before_it_fills_the_memory() -> None:
    reader = EventReader(limit=100)
    with pytest.raises(ValueError, match="an event of the stream is too large"):
        list(reader.feed(b"data: " + b"x" * 200))
    reader = EventReader(limit=100)
    for _ in range(10):
        assert list(reader.feed(b"data: 0123456789\n")) == []
    with pytest.raises(ValueError, match="an event of the stream is too large"):
        list(reader.feed(b"data: 0123456789\n" * 2))


def test_data_that_is_no_object_is_refused() -> None:
    with pytest.raises(ValueError, match="the data of an event is not an object"):
        list(EventReader().feed(b"data: 1\n\n"))
