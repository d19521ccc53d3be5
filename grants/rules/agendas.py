"""The order of a meeting's agenda: so that few people leave the room and come back."""

from collections.abc import Collection, Iterable, Mapping


def ordered(items: Mapping[str, Collection[int]]) -> list[str]:
    """Order items, given who is recused from each, so that those with the same people follow.

    Those from which nobody is recused come first, then each time the group that moves the fewest
    people through the door; among equals by the numbers of the people, and within a group by name.
    The order in which the items are given means nothing.
    """
    groups: dict[frozenset[int], list[str]] = {}
    for name, people in items.items():
        groups.setdefault(frozenset(people), []).append(name)
    outside, found, left = frozenset[int](), list[str](), set(groups)
    while left:
        outside = min(left, key=lambda it: (len(it ^ outside), sorted(it)))
        left.remove(outside)
        found += sorted(groups[outside])
    return found


def moves(order: Iterable[str], items: Mapping[str, Collection[int]]) -> int:
    """Count how often somebody leaves the room or comes back while items follow in an order."""
    outside, count = frozenset[int](), 0
    for name in order:
        now = frozenset(items[name])
        count += len(now ^ outside)
        outside = now
    return count
