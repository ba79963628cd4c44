"""What the tables of functions refuse, and what they advise."""

from pathlib import Path

import pytest

from functions.catalogue import FUNCTIONS
from settings.checks.functions import PLATFORMS
from tests.settings.changed import Config, problems


def _own(change=None, **on: object):
    """One function of the stack's own, run by what `on` says."""

    def changed(config: Config) -> None:
        code = {"count": {"folder": "functions/count", "runtime": "python3.13", "purpose": "Counts"}}
        row = {"code": "count", "on": on or {"every": "1h"}}
        config["cloudplatform:functions"] = table = {"code": code, "own": {"orders": row}}
        config["cloudplatform:services"]["fastapi"]["emits"] = "shop.api"
        if change:
            change(table, config)

    return changed


def _row(**words: object):
    return _own(lambda table, _: table["own"]["orders"].update(words))


ORDERS = "functions.own.orders"
CASES = [
    (_own(every="1h", source="shop.api"),
     f"{ORDERS}.on: one thing runs a function; use exactly one of every, bucket and source"),
    (_own(every="1h", objects="deleted"), f"{ORDERS}.on.objects: it goes with bucket; remove this, or use bucket"),
    (_own(every="1h", kinds=["A"]), f"{ORDERS}.on.kinds: it goes with source; remove this, or use source"),
    (_own(every="0m"), f'{ORDERS}.on.every: "0m" has the wrong form; use text such as "1h"'),
    (_own(bucket="asset"), f"{ORDERS}.on.bucket: there is no bucket 'asset'; did you mean assets?"),
    (_row(lists="nothing"), f"{ORDERS}.lists: there is no bucket 'nothing'; use alb-logs, assets, backups or logs"),
    (_own(source="shop.ap"),
     f"{ORDERS}.on.source: no service emits events of 'shop.ap'; did you mean shop.api?, or add emits: shop.ap to one"),
    (_own(source="other.*"),
     f"{ORDERS}.on.source: no service emits events of 'other.*'; use shop.api, or add emits: other to one"),
    (_own(lambda table, _: table["code"]["count"].update(runtime="nodejs12.x")),
     "functions.code.count.runtime: AWS has no runtime 'nodejs12.x' as of "),
    (_row(code="cout"), f"{ORDERS}.code: there is no code 'cout'; did you mean count?"),
    (_row(environment={"ENVIRONMENT": "x"}),
     f"{ORDERS}.environment.ENVIRONMENT: the platform sets ENVIRONMENT itself; remove it here"),
    (_row(environment={"API_PASSWORD": "x"}),
     f"{ORDERS}.environment.API_PASSWORD: looks like a secret, and everybody can read an environment; remove it"),
    (_own(lambda table, _: table["own"].clear()),
     "functions.code.count: no function runs it; add one to functions.own, or remove this"),
    (_own(lambda table, _: table["own"].update({"scale-up": table["own"].pop("orders")})),
     "functions.own.scale-up: 'scale-up' is the name of one of the platform's own functions; use another word"),
    (_own(lambda _, config: config["cloudplatform:services"]["fastapi"].update(emits="aws.ecs")),
     "services.fastapi.emits: EventBridge takes such events from AWS alone; use another source"),
    (_own(lambda _, config: config["cloudplatform:services"]["fastapi"].update(
        image={"uri": "public.ecr.aws/nginx/nginx:1.29.3"}, internet=False)),
     "services.fastapi.internet: public.ecr.aws/ is on the internet; add internet: true, or copy the image to a "
     "repository"),
    (_own(lambda _, config: config["cloudplatform:services"]["fastapi"].update(may=["trace"])),
     "services.fastapi.may[0]: nothing says how many requests are traced; add cloudplatform:tracing, or remove this"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "wanted"), CASES)
def test_it_is_refused(tmp_path: Path, change, wanted: str) -> None:
    assert any(each.startswith(wanted) for each in problems(tmp_path, "dev", change))


def test_no_word_of_the_platforms_is_forgotten() -> None:
    """Settings know no function; the names stand there once more."""
    assert {function.name for function in FUNCTIONS} == PLATFORMS
