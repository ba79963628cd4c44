"""Security groups: every rule in one form, however it was written, and who carries which group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Any, Final

from guard.aws.networks import ALL, INTERNET, ports, protocol, united
from guard.aws.nodes import (
    DEFAULT_GROUP,
    DEFAULT_SUBNET,
    DEFAULT_VPC,
    EGRESS,
    EGRESS_RULE,
    GROUPS,
    INGRESS,
    INGRESS_RULE,
    INTERFACE,
    LEGACY_RULE,
    VPCS,
    Node,
    key,
    near,
    vpcs_by,
)
from guard.aws.spans import EMPTY, Spans
from guard.model.graph import ABSENT, UNKNOWN, Missing, Resource, Stack, Targets, items, truth
from guard.reach.permits import Permit, clear, may_be_of, wide_ports
from guard.reach.placements import PLACEMENTS, edge, joins_default, subnets_of, together
from guard.reach.prefixes import Prefixes
from guard.reach.rule_forms import ASSOCIATIONS, INLINE, MACHINE, STANDALONE, RuleForm, read

# Where rules are written.
RULES_AT: Final = (*GROUPS, LEGACY_RULE, INGRESS_RULE, EGRESS_RULE)


class Groups:
    """The security groups of a stack."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._prefixes = Prefixes(stack)
        self._unclear: list[Permit] | None = None
        self._wide: dict[tuple[str, str | Missing], dict[str | Missing, Spans]] = {}

    # --- what they permit ---

    @cached_property
    def permits(self) -> list[Permit]:
        """All rules: inline, standalone, old and new, and those that AWS makes."""
        return [*self._inline(), *self._standalone(), *self._made_by_aws()]

    @cached_property
    def by_rule(self) -> dict[str, list[Permit]]:
        """The rules by the URN of the resource that each is written in."""
        found: dict[str, list[Permit]] = defaultdict(list)
        for permit in self.permits:
            found[permit.rule.urn].append(permit)
        return found

    def of(self, group: Node) -> list[Permit]:
        """Return the rules of a group; those that nobody can place may be its, too."""
        return [*self._by_group.get(key(group), ()), *self._unresolved]

    def wide(self, permit: Permit) -> bool | Missing:
        """Say whether a rule is for a large part of the internet, alone or with others of its group on some port."""
        if permit.addresses.broad:
            return True
        if permit.sure and permit.addresses & INTERNET and self._together_wide(permit):
            return True
        return False if permit.complete and not self._perhaps_wide(permit) else UNKNOWN

    def _perhaps_wide(self, permit: Permit) -> bool:
        """Say whether it makes a wide one with others of which ports, protocol or group are not known yet."""
        if not permit.addresses & INTERNET:
            return False
        if self._unclear is None:
            self._unclear = [each for each in self.permits if each.addresses & INTERNET and not clear(each)]
        if not self._unclear:
            return False
        here = [*self.of(permit.group), *self._unclear] if not isinstance(permit.group, Missing) else self.permits
        mine = [each for each in here if each.direction in (permit.direction, UNKNOWN)]
        unclear = [each for each in mine if not clear(each) and may_be_of(each, permit)]
        if not unclear and clear(permit):
            return False
        return united(each.addresses for each in (*mine, permit)).broad

    def _together_wide(self, permit: Permit) -> bool:
        """Say whether rules that are narrow alone make a wide one: a rule of the newer kind takes one range only."""
        if isinstance(permit.group, Missing) or isinstance(permit.ports, Missing):
            return False
        wide = self._wide_ports(key(permit.group), permit.direction)
        names = list(wide) if permit.protocol == ALL else [permit.protocol]
        return any(permit.ports & wide.get(name, EMPTY) for name in names)

    def _wide_ports(self, group: str, direction: str | Missing) -> dict[str | Missing, Spans]:
        if (group, direction) not in self._wide:
            permits = (permit for permit in self._by_group[group] if permit.direction == direction)
            self._wide[group, direction] = wide_ports(permits)
        return self._wide[group, direction]

    @cached_property
    def _by_group(self) -> dict[str, list[Permit]]:
        found: dict[str, list[Permit]] = defaultdict(list)
        for permit in self.permits:
            if not isinstance(permit.group, Missing):
                found[key(permit.group)].append(permit)
        return found

    @cached_property
    def _unresolved(self) -> list[Permit]:
        return [permit for permit in self.permits if isinstance(permit.group, Missing)]

    def of_groups_read(self, holder: Resource) -> list[Permit]:
        """Return the rules that let something into a resource by groups that the program only reads."""
        if not self._reads:
            return []
        groups = [group for group in self.carried(holder).sure if group.urn in self._reads]
        return [permit for group in groups for permit in self._by_group.get(group.urn, ()) if permit.sure]

    @cached_property
    def _reads(self) -> frozenset[str]:
        return frozenset(group.urn for group in self.stack.of(*GROUPS) if not group.managed)

    def _inline(self) -> Iterator[Permit]:
        for group in self.stack.of(*GROUPS):
            for direction in (INGRESS, EGRESS):
                # What the program only reads is known by its state.
                rules = group[direction] if group.managed else group.known(direction)
                for rule in items(rules):
                    yield self._permit(Permit(group, group, direction, at=direction), rule, INLINE)
                if not group.managed and rules is ABSENT:
                    yield Permit(group, group, direction, at=direction, opaque=True)

    def _standalone(self) -> Iterator[Permit]:
        for token, form in STANDALONE.items():
            for rule in self.stack.of(token):
                direction = form.direction or rule["type"]
                permit = self._permit(Permit(UNKNOWN, rule, direction), rule, form)
                owners = self._owners(rule)
                for group in owners.nodes:
                    yield replace(permit, group=group)
                for group in owners.maybe:
                    yield replace(permit, group=group, sure=False)
                if not (owners.nodes or owners.maybe):
                    yield replace(permit, sure=False)

    def _made_by_aws(self) -> Iterator[Permit]:
        """The default group of a VPC that nobody adopted lets its members talk to each other and to anywhere."""
        for vpc in self.stack.of(*VPCS):
            if self.default_of(vpc) is vpc:
                fresh = vpc.managed  # of one that the program only reads somebody else keeps the groups
                made = Permit(vpc, vpc, INGRESS, sure=fresh and not self.unresolved_default, opaque=not fresh)
                yield replace(made, peers=Targets((vpc,)))
                yield replace(made, direction=EGRESS, ranges=("0.0.0.0/0", "::/0"))

    def _permit(self, permit: Permit, body: Any, form: RuleForm) -> Permit:
        """Fill in what a rule says; permit says already whose it is and where it is written."""
        if not isinstance(body, Resource | dict):
            return replace(permit, opaque=True)
        low, high = read(body, "fromPort"), read(body, "toPort")
        name = protocol(read(body, form.protocol))
        ranges = {path: items(read(body, path)) for path in form.ranges}
        texts = [text for written in ranges.values() for text in written if text != ""]
        listed = read(body, form.lists)
        lists = self._prefixes.lists(permit.rule, permit.at or form.lists, listed)
        used = [path for path, written in ranges.items() if written] + [form.lists] * bool(items(listed))
        return replace(
            permit,
            protocol=name,
            ports=ports(name, low, high),
            ranges=tuple(str(text) for text in texts if text is not UNKNOWN),
            lists=tuple(lists),
            blank=UNKNOWN in texts,
            peers=self._peers(permit, body, form),
            at=permit.at or (used[0] if used else ""),
        )

    def _peers(self, permit: Permit, body: Any, form: RuleForm) -> Targets:
        found = self.named(permit.rule, permit.at or form.peers, read(body, form.peers))
        own = truth(read(body, form.own), absent=False) if form.own else False
        if own is False:
            return found
        if isinstance(own, Missing):
            return together([found, Targets(unknown=True)])
        inline = permit.rule.type in GROUPS
        return together([found, Targets((permit.rule,)) if inline else self._owners(permit.rule)])

    def _owners(self, rule: Resource) -> Targets:
        """Return the groups that a standalone rule, or an association, is for."""
        return self.named(rule, "securityGroupId", rule["securityGroupId"])

    # --- which groups there are ---

    def named(self, source: Resource, path: str, value: Any) -> Targets:
        """Return the groups that a value names; behind a VPC's `defaultSecurityGroupId` is its default group."""
        found = self.stack.resolve(source, path, value, *GROUPS)
        if found.complete and not found.outside:
            return found
        known = {text: self._default_ids[text] for text in found.outside if text in self._default_ids}
        vpcs = self.stack.resolve(source, path, UNKNOWN, *VPCS) if found.unknown else Targets()
        defaults = tuple(self.default_of(vpc) for vpc in (*known.values(), *vpcs.sure))
        perhaps = tuple(self.default_of(vpc) for vpc in vpcs.maybe)
        outside = tuple(text for text in found.outside if text not in known)
        unknown = found.unknown and not (vpcs.sure or perhaps)
        return Targets(found.sure + defaults, found.maybe + perhaps, outside, unknown)

    def default_of(self, vpc: Resource) -> Resource:
        """Return the default group of a VPC as adopted, else the VPC in its place."""
        return self._defaults.get(vpc.urn, vpc)

    @cached_property
    def _defaults(self) -> dict[str, Resource]:
        found: dict[str, Resource] = {}
        for group in self.stack.of(DEFAULT_GROUP):
            unset = group["vpcId"] in (ABSENT, "")
            vpcs = self.stack.of(DEFAULT_VPC) if unset else self.stack.targets(group, "vpcId", *VPCS).sure
            found |= {vpc.urn: group for vpc in vpcs if not unset or near(vpc, group)}
        return found

    @cached_property
    def _default_ids(self) -> dict[str, Resource]:
        return vpcs_by(self.stack, "defaultSecurityGroupId")

    @cached_property
    def unresolved_default(self) -> bool:
        """Whether a default group is adopted whose VPC nobody can name."""
        groups = self.stack.of(DEFAULT_GROUP)
        return any(not self.stack.targets(group, "vpcId", *VPCS).complete for group in groups)

    # --- who carries them ---

    @cached_property
    def holders(self) -> dict[str, list[Resource]]:
        """Who carries which group, by the group's key."""
        return self._carriers[0]

    @cached_property
    def maybe_holders(self) -> dict[str, list[Resource]]:
        """Who may carry which group: one group of several, of a component."""
        return self._carriers[1]

    @cached_property
    def unresolved_holders(self) -> list[Resource]:
        """Who carries groups that nobody can name yet: any group may be among them."""
        return self._carriers[2]

    def perhaps_inside(self, group: Node) -> bool:
        """Say whether something that is not the edge may carry a group beside its known holders."""
        return self._unresolved_inside or any(
            edge(self.stack, holder) is not True for holder in self.maybe_holders.get(key(group), ())
        )

    @cached_property
    def _unresolved_inside(self) -> bool:
        return any(edge(self.stack, holder) is not True for holder in self.unresolved_holders)

    @cached_property
    def _carriers(self) -> tuple[dict[str, list[Resource]], dict[str, list[Resource]], list[Resource]]:
        sure: dict[str, list[Resource]] = defaultdict(list)
        maybe: dict[str, list[Resource]] = defaultdict(list)
        unresolved: list[Resource] = []
        for holder, groups in self._carrying():
            for group in groups.nodes:
                sure[key(group)].append(holder)
            for group in groups.maybe:
                maybe[group.urn].append(holder)
            unresolved += [holder] if groups.unknown else []
        return dict(sure), dict(maybe), unresolved

    def _carrying(self) -> Iterator[tuple[Resource, Targets]]:
        """Yield who carries what; an interface's groups are its machine's, an association's its endpoint's."""
        for holder in self.stack.of(*PLACEMENTS):
            groups = self.carried(holder)
            for carrier in (holder, *self._machines.get(holder.urn, ())):
                yield carrier, groups
        for token, (path, types) in ASSOCIATIONS.items():
            for link in self.stack.of(token):
                groups = self._owners(link)
                for carrier in self.stack.targets(link, path, *types).sure or (link,):
                    yield carrier, groups

    def carried(self, holder: Resource) -> Targets:
        """Return the groups that a resource names, or the default group that it joins without one."""
        if joins_default(holder):
            return self._joined(holder)
        return together([self.named(holder, path, holder[path]) for path in PLACEMENTS[holder.type].groups])

    def _joined(self, holder: Resource) -> Targets:
        subnets = subnets_of(self.stack, holder)
        default = [vpc for vpc in self.stack.of(DEFAULT_VPC) if near(vpc, holder)]
        vpcs = [
            default if subnet.type == DEFAULT_SUBNET else self.stack.targets(subnet, "vpcId", *VPCS).sure
            for subnet in subnets.sure
        ]
        sure = {vpc.urn: vpc for found in vpcs for vpc in found}
        if sure:
            found = tuple(self.default_of(vpc) for vpc in sure.values())
            # One that is adopted of a VPC that nobody can name may be each of those that are not.
            open_ = self.unresolved_default and any(one.type in VPCS for one in found)
            return Targets(maybe=(*found, *self.stack.of(DEFAULT_GROUP))) if open_ else Targets(found)
        here = [group for group in self.stack.of(DEFAULT_GROUP) if near(group, holder)]
        if subnets.nodes or not subnets.complete:
            return Targets(maybe=tuple(here), unknown=not here)
        # It names no subnet: AWS takes the default VPC.
        return Targets(tuple(self.default_of(vpc) for vpc in default) or tuple(here))

    @cached_property
    def _machines(self) -> dict[str, list[Resource]]:
        """The machines by the URN of the network interfaces that they carry."""
        found: dict[str, list[Resource]] = defaultdict(list)
        for machine in self.stack.of(MACHINE):
            for path in ("networkInterfaces.networkInterfaceId", "primaryNetworkInterface.networkInterfaceId"):
                for interface in self.stack.targets(machine, path, INTERFACE).sure:
                    found[interface.urn].append(machine)
        for link in self.stack.of("aws:ec2/networkInterfaceAttachment:NetworkInterfaceAttachment"):
            for interface in self.stack.targets(link, "networkInterfaceId", INTERFACE).sure:
                found[interface.urn] += self.stack.targets(link, "instanceId", MACHINE).sure
        return found


@lru_cache(maxsize=1)
def groups(stack: Stack) -> Groups:
    """Return the security groups of a stack, worked out once for all rules."""
    return Groups(stack)
