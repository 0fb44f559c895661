"""What a delegated key may say: kinds, functions and places are all named, and nothing else is its to say."""

from collections.abc import Collection, Mapping

from enduse.messages import Refusal
from enduse.programme.jurisdiction import Sites, jurisdiction
from enduse.programme.places import chain
from enduse.statements.codec import AnyStatement, kind_of
from enduse.statements.key import Delegation
from enduse.statements.programme import PlaceBody


def outside(
    scope: Delegation,
    statement: AnyStatement,
    functions: Collection[str],
    places: Mapping[str, PlaceBody],
    sites: Sites | None = None,
) -> Refusal | None:
    """Say why a statement is not a delegated key's to make, if so.

    Args:
        scope: what was delegated.
        statement: what it says.
        functions: any of which the act needs; none where it needs none.
        places: as described.
        sites: where projects and consignments are.
    """
    kind, label = kind_of(statement), scope.label
    if kind not in scope.says:
        return Refusal.of("delegation.kind", label=label, kind=kind, says=list(scope.says))
    if functions and not set(functions).intersection(scope.functions):
        return Refusal.of("delegation.function", label=label, functions=list(functions))
    for where in jurisdiction(statement, places, sites):
        # Each of these places has to lie within those of the delegation: a mandate is asked for at any one of them.
        for place in where:
            if place is None:
                return Refusal.of("delegation.no_place", label=label, places=list(scope.places))
            if not set(chain(places, place)).intersection(scope.places):
                return Refusal.of("delegation.place", label=label, place=place, places=list(scope.places))
    return None
