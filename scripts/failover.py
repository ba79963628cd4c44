"""Fail over to the standby's region, and back: `python -m scripts.failover over --system techcorp`.

When, who decides, and what comes before and after: blueprints/techcorp/docs/runbooks/failover.md. Each command may be
run again: it goes on where it was. `over` needs nothing of the lost region, of IAM or of Route 53, whose record leads
to the standby by itself. `fence` stops the first stack once its region answers again. `prepare` makes a replica there,
`back` stops writing, promotes it and starts the first stack, with the passwords that the standby has by then. `follow`
makes copies of the secrets again, once the standby's database follows again.
`release` gives the standby's services the versions that the first stack's run, after each release. `renew` gives the
promoted database's administrator another password.
Exit status: 0 done, 1 done but something is not well, 2 refused before anything was changed, 3 stopped midway.

It needs AWS credentials of the stacks' account that may change databases and services in both regions.
"""

import argparse
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from functions.common.database import DatabaseLogin, renewed
from functions.common.rotation import RotationError
from scripts.regional_stack import RefusedError, RegionalStack, StoppedError, is_replica
from scripts.standby_administrator import renew
from scripts.standby_release import release
from settings.file import stackfile
from settings.file.reading import read
from settings.settings import Settings

ROOT = Path(__file__).parent.parent
RPO: Final = timedelta(hours=1)  #: what may be lost (TC-DR-06)
#: Seconds behind at which writing is stopped on the way back. While nothing is written PostgreSQL's replica says up to
#: five minutes (RDS guide, "Monitoring and tuning the replication process").
NEAR: Final = 300
#: For a region that is probably lost.
BRIEF: Final = Config(retries={"mode": "standard", "total_max_attempts": 1}, connect_timeout=5, read_timeout=10)
AWS: Final = (ClientError, BotoCoreError)


def older(database: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> bool:
    """Whether a database was made before another, as a source is before its replica."""
    return bool(database and other and database["InstanceCreateTime"] < other["InstanceCreateTime"])


def carried(theirs: str, ours: str, engine: str) -> str:
    """Our text with the user and the password that theirs has; what is no login of a database is as theirs."""
    try:
        login = DatabaseLogin.read(theirs, engine)
        return renewed(ours, login.password, user=login.user)
    except RotationError:
        return theirs


def _secrets_back(first: RegionalStack, standby: RegionalStack) -> None:
    """Give the first stack's secrets what the standby's have: its database has the standby's users."""
    assert first.settings.database  # stacks() sees to it
    for name in standby.copies:
        theirs, ours = standby.secret(name), first.secret(name)
        if (text := carried(theirs, ours, first.settings.database.engine)) != ours:
            first.client("secretsmanager").put_secret_value(SecretId=name, SecretString=text)


def over(first: RegionalStack, standby: RegionalStack, ask: Callable[[str], int], *, lose: bool = False) -> list[str]:
    """Fail over. Gives what is not well afterwards.

    lose: promote though more than the RPO would be lost, or nobody knows how much.
    """
    found = standby.database()
    if found is None:
        raise RefusedError(f"{standby.name} is not there: restore the copied backups first, as the runbook says")
    if is_replica(found):
        lag = standby.lag()
        if not lose and (lag is None or lag.seconds > RPO.total_seconds()):
            said = "does not say how far it is behind" if lag is None else f"is {lag.seconds:.0f} seconds behind"
            raise RefusedError(f"{standby.name} {said}; the RPO is {RPO}. Whoever decides so adds --lose")
    complaints: list[str] = []
    try:  # two databases that both are written to cannot be joined again
        first.scale(dict.fromkeys(first.counts, 0), BRIEF)
    except AWS as error:
        complaints.append(f"{first.settings.stack} is not stopped: run `fence` when its region answers ({error})")
    standby.promote()
    complaints += standby.detach()
    wanted = {word: least for word, least in first.counts.items() if word in standby.counts}
    standby.scale(wanted)
    if missing := [word for word in first.counts if word not in wanted]:
        complaints.append(f"{standby.settings.stack} has no service {', '.join(missing)}")
    try:
        standby.until("enough tasks", lambda: not standby.short(wanted))
    except StoppedError:
        complaints.append(f"too few tasks: {', '.join(standby.short(wanted))}")
    return [*complaints, *standby.answers(ask)]


def fence(first: RegionalStack) -> list[str]:
    """Stop the first stack's services, so that its names stay with the standby until somebody says otherwise."""
    first.scale(dict.fromkeys(first.counts, 0))
    first.until("stopped", lambda: not first.short(dict.fromkeys(first.counts, 0)))
    return []


def prepare(first: RegionalStack, standby: RegionalStack) -> list[str]:
    """In the first region, put a replica of the standby's database in the place of the old one, which is kept."""
    source, kept = standby.database(), f"{first.name}-before-failover"
    if source is None or is_replica(source):
        raise RefusedError(f"{standby.name} was not promoted, so there is nothing to bring back")
    if left := first.short(dict.fromkeys(first.counts, 0)):
        raise RefusedError(f"{first.settings.stack} still runs {', '.join(left)}: run `fence` first")
    old, rds = first.database(), first.client("rds")
    if old is not None and not is_replica(old):
        if older(source, old):
            raise RefusedError(f"{first.name} was promoted already: run `back`")
        rds.modify_db_instance(DBInstanceIdentifier=first.name, NewDBInstanceIdentifier=kept, ApplyImmediately=True)
        first.until("renamed", lambda: first.database() is None and first.available(kept))
    old = first.database(kept)
    if old is None:
        raise StoppedError(f"{kept} is not there, and tells which subnets, groups and key the replica gets")
    if first.database() is None:
        rds.create_db_instance_read_replica(
            DBInstanceIdentifier=first.name,
            SourceDBInstanceIdentifier=source["DBInstanceArn"],
            SourceRegion=standby.settings.region,
            DBInstanceClass=old["DBInstanceClass"],
            DBSubnetGroupName=old["DBSubnetGroup"]["DBSubnetGroupName"],
            DBParameterGroupName=old["DBParameterGroups"][0]["DBParameterGroupName"],
            VpcSecurityGroupIds=[each["VpcSecurityGroupId"] for each in old["VpcSecurityGroups"]],
            KmsKeyId=old["KmsKeyId"],
            MultiAZ=old["MultiAZ"],
            PubliclyAccessible=False,
            CopyTagsToSnapshot=True,
            DeletionProtection=True,
        )
    first.until("a replica", first.available)
    return []


def back(first: RegionalStack, standby: RegionalStack, ask: Callable[[str], int]) -> list[str]:
    """Fail back: nobody writes, the replica catches up and is promoted, the first region starts."""
    found = first.database()
    if is_replica(found):
        lag = first.lag()
        if lag is None or lag.seconds > NEAR:
            said = "does not say how far" if lag is None else f"says {lag.seconds:.0f}"
            raise RefusedError(f"{first.name} is not within {NEAR} seconds of {standby.name}: it {said}; wait")
        nobody = dict.fromkeys(standby.counts, 0)
        standby.scale(nobody)
        standby.until("stopped", lambda: not standby.short(nobody))
        stopped = datetime.now(UTC)
        first.until("caught up", lambda: (lag := first.lag()) is not None and lag.has(stopped))
    elif older(found, standby.database()):
        raise RefusedError(f"{first.name} is the one from before the failover, and old: run `prepare` first")
    first.promote()
    _secrets_back(first, standby)
    first.scale(first.counts)
    try:
        first.until("enough tasks", lambda: not first.short(first.counts))
    except StoppedError:
        return [f"too few tasks: {', '.join(first.short(first.counts))}"]
    return first.answers(ask)


def follow(first: RegionalStack, standby: RegionalStack) -> list[str]:
    """Copy the first stack's secrets over those that the standby had for itself."""
    if not is_replica(standby.database()):
        raise RefusedError(f"{standby.name} follows nothing: update {standby.settings.stack} with its source first")
    region, secrets = standby.settings.region, first.client("secretsmanager")
    for name in standby.copies:
        if standby.copied(name):
            continue
        if standby.described(name).get("RotationEnabled"):
            standby.client("secretsmanager").cancel_rotate_secret(SecretId=name)
        secrets.replicate_secret_to_regions(
            SecretId=name,
            AddReplicaRegions=[{"Region": region, "KmsKeyId": first.settings.secret_copies[region]}],
            ForceOverwriteReplicaSecret=True,
        )
    standby.until("copies of all secrets", lambda: all(map(standby.copied, standby.copies)))
    return []


def status_of(url: str) -> int:
    """What a URL is answered with; 0: not at all."""
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def stacks(system: str) -> tuple[Settings, Settings]:
    """The stacks of a system that fail over: primary and secondary, as `dns.failover` says."""
    folder = ROOT / "blueprints" / system
    [project] = re.findall(r"(?m)^name: (\S+)", (folder / "Pulumi.yaml").read_text())
    found: dict[str, Settings] = {}
    for file in sorted(folder.glob("Pulumi.*.yaml")):
        loaded = stackfile.load(file, project)
        if "failover" in loaded.config.get("cloudplatform:dns", ""):
            stack = file.name.split(".")[1]
            settings = read(loaded.config, project=project, stack=stack, secret_keys=loaded.secret_keys, file=file)
            if settings.dns and settings.dns.failover and settings.database:
                found[settings.dns.failover] = settings
    if found.keys() != {"primary", "secondary"}:
        raise RefusedError(f"{system} has no two stacks with dns.failover and a database")
    return found["primary"], found["secondary"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and print what is left to do."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("command", choices=["over", "fence", "prepare", "back", "follow", "release", "renew"])
    parser.add_argument("--system", required=True)
    parser.add_argument("--lose", action="store_true", help="promote though more than the RPO may be lost")
    given = parser.parse_args(arguments)
    try:
        first, standby = (RegionalStack(session=boto3.Session(), settings=each) for each in stacks(given.system))
        account = standby.client("sts").get_caller_identity()["Account"]
        if account != standby.settings.account:
            raise RefusedError(f"these credentials are for {account}, not for {standby.settings.account}")
        match given.command:
            case "over":
                left = over(first, standby, status_of, lose=given.lose)
            case "fence":
                left = fence(first)
            case "prepare":
                left = prepare(first, standby)
            case "release":
                left = release(first, standby)
            case "renew":
                left = renew(standby)
            case "follow":
                left = follow(first, standby)
            case _:
                left = back(first, standby, status_of)
    except RefusedError as error:
        print(error, file=sys.stderr)
        return 2
    except (StoppedError, *AWS) as error:
        print(f"{error}\nRun the same command again: it goes on where it was.", file=sys.stderr)
        return 3
    after = (
        "" if given.command in ("release", "renew") else " Now the stack files must say what is so: failover.md, After."
    )
    print(*left or [f"Done.{after}"], sep="\n")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
