"""The log behind the recorder interfaces of `eventsourcing`."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    InfrastructureFactory,
    InfrastructureFactoryError,
    IntegrityError,
    Notification,
    ProcessRecorder,
    StoredEvent,
    Subscription,
    Tracking,
    TrackingRecorder,
)
from eventsourcing.utils import Environment, resolve_topic
from sqlalchemy import Connection, func, insert, select, update

from benefits.store.appending import AppendableLog
from benefits.store.database import Database
from benefits.store.listening import Listener
from benefits.store.tables import event, tracking

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from eventsourcing.utils import EnvType

    from benefits.store.rows import EventRow, Header

_STORED: Final = (event.c.originator_id, event.c.originator_version, event.c.type, event.c.body)


class LogAggregateRecorder(AggregateRecorder):
    """Records events in the log and reads streams from it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.log = AppendableLog(database)

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Append events; takes what `LogApplicationRecorder.insert_events` takes, and returns nothing."""
        self._insert(stored_events, **kwargs)
        return None

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Return a stream's events as the library keeps them; a blanked body is empty."""
        version = event.c.originator_version
        query = select(*_STORED).where(event.c.originator_id == originator_id)
        if gt is not None:
            query = query.where(version > gt)
        if lte is not None:
            query = query.where(version <= lte)
        query = query.order_by(version.desc() if desc else version).limit(limit)
        with self.database.reading() as connection:
            return [
                StoredEvent(stream, at, type_, body or b"") for stream, at, type_, body in connection.execute(query)
            ]

    def _insert(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        headers: Sequence[Header] | None = None,
        tracking: Tracking | None = None,
        accept_clock: bool = False,
    ) -> list[EventRow]:
        with self.database.writing() as connection:
            if tracking is not None:
                _track(connection, tracking)
            return self.log.append(stored_events, headers, accept_clock=accept_clock)


class LogApplicationRecorder(LogAggregateRecorder, ApplicationRecorder):
    """Records events in the log and reads it in order of position."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        """Append events, all or none, and return their positions.

        Args:
            stored_events: In the order they are to stand in the log.
            **kwargs: `headers`, one for each event; `tracking`, recorded with them; `accept_clock`, to record although
                the clock is far behind.

        Raises:
            IntegrityError: If a stream already has one of those versions, or tracking is already past that point.
        """
        return [row.position for row in self._insert(stored_events, **kwargs)]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return events in order of position; a blanked body is empty."""
        position = event.c.position
        query = select(*_STORED, position)
        if start is not None:
            query = query.where(position >= start if inclusive_of_start else position > start)
        if stop is not None:
            query = query.where(position <= stop)
        if topics:
            query = query.where(event.c.type.in_(topics))
        with self.database.reading() as connection:
            return [
                Notification(stream, at, type_, body or b"", found)
                for stream, at, type_, body, found in connection.execute(query.order_by(position).limit(limit))
            ]

    def max_notification_id(self) -> int | None:
        """Return the position of the last event, or None if there is none."""
        with self.database.reading() as connection:
            return connection.execute(select(func.max(event.c.position))).scalar()

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> LogSubscription:
        """Return the events after a position, and then each new one as it is recorded."""
        return LogSubscription(self, gt, topics)


class LogSubscription(Subscription[LogApplicationRecorder]):
    """Reads after the last position seen, and waits where there is nothing; works across processes.

    If the store cannot be reached it raises, and asked again it goes on where it was.
    """

    _PAGE = 500

    def __init__(self, recorder: LogApplicationRecorder, gt: int | None = None, topics: Sequence[str] = ()) -> None:
        super().__init__(recorder, gt, topics)
        self._page: list[Notification] = []
        self._stopped = threading.Event()
        self._listener = Listener(recorder.database)

    def stop(self) -> None:
        """End the iteration, also from another thread."""
        super().stop()
        self._stopped.set()
        self._listener.close()

    def __next__(self) -> Notification:
        while not self._stopped.is_set():
            if self._page:
                return self._page.pop()
            found = self._recorder.select_notifications(
                self._last_notification_id, self._PAGE, topics=self._topics, inclusive_of_start=False
            )
            if found:
                self._listener.found()
                self._last_notification_id = found[-1].id
                self._page = list(reversed(found))
            else:
                self._listener.wait(self._stopped)
        raise StopIteration


class LogTrackingRecorder(TrackingRecorder):
    """Remembers how far another log was followed."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def insert_tracking(self, tracking: Tracking) -> None:
        """Remember a point.

        Raises:
            IntegrityError: If that point or a later one is already remembered.
        """
        with self.database.writing() as connection:
            _track(connection, tracking)

    def max_tracking_id(self, application_name: str) -> int | None:
        """Return the furthest point remembered, or None."""
        query = select(tracking.c.notification_id).where(tracking.c.application == application_name)
        with self.database.reading() as connection:
            return connection.execute(query).scalar()


class LogProcessRecorder(LogTrackingRecorder, LogApplicationRecorder, ProcessRecorder):
    """Records events and how far another log was followed, together."""

    def __init__(self, database: Database) -> None:
        LogApplicationRecorder.__init__(self, database)


class LogFactory(InfrastructureFactory[LogTrackingRecorder]):
    """Makes recorders on a store that exists; `BENEFITS_STORE` in the environment names it."""

    STORE = "BENEFITS_STORE"

    def __init__(self, env: Environment | EnvType | None, database: Database | None = None) -> None:
        super().__init__(env)
        named = self.env.get(self.STORE)
        if database is None and not named:
            msg = f"{self.STORE} does not name a store"
            raise InfrastructureFactoryError(msg)
        self.database = database or Database(str(named))

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()

    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        """Return a recorder of streams. There is none for snapshots: views remember state, the log does not."""
        if purpose != "events":
            msg = f"the log keeps events and no {purpose}"
            raise InfrastructureFactoryError(msg)
        return LogAggregateRecorder(self.database)

    def application_recorder(self) -> LogApplicationRecorder:
        """Return a recorder of the log."""
        return LogApplicationRecorder(self.database)

    def tracking_recorder(
        self, tracking_recorder_class: type[LogTrackingRecorder] | None = None
    ) -> LogTrackingRecorder:
        """Return a recorder of how far another log was followed."""
        topic = self.env.get(self.TRACKING_RECORDER_TOPIC)
        if tracking_recorder_class is None and topic:
            tracking_recorder_class = resolve_topic(topic)
        return (tracking_recorder_class or LogTrackingRecorder)(self.database)

    def process_recorder(self) -> LogProcessRecorder:
        """Return a recorder of events together with how far another log was followed."""
        return LogProcessRecorder(self.database)


def _track(connection: Connection, point: Tracking) -> None:
    """Remember a point; the head is held, so nobody else can meanwhile."""
    mine = tracking.c.application == point.application_name
    reached = connection.execute(select(tracking.c.notification_id).where(mine)).scalar()
    if reached is None:
        values = {"application": point.application_name, "notification_id": point.notification_id}
        connection.execute(insert(tracking).values(values))
    elif reached < point.notification_id:
        connection.execute(update(tracking).where(mine).values(notification_id=point.notification_id))
    else:
        msg = f"{point.application_name} is already followed as far as {point.notification_id}"
        raise IntegrityError(msg)
