"""Events of a group: every meeting that was called has exactly one, and nobody else's is touched."""

from moodle_sync.group_diff import Findings, Place
from moodle_sync.match import EventFinder
from moodle_sync.memory import Remembered, RememberedEvent
from moodle_sync.plan import (
    CreateEvent,
    DeleteEvent,
    Drift,
    DriftKind,
    DriftPolicy,
    UpdateEvent,
    Verdict,
    drift_key,
    judge,
)
from moodle_sync.state import ActualEvent, DesiredEvent, Seen


class EventDiff:
    """Decides about the events of one course."""

    def __init__(
        self,
        finder: EventFinder,
        remembered: Remembered,
        held: frozenset[str],
        policy: DriftPolicy,
        findings: Findings,
        *,
        may_create: bool,
    ) -> None:
        """`may_create` is False when the calendar does not list events: what is not seen may be there."""
        self._finder = finder
        self._remembered = remembered
        self._held = held
        self._policy = policy
        self._findings = findings
        self._may_create = may_create

    def diff(self, place: Place) -> None:
        """Plan the events of one association."""
        for event in place.want.events:
            known = self._remembered.events.get(event.uuid)
            found, surplus = self._finder.find(event)
            self._findings.operations += [DeleteEvent(copy.event_id, event.uuid) for copy in surplus]
            if found is None:
                self._absent(place, event, known)
            else:
                self._present(place, event, found, known)

    def _present(
        self,
        place: Place,
        event: DesiredEvent,
        found: ActualEvent,
        known: RememberedEvent | None,
    ) -> None:
        key = drift_key(DriftKind.EVENT_CHANGED, place.want.idnumber, event.uuid)
        shown, expected = Seen.of(found, event.uuid, place.group_id), Seen.expected(event)
        verdict = judge(
            same=shown == expected and _written(event, found, known),
            # A group new to us (made anew, or chosen instead of another) is a change of ours too.
            we_changed=place.known is None or not _written(event, found, known),
            they_changed=known is not None and known.face != shown.face,
            by_hand=known is not None and known.by_hand,
            held=key in self._held,
            policy=self._policy,
        )
        if verdict is Verdict.SAME and not shown.marker and known is not None and known.marker:
            verdict = Verdict.WRITE
        if verdict in (Verdict.ASK, Verdict.RESTORE):
            self._findings.drift.append(
                Drift(
                    DriftKind.EVENT_CHANGED,
                    place.want.idnumber,
                    event.uuid,
                    verdict is Verdict.RESTORE,
                    _changes(expected, shown),
                )
            )
        if verdict in (Verdict.WRITE, Verdict.RESTORE):
            self._findings.operations.append(
                UpdateEvent(place.want.idnumber, place.group_id, found.event_id, event)
            )
        elif verdict in (Verdict.ASK, Verdict.HELD):
            self._findings.by_hand.add(key)

    def _absent(self, place: Place, event: DesiredEvent, known: RememberedEvent | None) -> None:
        """No event: deleted by hand, or gone along with its group, or not made yet."""
        if event.cancelled or not self._may_create:
            return
        key = drift_key(DriftKind.EVENT_DELETED, place.want.idnumber, event.uuid)
        # Without a memory of this very group its events went with the one before it.
        same_group = place.known is not None and known is not None
        if same_group and known is not None:
            verdict = judge(
                same=False,
                we_changed=known.wanted != event.wanted,
                they_changed=known.event_id is not None,
                by_hand=True,
                held=key in self._held,
                policy=self._policy,
            )
        else:
            verdict = Verdict.WRITE
        if verdict in (Verdict.ASK, Verdict.RESTORE):
            self._findings.drift.append(
                Drift(DriftKind.EVENT_DELETED, place.want.idnumber, event.uuid, verdict is Verdict.RESTORE)
            )
        if verdict in (Verdict.WRITE, Verdict.RESTORE):
            self._findings.operations.append(CreateEvent(place.want.idnumber, place.group_id, event))
        else:
            self._findings.by_hand.add(key)


def _written(event: DesiredEvent, found: ActualEvent, known: RememberedEvent | None) -> bool:
    """Whether all that we want was written to this very event.

    Only our memory tells: Moodle lists events without their place, and one made just before a crash has none.
    """
    return known is not None and known.event_id == found.event_id and known.wanted == event.wanted


def _changes(expected: Seen, shown: Seen) -> dict[str, str | int | bool]:
    changes: dict[str, str | int | bool] = {}
    if shown.starts != expected.starts:
        changes |= {"starts": shown.starts}
    if shown.minutes != expected.minutes:
        changes |= {"minutes": shown.minutes}
    if shown.name != expected.name:
        changes |= {"name": shown.name}
    if shown.text != expected.text:
        changes |= {"text_changed": True}
    if not shown.at_home:
        changes |= {"moved_elsewhere": True}
    return changes
