"""RTP headers and extensions rewritten in place: nothing but what is meant to change may change."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from consult.rtp import (
    ABSOLUTE_SEND_TIME,
    AUDIO_LEVEL,
    HEADER,
    HEADER_SIZE,
    MID,
    TRANSPORT_SEQUENCE,
    ExtensionMap,
    extensions,
    find_extension,
    is_newer,
    payload_bounds,
    unwrap_retransmission,
)

URIS = [MID, AUDIO_LEVEL, ABSOLUTE_SEND_TIME, TRANSPORT_SEQUENCE]
SIZES = {MID: 1, AUDIO_LEVEL: 1, ABSOLUTE_SEND_TIME: 3, TRANSPORT_SEQUENCE: 2}

ids = st.permutations(range(1, 15)).map(lambda numbers: dict(zip(URIS, numbers, strict=False)))
payloads = st.binary(max_size=60)


def packet(values: dict[int, bytes], payload: bytes, two_byte: bool = False, sources: int = 0) -> bytearray:
    """An RTP packet with these extensions."""
    block = b""
    for identifier, value in values.items():
        head = bytes([identifier, len(value)]) if two_byte else bytes([identifier << 4 | len(value) - 1])
        block += head + value
    block += bytes(-len(block) % 4)
    profile = 0x1000 if two_byte else 0xBEDE
    header = HEADER.pack(0x90 | sources, 0x80 | 96, 17, 90_000, 0xCAFE) + bytes(4 * sources)
    return bytearray(
        header + profile.to_bytes(2, "big") + (len(block) // 4).to_bytes(2, "big") + block + payload
    )


def read(data: bytearray) -> dict[int, bytes]:
    return {number: bytes(data[start:end]) for number, _, start, end in extensions(data, len(data))}


@given(ids, ids, st.binary(min_size=7, max_size=7), payloads, st.booleans(), st.integers(0, 3))
def test_extensions_get_the_ids_of_the_receiver_and_keep_their_values(
    source: dict[str, int],
    target: dict[str, int],
    values: bytes,
    payload: bytes,
    two_byte: bool,
    sources: int,
) -> None:
    split = {
        MID: b"0",
        AUDIO_LEVEL: values[:1],
        ABSOLUTE_SEND_TIME: values[1:4],
        TRANSPORT_SEQUENCE: values[4:6],
    }
    data = packet({source[uri]: split[uri] for uri in URIS}, payload, two_byte, sources)
    ExtensionMap(source, target, "7", "0").rewrite(data, len(data))
    assert read(data) == {target[uri]: b"7" if uri == MID else split[uri] for uri in URIS}
    assert data[payload_bounds(data, len(data))[0] :] == payload


@given(ids, ids, st.sets(st.sampled_from(URIS)), payloads)
def test_what_the_receiver_does_not_know_becomes_padding(
    source: dict[str, int], target: dict[str, int], unknown: set[str], payload: bytes
) -> None:
    data = packet({source[uri]: bytes(range(1, 1 + SIZES[uri])) for uri in URIS}, payload)
    size = len(data)
    known = {uri: number for uri, number in target.items() if uri not in unknown}
    ExtensionMap(source, known, "a", "a").rewrite(data, size)
    assert set(read(data)) == set(known.values())
    assert len(data) == size
    assert data.endswith(payload)


@given(ids, st.integers(0, 0xFFFF), st.integers(0, 0xFFFF))
def test_transport_wide_numbers_are_shifted_round_the_circle(
    same: dict[str, int], number: int, offset: int
) -> None:
    data = packet({same[TRANSPORT_SEQUENCE]: number.to_bytes(2, "big")}, b"")
    rewriting = ExtensionMap(same, same, "0", "0")
    rewriting.set_transport(offset, kept=True)
    assert rewriting.needed == bool(offset)
    rewriting.rewrite(data, len(data))
    assert read(data) == {same[TRANSPORT_SEQUENCE]: ((number + offset) & 0xFFFF).to_bytes(2, "big")}


@given(ids)
def test_a_repeated_packet_loses_its_transport_wide_number(same: dict[str, int]) -> None:
    data = packet({same[TRANSPORT_SEQUENCE]: b"\x12\x34", same[AUDIO_LEVEL]: b"\x09"}, b"x")
    ExtensionMap(same, same, "0", "0").rewrite(data, len(data), repeated=True)
    assert read(data) == {same[AUDIO_LEVEL]: b"\x09"}


def test_nothing_needs_rewriting_between_equal_lines() -> None:
    same = {MID: 4, TRANSPORT_SEQUENCE: 3}
    assert not ExtensionMap(same, same, "1", "1").needed
    assert ExtensionMap(same, same, "1", "2").needed
    assert ExtensionMap(same, {MID: 4}, "1", "1").needed


def test_a_mid_that_does_not_fit_is_left_out_and_a_shorter_one_is_padded() -> None:
    same = {MID: 4}
    longer = packet({4: b"0"}, b"payload")
    ExtensionMap(same, same, "video", "0").rewrite(longer, len(longer))
    assert read(longer) == {}
    shorter = packet({4: b"video"}, b"payload")
    ExtensionMap(same, same, "0", "video").rewrite(shorter, len(shorter))
    assert read(shorter) == {4: b"0"}
    assert shorter.endswith(b"payload")


@given(st.binary(min_size=HEADER_SIZE, max_size=80), ids, ids)
def test_garbage_is_walked_without_an_error_and_keeps_its_length(
    garbage: bytes, source: dict[str, int], target: dict[str, int]
) -> None:
    data = bytearray(garbage)
    ExtensionMap(source, target, "0", "1").rewrite(data, len(data))
    assert len(data) == len(garbage)
    assert data[:HEADER_SIZE] == garbage[:HEADER_SIZE]
    payload_bounds(data, len(data))
    unwrap_retransmission(data, len(data), 96, 1)
    find_extension(data, len(data), 3)


@given(st.integers(0, 0xFFFF), st.integers(0, 0xFFFF), payloads.filter(bool))
def test_a_retransmission_unwraps_to_the_original(number: int, rtx_number: int, payload: bytes) -> None:
    original = packet({3: b"\x01\x02"}, payload)
    original[2:4] = number.to_bytes(2, "big")
    start, _ = payload_bounds(original, len(original))
    wrapped = bytearray(original[:start]) + number.to_bytes(2, "big") + original[start:]
    wrapped[1] = 0x80 | 97
    wrapped[2:4] = rtx_number.to_bytes(2, "big")
    wrapped[8:12] = b"\0\0\0\x99"
    assert unwrap_retransmission(wrapped, len(wrapped), 96, 0xCAFE) == bytes(original)


def test_padding_that_probes_bandwidth_is_no_retransmission() -> None:
    probe = HEADER.pack(0xA0, 97, 1, 2, 3) + bytes(254) + b"\xff"
    assert unwrap_retransmission(probe, len(probe), 96, 1) is None


@given(st.integers(0, 0xFFFF), st.integers(1, 0x7FFF))
def test_newer_means_ahead_on_the_circle(reference: int, step: int) -> None:
    ahead = (reference + step) & 0xFFFF
    assert is_newer(ahead, reference)
    assert not is_newer(reference, ahead)
    assert not is_newer(reference, reference)
