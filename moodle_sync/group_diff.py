"""Groups: which is whose, which are to be made, renamed, or left to a person to decide."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from moodle_sync.match import group_id_of, locate_group
from moodle_sync.memory import Remembered, RememberedGroup
from moodle_sync.plan import (
    AdoptGroup,
    CreateGroup,
    Drift,
    DriftKind,
    DriftPolicy,
    Operation,
    Refusal,
    RefusalCode,
    RenameGroup,
    Verdict,
    drift_key,
    judge,
)
from moodle_sync.state import ActualCourse, ActualGroup, DesiredCourse, DesiredGroup
from moodle_sync.text import name_key, plain_name


@dataclass(slots=True)
class Findings:
    """What the parts of a diff collect."""

    operations: list[Operation] = field(default_factory=list)
    drift: list[Drift] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    by_hand: set[str] = field(default_factory=set)
    idle: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an association stands: in `group`, or in one that is to be made (None).

    `known` is what we remember of this very group; None when it is new to us, so that nothing about it can
    be called a change by hand.
    """

    want: DesiredGroup
    group: ActualGroup | None
    known: RememberedGroup | None

    @property
    def group_id(self) -> int | None:
        """Moodle id of the group, None while it is to be made."""
        return None if self.group is None else self.group.group_id


class GroupDiff:
    """Decides about all groups of a course at once, because names and idnumbers are unique in it."""

    def __init__(
        self,
        desired: DesiredCourse,
        actual: ActualCourse,
        remembered: Remembered,
        held: frozenset[str],
        policy: DriftPolicy,
        findings: Findings,
    ) -> None:
        self._desired = desired
        self._actual = actual
        self._remembered = remembered
        self._held = held
        self._policy = policy
        self._findings = findings
        self._ours = frozenset(group.idnumber for group in desired.groups)
        self._claimed: set[int] = set()
        self._was_reset = self._all_gone()

    def places(self) -> list[Place]:
        """Where each association stands, without those left to a person."""
        found = [self._place(want) for want in self._desired.groups]
        standing = [place for place in found if place is not None]
        names = self._rename([place for place in standing if place.group is not None])
        return [place for place in standing if place.group is not None or self._create(place, names)]

    def _place(self, want: DesiredGroup) -> Place | None:
        known = self._remembered.groups.get(want.idnumber)
        current, holder = locate_group(want, known, self._actual)
        if current is None:
            return self._absent(want, known)
        if holder is not None and holder.group_id != current.group_id:
            params: dict[str, str | int] = {"holder_id": holder.group_id, "holder_name": holder.name}
            self._findings.drift.append(
                Drift(DriftKind.IDNUMBER_TAKEN, want.idnumber, holder.group_id, params=params)
            )
            self._refuse(want, RefusalCode.IDNUMBER_TAKEN, params)
            return None
        foreign = current.idnumber != want.idnumber and current.idnumber in self._ours
        if foreign or current.group_id in self._claimed:
            self._refuse(want, RefusalCode.GROUP_OF_ANOTHER, {"group_id": current.group_id})
            return None
        self._claimed.add(current.group_id)
        same_group = known is not None and known.group_id == current.group_id
        place = Place(want, current, known if same_group else None)
        if holder is None:
            self._number(place, current)
        return place

    def _absent(self, want: DesiredGroup, known: RememberedGroup | None) -> Place | None:
        """The group is not there: to be made, or deleted by hand."""
        key = drift_key(DriftKind.GROUP_DELETED, want.idnumber)
        group_id = group_id_of(want, known)
        first_notice = group_id is not None and (known is None or known.group_id is not None)
        if first_notice:
            restored = self._policy is DriftPolicy.PUT_BACK and not self._was_reset
            subject = group_id if group_id is not None else ""
            self._findings.drift.append(Drift(DriftKind.GROUP_DELETED, want.idnumber, subject, restored))
            if not restored:
                self._leave(want, key)
                return None
        elif known is not None and key in self._held:
            self._leave(want, key)
            return None
        return Place(want, None, None)

    def _all_gone(self) -> bool:
        """Whether several groups are gone and none is left: the course was reset, and may be over.

        Then a person decides, whatever the policy.
        """
        known = [
            want
            for want in self._desired.groups
            if (entry := self._remembered.groups.get(want.idnumber)) is not None
            and entry.group_id is not None
        ]
        return len(known) > 1 and not any(
            locate_group(want, self._remembered.groups.get(want.idnumber), self._actual)[0] for want in known
        )

    def _number(self, place: Place, group: ActualGroup) -> None:
        """Our idnumber is not on the group. An empty one is filled; another one may be somebody's key."""
        known = place.known
        key = drift_key(DriftKind.IDNUMBER_CHANGED, place.want.idnumber)
        if known is None or not group.idnumber:
            verdict = Verdict.WRITE
        else:
            verdict = judge(
                same=False,
                # Not ours last time either, and no hand in it: our own writing failed.
                we_changed=not known.idnumber_by_hand and known.seen_idnumber != place.want.idnumber,
                they_changed=group.idnumber != known.seen_idnumber,
                by_hand=known.idnumber_by_hand,
                held=key in self._held,
                policy=self._policy,
            )
        if verdict in (Verdict.ASK, Verdict.RESTORE):
            self._findings.drift.append(
                Drift(
                    DriftKind.IDNUMBER_CHANGED,
                    place.want.idnumber,
                    group.group_id,
                    verdict is Verdict.RESTORE,
                    {"idnumber": group.idnumber},
                )
            )
        if verdict in (Verdict.WRITE, Verdict.RESTORE):
            self._findings.operations.append(AdoptGroup(place.want.idnumber, group.group_id, group.name))
        else:
            self._findings.by_hand.add(key)

    def _rename(self, places: list[Place]) -> dict[str, int]:
        """Plan the renames whose name is free, in an order that works; returns names in use afterwards."""
        names = {name_key(group.name): group.group_id for group in self._actual.groups.values()}
        waiting = [place for place in places if self._wants_rename(place)]
        progress = True
        while waiting and progress:
            progress = False
            for place in list(waiting):
                key = name_key(place.want.name)
                group = place.group
                if group is None or names.get(key, group.group_id) != group.group_id:
                    continue
                if names.get(name_key(group.name)) == group.group_id:
                    del names[name_key(group.name)]
                names[key] = group.group_id
                self._findings.operations.append(
                    RenameGroup(place.want.idnumber, group.group_id, plain_name(place.want.name))
                )
                waiting.remove(place)
                progress = True
        for place in waiting:
            self._name_taken(place.want, names)
        return names

    def _wants_rename(self, place: Place) -> bool:
        group, known = place.group, place.known
        if group is None:
            return False
        official, shown = plain_name(place.want.name), plain_name(group.name)
        key = drift_key(DriftKind.GROUP_RENAMED, place.want.idnumber)
        verdict = judge(
            same=official == shown,
            we_changed=known is None or known.wanted_name != official,
            they_changed=known is not None and known.seen_name != shown,
            by_hand=known is not None and known.name_by_hand,
            held=key in self._held,
            policy=self._policy,
        )
        if verdict in (Verdict.ASK, Verdict.RESTORE):
            restored = verdict is Verdict.RESTORE
            self._findings.drift.append(
                Drift(DriftKind.GROUP_RENAMED, place.want.idnumber, group.group_id, restored, {"name": shown})
            )
        if verdict in (Verdict.ASK, Verdict.HELD):
            self._findings.by_hand.add(key)
        return verdict in (Verdict.WRITE, Verdict.RESTORE)

    def _create(self, place: Place, names: dict[str, int]) -> bool:
        key = name_key(place.want.name)
        if key in names:
            self._name_taken(place.want, names)
            self._findings.idle.add(place.want.idnumber)
            return False
        names[key] = 0
        self._findings.operations.append(CreateGroup(place.want.idnumber, plain_name(place.want.name)))
        return True

    def _name_taken(self, want: DesiredGroup, names: Mapping[str, int]) -> None:
        holder = names[name_key(want.name)]
        self._findings.refusals.append(
            Refusal(RefusalCode.GROUP_NAME_TAKEN, want.idnumber, {"group_id": holder})
        )

    def _refuse(self, want: DesiredGroup, code: RefusalCode, params: dict[str, str | int]) -> None:
        self._findings.refusals.append(Refusal(code, want.idnumber, params))
        self._findings.idle.add(want.idnumber)

    def _leave(self, want: DesiredGroup, key: str) -> None:
        self._findings.by_hand.add(key)
        self._findings.idle.add(want.idnumber)
