"""Somebody who did not agree and is lost keeps the recording stopped for a moment only, and is still never recorded."""

from __future__ import annotations

import asyncio
from pathlib import Path

from consult.recording.verify import verify_room
from tests.consult.node import running_node
from tests.consult.raw_peer import RawPeer, eventually
from tests.consult.test_taping import chat, manifests


def test_who_did_not_agree_and_is_lost_is_not_waited_for(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with RawPeer(node, "lost", "a", record=True) as one:
            await eventually(lambda: node.room("lost").recording, "the room is recorded")
            await chat(one)
            async with RawPeer(node, "lost", "b", record=False) as two:
                assert not node.room("lost").recording
                await chat(one, two, first=10)
            # The line of "b" is gone, and nobody has said that they left.
            await eventually(lambda: node.room("lost").recording, "the recording goes on without them")
            await chat(one, first=20)
            kept = {person.participant for person in node.room("lost").participants}
            assert kept == {"a", "b"}, "the place is kept for longer"
            async with RawPeer(node, "lost", "b", record=False) as back:
                assert not node.room("lost").recording, "they are heard again, so nothing is kept"
                await chat(one, back, first=30)
            await asyncio.to_thread(node.client.close, node.url, "lost")

    with running_node(tmp_path, unrecorded_timeout="0.3") as node:
        asyncio.run(scenario())
        parts = manifests(node, "lost")
        assert len(parts) == 2
        assert {track["participant"] for part in parts for track in part["tracks"]} == {"a"}
        assert verify_room(node.recordings / "lost").holds
