"""Functions of the stack's own, and what runs them."""

from collections.abc import Iterator
from typing import Final

from settings.checks.check import check
from settings.settings import Settings
from settings.tables.table import Complaint
from settings.words import choice

#: What the platform's own functions are called, in any stack.
PLATFORMS: Final = frozenset(
    {
        "auto-remediate",
        "client-vpn",
        "posture-report",
        "rotate-cache",
        "rotate-database",
        "rotate-mysql",
        "rotate-mysql-user",
        "rotate-text",
        "rotate-user",
        "scale-down",
        "scale-up",
        "slack-notifier",
        "test-deployment",
    }
)


@check("functions", "buckets")
def buckets_of_functions_are_there(s: Settings) -> Iterator[Complaint]:
    for word, function in s.functions.own.items():
        for field, bucket in (("on.bucket", function.on.bucket), ("lists", function.lists)):
            path = ("functions", "own", word, *field.split("."))
            if bucket and bucket not in s.buckets:
                use = choice(bucket, s.buckets, none="add one to cloudplatform:buckets")
                yield Complaint(path, f"there is no bucket {bucket!r}; {use}")
            elif bucket and any(site.bucket == bucket for site in s.sites.values()):
                yield Complaint(path, f"{bucket} holds a site's files; use another bucket")


@check("functions", "services")
def sources_of_functions_are_heard(s: Settings) -> Iterator[Complaint]:
    """Events come from AWS, or from a service of the stack that says `emits`."""
    sources = [service.emits for service in s.services.values() if service.emits]
    for word, service in s.services.items():
        if (service.emits or "").startswith("aws."):
            message = "EventBridge takes such events from AWS alone; use another source"
            yield Complaint(("services", word, "emits"), message)
    for word, function in s.functions.own.items():
        source = function.on.source or "aws."
        begins = source.removesuffix("*")
        heard = any(each == source or (begins != source and each.startswith(begins)) for each in sources)
        if not heard and not source.startswith("aws."):
            advice = f"{choice(source, sources)}, or " if sources else ""
            message = f"no service emits events of {source!r}; {advice}add emits: {begins.rstrip('.')} to one"
            yield Complaint(("functions", "own", word, "on", "source"), message)


@check("functions")
def functions_have_words_of_their_own(s: Settings) -> Iterator[Complaint]:
    for word in s.functions.own:
        if word in PLATFORMS:
            message = f"{word!r} is the name of one of the platform's own functions; use another word"
            yield Complaint(("functions", "own", word), message)
