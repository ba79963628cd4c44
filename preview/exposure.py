"""Who may talk to whom on which port, and what faces the internet: as the policy pack reads a recording.

Things are called by the stack file's words: by their component, without the kind of it (`fastapi`, `database`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property
from typing import Final

from guard.aws.spans import Spans
from guard.model.graph import UNKNOWN, Resource, Stack, canonical, plain
from guard.model.locations import Location, location_of
from guard.reach.blockers import blockers
from guard.reach.connections import connections, listens_on
from guard.reach.entry_points import entry_points
from guard.reach.interfaces import interfaces
from guard.reach.paths import Answer, NetworkPath, paths
from guard.reach.placements import BALANCER, CLIENT_VPN, PLACEMENTS, Purpose
from preview.figures import kind
from preview.naming import Naming
from preview.permissions import Permissions
from preview.questions import Reply, asked_of
from preview.recording import Recording
from preview.stack import PreviewError
from preview.ways import ways
from preview.wire import Object
from settings.words import either

INTERNET: Final = "internet"
#: Types that open no connection, and types that accept none, whatever their security groups permit.
NEVER_CLIENTS: Final = ("aws:ec2/vpcEndpoint:VpcEndpoint", "aws:efs/mountTarget:MountTarget")
NEVER_SERVERS: Final = ("aws:lambda/function:Function", CLIENT_VPN)
#: Services of AWS that face the internet outside any network: the property that may say otherwise, and its word.
SERVICES: Final = {
    "aws:cloudfront/distribution:Distribution": (("80/tcp", "443/tcp"), "", ""),
    "aws:apigatewayv2/api:Api": (("443/tcp",), "", ""),
    "aws:apigateway/restApi:RestApi": (("443/tcp",), "endpointConfiguration.types", "PRIVATE"),
    "aws:lambda/functionUrl:FunctionUrl": (("443/tcp",), "", ""),
    "aws:appsync/graphQLApi:GraphQLApi": (("443/tcp",), "visibility", "PRIVATE"),
    "aws:transfer/server:Server": (("22/tcp",), "endpointType", "VPC"),
}


def exposure(recording: Recording) -> Object:
    """What the document holds: public entry points, the matrix, and the statements on stores."""
    return Exposure(recording).document()


class Exposure:
    """Answers questions about the network and roles of a recording. A recording with all ids known answers most."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.stack = graph(recording)
        self.paths = paths(self.stack)
        self.naming = Naming(recording, self.stack)
        self.word = self.naming.word
        self.permissions = Permissions(self.stack, self.word)

    def document(self) -> Object:
        """All of it as plain data, sorted."""
        return {
            "entry_points": sorted(self._entry_points(), key=lambda each: each["name"]),
            "matrix": self._matrix(),
            "permissions": self.permissions.rows,
            "ways": ways(self.stack),
            "called": {word: sorted({each.urn for each in found}) for word, found in sorted(self._called().items())},
        }

    # --- words ---

    @cached_property
    def things(self) -> Mapping[str, list[Resource]]:
        """The resources in the network, by the stack file's word."""
        found: dict[str, list[Resource]] = defaultdict(list)
        for thing in interfaces(self.stack).things:
            found[self.word(thing)].append(thing)
        return found

    def _named(self, name: str) -> list[Resource]:
        """The resources in the network with this word, component name or resource name. Raises PreviewError."""
        if name in self.things:
            return self.things[name]
        found = [thing for things in self.things.values() for thing in things if name in self.naming.names(thing)]
        if not found:
            raise PreviewError(self._unknown(name))
        return found

    def _unknown(self, name: str) -> str:
        if name in self.permissions.roles:
            return f"--can: {name} is a role, which opens no connection: ask about what runs as it, or about a store"
        if self._outside(name):
            return f"--can: {name} stands in no subnet here: no connection in the network begins or ends at it"
        if self._store(name):
            return f"--can: {name} keeps data and opens no connection"
        known = sorted({*self.things, *self.permissions.roles, *self.permissions.stores, INTERNET})
        near = get_close_matches(name, known, n=3, cutoff=0.5)
        return f"--can: nothing here is called {name}; " + (
            f"did you mean {either(near)}?" if near else f"there are {', '.join(known)}"
        )

    def _outside(self, name: str) -> bool:
        """Whether a name is of something that can be in a network, such as a function, but is in none."""
        kinds = (token for token, place in PLACEMENTS.items() if place.purpose is not Purpose.STORE)
        away = (each for each in self.stack.of(*kinds) if not interfaces(self.stack).of(each))
        return any(name in (self.word(each), *self.naming.names(each)) for each in away)

    # --- the document ---

    def _called(self) -> Mapping[str, list[Resource]]:
        """The resources behind each name in the document."""
        found: dict[str, list[Resource]] = defaultdict(list)
        for token in SERVICES:
            for each in self.stack.of(token):
                found[self.word(each)].append(each)
        for named in (self.things, self.permissions.stores):
            for word, things in named.items():
                found[word] += things
        for word, role in self.permissions.roles.items():
            found[word].append(role)
        return found

    def _entry_points(self) -> Iterator[Object]:
        exposed = self.paths.exposed
        for path in exposed.paths:
            yield self._entry_point(path.target, self._ports(None, path.target), path.proof)
        for thing in exposed.undecided:
            yield self._entry_point(thing, self._ports(None, thing), "not known before the deployment")
        for token, (ports, said_by, private) in SERVICES.items():
            for each in self.stack.of(token):
                said = each[said_by] if said_by else ""
                if not private or private not in str(said):
                    yield self._entry_point(each, list(ports), f"{INTERNET} -> {each.name}")

    def _entry_point(self, thing: Resource, ports: list[str], path: str) -> Object:
        return {"name": self.word(thing), "urn": thing.urn, "kind": kind(thing.type), "ports": ports, "path": path}

    def _matrix(self) -> list[Object]:
        rows: dict[tuple[str, str], dict[str, bool]] = defaultdict(dict)
        for one in interfaces(self.stack).things:
            if one.type in NEVER_CLIENTS:
                continue
            found = self.paths.reachable(one)
            for other, sure in (*((path.target, True) for path in found.paths), *((u, False) for u in found.undecided)):
                here, there = self.word(one), self.word(other)
                if other.type not in NEVER_SERVERS and here != there:
                    for port in self._ports(one, other):
                        rows[here, there][port] = rows[here, there].get(port, False) or sure
        return [
            {
                "from": here,
                "to": there,
                "ports": sorted((port for port in ports), key=_by_number),
                "undecided": not any(ports.values()),
            }
            for (here, there), ports in sorted(rows.items())
        ]

    def _ports(self, one: Resource | None, other: Resource) -> list[str]:
        """The ports on which one thing, or the internet, connects to another: `5432/tcp`, `8000-8100/udp`."""
        sure: dict[str, Spans] = {}
        most: dict[str, Spans] = {}
        for there in interfaces(self.stack).of(other):
            for here in interfaces(self.stack).of(one) if one else (None,):
                for name, passing in connections(self.stack).ports(here, there).items():
                    sure[name] = sure.get(name, Spans()) | passing.sure
                    most[name] = most.get(name, Spans()) | passing.maybe
        spans = sure if any(sure.values()) else most
        return [f"{part}/{name}" for name, each in sorted(spans.items()) if each for part in str(each).split(", ")]

    # --- one question ---

    def can(self, one: str, other: str) -> Reply:
        """Answer whether one thing, or `internet`, can connect to another, or a role do something to a store.

        `other` may end in a port, and that in `/udp`. Raises PreviewError for a name that nothing has.
        """
        name, on, protocol = asked_of(other)
        if name == INTERNET:
            raise PreviewError("--can: `internet` can only come first, as in --can internet database:5432")
        store = self._store(name)
        as_role = one in self.permissions.roles and not self._stands(one)
        if store and (as_role or not self._stands(name)):
            return self._may(one, store)
        if one == INTERNET and not self._stands(name) and (served := self._served(name, on)):
            return Reply(served.open, f"{one} → {other}: {served.text}")
        sources = [None] if one == INTERNET else self._named(one)
        targets = self._named(name)
        asked = [(here, there) for here in sources for there in targets if here is not there]
        if not asked:
            raise PreviewError(f"--can: {one} and {name} are the same thing, and a connection is between two")
        if protocol == "udp":
            on = Spans.union(part for each in asked for part in (self._udp(*each) & on).parts)
            if not on:
                return Reply(False, f"{one} → {other}: no\n  protocol: nothing lets UDP through, or nothing listens")
        answers = [(here, there, self._answer(here, there, on)) for here, there in asked]
        head = f"{one} → {other}: "
        for _, _, answer in answers:
            if isinstance(answer, NetworkPath):
                return Reply(True, f"{head}yes\n  {answer.proof}")
        if any(answer is UNKNOWN for _, _, answer in answers):
            return Reply(True, f"{head}not known before the deployment")
        found = (each for here, there, _ in answers for each in blockers(self.stack, here, there, on))
        lines = dict.fromkeys(f"\n  {each.kind}: {each.text}" for each in found)
        return Reply(False, f"{head}no{''.join(lines)}")

    def _answer(self, one: Resource | None, other: Resource, on: Spans) -> Answer:
        if one:
            return self.paths.between(one, other, on)
        direct = self.paths.from_internet(other, on)
        return direct if direct is not None else self._by_others(other, on)

    def _by_others(self, other: Resource, on: Spans) -> Answer:
        """The indirect path from the internet: to a program through its load balancer, to a store through machines."""
        if PLACEMENTS[other.type].purpose is Purpose.STORE:
            return self.paths.to_data(other) if self.paths.to_data(other) and self._listens(other, on) else None
        passed_on = self.paths.relayed(other, lambda relay: relay.on(on))
        if passed_on is not None:
            return passed_on
        for path in self.paths.exposed.paths:
            edge = path.target
            if edge.type == BALANCER and edge["loadBalancerType"] == "network":
                continue  # it passes on what `relayed` says
            onward = self.paths.between(edge, other, on) if edge is not other else None
            if isinstance(onward, NetworkPath) and entry_points(self.stack).serves(edge, other) is True:
                return NetworkPath(INTERNET, other, (*path.steps, *onward.steps))
        return None

    def _listens(self, store: Resource, on: Spans) -> bool:
        return any(listens_on(each)[1] & on for each in interfaces(self.stack).of(store))

    def _stands(self, name: str) -> bool:
        """Whether something in the network has this name."""
        return name in self.things or any(
            name in self.naming.names(each) for all_ in self.things.values() for each in all_
        )

    def _store(self, name: str) -> str | None:
        """The word of the store with this word, component name or resource name; None if there is none."""
        found = self.permissions.stores
        own = (word for word, stores in found.items() if any(name in self.naming.names(each) for each in stores))
        return name if name in found else next(own, None)

    def _served(self, name: str, on: Spans) -> Reply | None:
        """The answer for a public AWS service outside any network, such as a distribution; None if there is none."""
        faced = {point["name"] for point in self._entry_points()}
        for token, (ports, *_) in SERVICES.items():
            for each in self.stack.of(token):
                if self.word(each) in faced and name in (self.word(each), *self.naming.names(each)):
                    whole = [int(port.partition("/")[0]) for port in ports]
                    numbers = Spans.of(*zip(whole, whole, strict=True))
                    said = f"no\n  port: {each.name} answers on port {numbers} only"
                    return Reply(True, f"yes\n  {INTERNET} -> {each.name}") if numbers & on else Reply(False, said)
        return None

    def _udp(self, one: Resource | None, other: Resource) -> Spans:
        """The ports on which one thing, or the internet, may reach another by UDP."""
        pairs = [(here, there) for there in interfaces(self.stack).of(other)
                 for here in (interfaces(self.stack).of(one) if one else (None,))]  # fmt: skip
        found = [connections(self.stack).ports(here, there).get("udp") for here, there in pairs]
        return Spans.union(part for each in found if each for part in each.maybe.parts)

    def _may(self, one: str, store: str) -> Reply:
        if one == INTERNET:
            raise PreviewError(
                f"--can: {store} stands in no network: it is reached through AWS's APIs, by whom a policy allows. Ask "
                f"about a role or a service; whether the public may is asked by the policy pack's rules"
            )
        roles = [one] if one in self.permissions.roles else self.permissions.roles_of(self._named(one))
        rows = [row for row in self.permissions.rows if row["role"] in roles and row["store"] == store]
        lines = [f"\n  {each['effect'].lower()}: {line(each)}" for each in rows]
        allowed = any(each["effect"] == "Allow" for each in rows)
        who = f"{one} (role {', '.join(roles)})" if roles and roles != [one] else one
        return Reply(
            allowed, f"{who} → {store}: {'yes' if allowed else 'no, no statement allows anything'}{''.join(lines)}"
        )


def line(row: Object) -> str:
    """A permission in a line: what, by which statement."""
    what = ", ".join(row["actions"])
    condition = f", if {', '.join(row['conditions'])}" if row["conditions"] else ""
    return f"{what} ({row['policy']}, {row['statement']}{condition})"


def graph(recording: Recording) -> Stack:
    """A recording as the pack sees a stack."""
    locations = {
        each.urn: location_of(plain(dict(each.inputs)))
        for each in recording.resources.values()
        if each.type == "pulumi:providers:aws"
    }

    def resource(urn: str) -> Resource:
        each = recording.resources[urn]
        location = locations.get(each.provider, Location())
        identity = {"id": plain(each.id)} if each.id else {}
        return Resource(
            urn=each.urn,
            type=canonical(each.type),
            inputs=plain(dict(each.inputs)),
            outputs={**identity, **plain(dict(each.outputs))},
            depends=dict(each.property_dependencies),
            parent=each.parent,
            provider_region=location.region,
            account=location.account,
            managed=not each.read,
        )

    return Stack(map(resource, recording.resources))


def grouped(matrix: Iterable[Object]) -> list[tuple[str, str, str]]:
    """The matrix for people: from, to, ports. Rows with the same ports are joined, and TCP is not written."""
    sources: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in matrix:
        ports = ", ".join(port.removesuffix("/tcp") for port in row["ports"])
        sources[row["to"], ports + (" (not known before the deployment)" if row["undecided"] else "")].append(
            row["from"]
        )
    targets: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (to, ports), froms in sorted(sources.items()):
        targets[", ".join(froms), ports].append(to)
    return [(froms, ", ".join(tos), ports) for (froms, ports), tos in targets.items()]


def _by_number(port: str) -> tuple[str, int]:
    numbers, _, protocol = port.partition("/")
    return protocol, int(numbers.partition("-")[0])
