"""Services, their images, their routes, and what they connect to."""

from collections.abc import Iterator

from settings.checks.check import check
from settings.checks.outward import way_out
from settings.settings import Settings
from settings.tables.compute import ServiceTable, TaskContainer
from settings.tables.connections import CONNECTIONS, connection_variables
from settings.tables.containers import REPOSITORY
from settings.tables.scaling import OWN_METRICS, SERVICE_ALARMS
from settings.tables.table import Complaint, Table
from settings.words import choice, either, nearest


@check("services", *CONNECTIONS)
def services_connect_to_what_is_there(s: Settings) -> Iterator[Complaint]:
    for name, service in s.services.items():
        for index, target in enumerate(service.connects):
            if target not in s.stores:
                message = f"there is no {target} to connect to; add cloudplatform:{target}, or remove it here"
                yield Complaint(("services", name, "connects", index), message)


@check("services", "service-defaults")
def defaults_have_services(s: Settings) -> Iterator[Complaint]:
    if s.service_defaults and not s.services:
        yield Complaint(("service-defaults",), "no service takes them; add cloudplatform:services, or remove this")


@check("region", "services")
def images_come_from_this_region(s: Settings) -> Iterator[Complaint]:
    for container in s.containers:
        found = REPOSITORY.match(container.table.image.uri or "")
        if found and found["region"] != s.region:
            here = found[0].replace(found["region"], s.region)
            here += (container.table.image.uri or "").removeprefix(found[0])
            message = f"the image is in {found['region']}, and the endpoints in {s.region}; use one such as {here}"
            yield Complaint((*container.path, "image", "uri"), message)


@check("services", "repositories")
def images_have_a_repository(s: Settings) -> Iterator[Complaint]:
    for container in s.containers:
        image, path = container.table.image, (*container.path, "image")
        if image.build and container.name not in s.repositories:
            message = f"there is no repository to push it to; add {container.name} to cloudplatform:repositories"
            yield Complaint((*path, "build"), message)
        if image.repository and image.repository not in s.repositories:
            known = choice(image.repository, s.repositories, none="add cloudplatform:repositories")
            message = f"there is no repository {image.repository!r} in this stack; {known}, or use uri"
            yield Complaint((*path, "repository"), message)


@check("services")
def containers_have_names_of_their_own(s: Settings) -> Iterator[Complaint]:
    """In a task, and in what is made for one container of it."""
    seen: dict[str, str] = {}
    for container in s.containers:
        if container.word in seen:
            message = f"its resources would be called {container.word}, like those of {seen[container.word]}; "
            yield Complaint(container.path, message + "use another word")
        seen[container.word] = ".".join(map(str, container.path))
    for word, service in s.services.items():
        first, *further = service.task_containers(word)
        if first.name in (each.name for each in further):
            path = ("services", word, "containers", first.name)
            yield Complaint(path, f"the first container is called {first.name} too; use another word")


@check("services", "database")
def environment_differs_from_addresses(s: Settings) -> Iterator[Complaint]:
    replicas = s.database.replicas if s.database else ()
    for container in s.containers:
        connects = s.services[container.service].connects
        given = connection_variables(connects, replicas) if container.table.addresses else ()
        for variable in container.table.environment:
            if variable in given:
                path = (*container.path, "environment", variable)
                yield Complaint(path, f"the platform sets {variable} itself; remove it here, or use addresses: false")


@check("services", "network", "posture")
def shells_are_for_debugging(s: Settings) -> Iterator[Complaint]:
    endpoints = s.network.endpoints.interface if s.network and s.network.endpoints else ()
    for name, service in s.services.items():
        path = ("services", name, "shell")
        if service.shell and s.posture == "protected":
            message = "a protected stack allows no shell in its containers"
            yield Complaint(path, f"{message}; remove this, or choose a weaker posture")
        if service.shell and not s.gets_out(service) and "ssmmessages" not in endpoints:
            message = "a shell cannot reach ssmmessages"
            yield Complaint(path, f"{message}; add that to network.endpoints.interface, or {way_out(s, service)} here")


@check("services", "service-defaults")
def load_balancer_is_told_of_its_targets(s: Settings) -> Iterator[Complaint]:
    """Of what has no routes it asks nothing; ECS finds out by a command alone (its API reference, HealthCheck)."""
    for container in s.containers:
        for word, does in (("health", "asks for nothing"), ("balancing", "chooses nothing")):
            said, runs = _said(s, container, word), container.table.health.command and word == "health"
            said &= {"path", "status", "healthy"} if runs else said
            if said and not container.table.routes:
                message = f"no route leads to it, so that the load balancer {does}; add routes, "
                instead = "or command for ECS to run in it, " if word == "health" and not runs else ""
                path = (*container.path, word, min(said).replace("_", "-"))
                yield Complaint(path, f"{message}{instead}or remove this")


def _said(s: Settings, container: TaskContainer, word: str) -> set[str]:
    """The fields of a table that a container's own row says; the defaults speak of those that have routes too."""
    common = s.service_defaults if isinstance(container.table, ServiceTable) else None
    given: Table | None = getattr(common, word, None)
    own: Table = getattr(container.table, word)
    return own.model_fields_set - (given.model_fields_set if given else set())


@check("region", "repositories")
def regions_differ(s: Settings) -> Iterator[Complaint]:
    for name, repository in s.repositories.items():
        if s.region in repository.replicate_to:
            path = ("repositories", name, "replicate-to", repository.replicate_to.index(s.region))
            yield Complaint(path, f"{s.region} is where the images already are; name another region")


@check("posture", "services")
def a_protected_service_has_two_tasks(s: Settings) -> Iterator[Complaint]:
    for name, service in s.services.items():
        count = service.count
        if s.posture == "protected" and count.least < 2:
            at = [("schedule", word, "min") for word, row in count.schedule.items() if row.min == count.least]
            field = ("min",) if count.min == count.least else at[0]
            message = "one task that fails takes a protected service with it; use 2 or more, or choose a weaker posture"
            yield Complaint(("services", name, "count", *field), message)


@check("services", "metrics")
def steps_have_a_metric(s: Settings) -> Iterator[Complaint]:
    known = [*OWN_METRICS, *s.metrics]
    for name, service in s.services.items():
        for word, step in service.count.steps.items():
            if step.metric not in known:
                path = ("services", name, "count", "steps", word, "metric")
                yield Complaint(path, f"there is no metric {step.metric!r}; {choice(step.metric, known)}")
    for word in OWN_METRICS:
        if word in s.metrics:
            message = f"{word} already names a metric of each service; use another word"
            yield Complaint(("metrics", word), message)


@check("services", "alerts", "alarms")
def alarms_that_scale_are_there(s: Settings) -> Iterator[Complaint]:
    for name, service in s.services.items():
        path = ("services", name, "count", "alarms")
        if service.count.alarms and not s.alerts:
            yield Complaint(path, "there are no alarms without alerts; add cloudplatform:alerts, or use steps")
        for word in service.count.alarms:
            if word in s.alarms.off or word in service.alarms.off:
                yield Complaint((*path, word), "this alarm is off; take it out of off, or remove this")
            elif word not in (known := (*SERVICE_ALARMS, *s.alarms.own)):
                near = nearest(word, known)
                use = f"did you mean `{near}`?" if near else f"use {either(known)}"
                yield Complaint((*path, word), f"unknown key; {use}")


@check("services", "load-balancer")
def requests_scale_what_is_routed(s: Settings) -> Iterator[Complaint]:
    """Without a target group CloudWatch counts no requests."""
    for name, service in s.services.items():
        if service.count.requests and not any(each.table.routes for each in service.task_containers(name)):
            message = "no requests reach it through the load balancer; add routes, or remove this"
            yield Complaint(("services", name, "count", "requests"), message)


@check("services", "tables", "secrets", *CONNECTIONS)
def what_code_uses_is_there(s: Settings) -> Iterator[Complaint]:
    for name, service in s.services.items():
        for word in service.tables:
            if word not in s.tables:
                use = choice(word, s.tables, none="add one to cloudplatform:tables")
                yield Complaint(("services", name, "tables", word), f"there is no table {word!r}; {use}")
        for index, path in enumerate(service.reads or ()):
            if path != "*" and path not in s.secret_paths:
                use = choice(path, ["*", *sorted(s.secret_paths)])
                yield Complaint(("services", name, "reads", index), f"there is no secret {path!r}; {use}")


@check("services", "files")
def what_is_mounted_is_there(s: Settings) -> Iterator[Complaint]:
    for container in s.containers:
        for word, mount in container.table.files.items():
            path = (*container.path, "files", word)
            if word not in s.files:
                use = choice(word, s.files, none="add one to cloudplatform:files")
                yield Complaint(path, f"there is no file system {word!r}; {use}")
            elif mount.point not in s.files[word].points:
                use = choice(mount.point, s.files[word].points)
                yield Complaint((*path, "point"), f"{word} has no point {mount.point!r}; {use}")
    for word in s.files:
        if not s.mounting(word):
            yield Complaint(("files", word), "no container mounts it; name it under files of a service, or remove it")


@check("services", "alerts", "tracing", *CONNECTIONS)
def what_code_may_do_has_an_object(s: Settings) -> Iterator[Complaint]:
    lacks = {
        "cache-login": not s.cache and "there is no cache; add cloudplatform:cache",
        "database-login": not (s.database and s.database.logins) and "no user could; add logins: true to the database",
        "describe-database": not s.database and "there is no database; add cloudplatform:database",
        "publish": not s.alerts and "there are no topics; add cloudplatform:alerts",
        "trace": not s.tracing and "nothing says how many requests are traced; add cloudplatform:tracing",
    }
    for name, service in s.services.items():
        for index, word in enumerate(service.may):
            if reason := lacks.get(word):
                yield Complaint(("services", name, "may", index), f"{reason}, or remove this")


@check("services", "network")
def network_acls_let_it_call(s: Settings) -> Iterator[Complaint]:
    """A private tier's ACL lets HTTPS out, and answers come back on high ports of TCP only (requirement CP-NACL-02)."""
    for name, service in s.services.items():
        for index, port in enumerate(service.internet_ports):
            if s.network and s.network.acls and port != "443/tcp":
                message = "the network ACLs let only HTTPS out; remove this, or acls of the network"
                yield Complaint(("services", name, "internet-ports", index), message)


@check("services", *CONNECTIONS)
def one_text_has_no_keys(s: Settings) -> Iterator[Complaint]:
    texts = {s.database.secret.path} if s.database and s.database.secret.form == "url" else set[str]()
    texts |= {s.cache.secret.path} if s.cache else set()
    texts |= {user.path for user in s.database_users.values()}
    for container in s.containers:
        for variable, reference in container.secrets.items():
            path, _, key = reference.partition("#")
            if key and path in texts:
                message = f"{path} holds one text and no JSON; use {path}"
                yield Complaint((*container.path, "secrets", variable), message)


@check("services", "database")
def keys_of_the_database_s_secret_are_there(s: Settings) -> Iterator[Complaint]:
    """ECS starts no task whose variable names a key that the secret has not."""
    if not s.database or s.database.secret.arn:
        return
    secret = s.database.secret
    known = ("password", "username") if s.database.password == "managed" else secret.keys
    for container in s.containers:
        for variable, reference in container.secrets.items():
            path, _, key = reference.partition("#")
            if path == secret.path and key and known and key not in known:
                message = f"{path} has no key {key!r}; {choice(key, known)}"
                yield Complaint((*container.path, "secrets", variable), message)


@check("services", "database")
def services_can_log_in(s: Settings) -> Iterator[Complaint]:
    """Who connects to the database and is given no secret, and may read none, has no password for it."""
    for name, service in s.services.items():
        given = any(container.secrets for container in service.task_containers(name)) or service.reads or service.may
        if s.database and "database" in service.connects and not given:
            path, key = s.database.secret.path, "" if s.database.secret.form == "url" else "#password"
            message = f"nothing lets it log in to the database; add secrets: {{DATABASE_PASSWORD: {path}{key}}}"
            yield Complaint(("services", name, "connects", service.connects.index("database")), message)
