"""The shapes that travel to browsers, field for field as in PROTOCOL.md and web/client/src/protocol/types.ts."""

from typing import TypedDict

Minutes = tuple[int, int]


class Topic(TypedDict):
    slug: str
    name: str


class PreparedTopic(Topic):
    prepare: str


class AdvisorCard(TypedDict):
    name: str
    title: str


class TypeCard(TypedDict):
    slug: str
    name: str
    line: str


class TypeWithTopic(TypeCard):
    topic: str


class RecorderView(TypedDict):
    state: str
    required: bool
    by: str | None
    since: str


class GuestCard(TypedDict):
    id: str
    seat: int
    role: str
    name: str
    state: str
    media: str | None
    muted: bool
    recording: bool | None
    mode: str | None


class BookedTime(TypedDict):
    at: str
    time: str
    turn: str


class ConsultView(TypedDict):
    id: str
    state: str
    topic: PreparedTopic
    place: int | None
    wait: Minutes | None
    delay: str | None
    advisor: AdvisorCard | None
    recording: bool | None
    recorder: RecorderView | None
    agreed: str | None
    surveyed: bool
    started_at: str | None
    guests: list[GuestCard]
    booked: BookedTime | None
    staffed: bool


class TicketView(TypedDict):
    number: str
    service: str
    state: str
    ahead: int
    wait: Minutes | None
    desk: str | None
    called_at: str | None
    recalls: int
    priority: str | None
    out: bool
    back_until: str | None
    undo_until: str | None
    expert: Topic | None
    as_of: str
    reachable: bool


class VisitView(TypedDict):
    id: str
    language: str
    type: TypeCard | None


class CustomerSnapshot(TypedDict):
    visit: VisitView
    ticket: TicketView | None
    consult: ConsultView | None


class WaitingConsult(TypedDict):
    id: str
    topic: Topic
    waiting_since: str
    language: str
    type: str | None
    channel: str
    reason: str | None
    delay: str | None


class Booking(TypedDict):
    id: str
    at: str
    time: str
    topic: Topic
    language: str
    type: str | None
    state: str


class ThreadEntry(TypedDict):
    at: str
    kind: str
    text: str


class AdvisorConsult(TypedDict):
    id: str
    state: str
    topic: Topic
    language: str
    channel: str
    recording: bool
    recorder: RecorderView | None
    type: TypeWithTopic | None
    ticket: TicketView | None
    thread: list[ThreadEntry]
    started_at: str | None
    agreed: str | None
    guests: list[GuestCard]


class AdvisorView(TypedDict):
    name: str
    topics: list[str]


class AdvisorSnapshot(TypedDict):
    advisor: AdvisorView
    waiting: list[WaitingConsult]
    bookings: list[Booking]
    mine: AdvisorConsult | None


class HostCard(TypedDict):
    side: str
    media: str | None
    muted: bool
    away: int | None


class GuestConsult(TypedDict):
    id: str
    state: str
    topic: Topic
    advisor: AdvisorCard | None
    recording: bool
    recorder: RecorderView | None
    started_at: str | None
    hosts: list[HostCard]


class GuestSnapshot(TypedDict):
    me: GuestCard
    consult: GuestConsult
    guests: list[GuestCard]
