"""Services, their images, their routes, and what they connect to."""

from collections.abc import Iterator

from settings.checks.check import check
from settings.settings import Settings
from settings.tables.connections import CONNECTIONS, given_variables
from settings.tables.containers import REPOSITORY
from settings.tables.table import Complaint


@check("services", *CONNECTIONS)
def services_connect_to_what_is_there(s: Settings) -> Iterator[Complaint]:
    for name, service in s.services.items():
        for index, target in enumerate(service.connects):
            if target not in s.stores:
                message = f"there is no {target} to connect to; add cloudplatform:{target}, or remove it here"
                yield Complaint(("services", name, "connects", index), message)


@check("load-balancer", "services", "dns")
def requests_find_a_service(s: Settings) -> Iterator[Complaint]:
    routed = [name for name, service in s.services.items() if service.routes]
    if routed and not s.load_balancer:
        yield Complaint(
            ("services", routed[0], "routes"), "routes need a load balancer; add cloudplatform:load-balancer"
        )
    if s.load_balancer and len(routed) != 1:
        have = f"{' and '.join(routed)} have routes; keep those of one"
        have = have if routed else "none has routes; add them to one"
        yield Complaint(("load-balancer",), f"the load balancer sends requests to exactly one service; {have}")
    if routed and not s.dns:
        yield Complaint(("services", routed[0], "routes"), "routes need a DNS zone; add cloudplatform:dns")


@check("region", "services")
def images_come_from_this_region(s: Settings) -> Iterator[Complaint]:
    for name, service in s.services.items():
        found = REPOSITORY.match(service.image.uri or "")
        if found and found["region"] != s.region:
            message = f"the image is in {found['region']}; use a repository in {s.region}, where the endpoints are"
            yield Complaint(("services", name, "image", "uri"), message)


@check("services", "repositories")
def built_images_have_a_repository(s: Settings) -> Iterator[Complaint]:
    for name, service in s.services.items():
        if service.image.build and name not in s.repositories:
            path = ("services", name, "image", "build")
            yield Complaint(path, f"there is no repository to push it to; add {name} to cloudplatform:repositories")


@check("services")
def environment_differs_from_addresses(s: Settings) -> Iterator[Complaint]:
    for name, service in s.services.items():
        for variable in service.environment:
            if variable in given_variables(service.connects):
                path = ("services", name, "environment", variable)
                yield Complaint(path, f"the platform sets {variable} itself; remove it here")


@check("services", "network", "posture")
def shells_are_for_debugging(s: Settings) -> Iterator[Complaint]:
    endpoints = s.network.endpoints.interface if s.network and s.network.endpoints else ()
    for name, service in s.services.items():
        path = ("services", name, "shell")
        if service.shell and s.posture == "protected":
            message = "a protected stack allows no shell in its containers"
            yield Complaint(path, f"{message}; remove this, or choose a weaker posture")
        if service.shell and not service.internet and "ssmmessages" not in endpoints:
            message = "a shell cannot reach ssmmessages"
            yield Complaint(path, f"{message}; add that to network.endpoints.interface, or internet: true here")


@check("region", "repositories")
def regions_differ(s: Settings) -> Iterator[Complaint]:
    for name, repository in s.repositories.items():
        if s.region in repository.replicate_to:
            path = ("repositories", name, "replicate-to", repository.replicate_to.index(s.region))
            yield Complaint(path, f"{s.region} is where the images already are; name another region")


@check("posture", "services")
def a_protected_service_has_two_tasks(s: Settings) -> Iterator[Complaint]:
    for name, service in s.services.items():
        if s.posture == "protected" and service.count.min < 2:
            message = "one task that fails takes a protected service with it; use 2 or more, or choose a weaker posture"
            yield Complaint(("services", name, "count", "min"), message)
