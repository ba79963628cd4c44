"""What two stacks cannot both have is told where they are read together."""

import re

from preview import cli
from preview import stack as stack_module
from tests.stacks import ROOT


def test_names_that_a_copy_shares_are_told_where_stacks_are_read_together(tmp_path, monkeypatch, capsys):
    """Each file alone is right; AWS refuses the second record, bucket or role of a name as it is deployed."""
    dev = (ROOT / "Pulumi.dev.yaml").read_text()
    dev = dev.replace("    assets: {versioned: true}\n", "    assets: {name: shop-dev-assets, versioned: true}\n", 1)
    dev = dev.replace("    patterns:\n", "    exact: {alb: {alb: shop}}\n    patterns:\n", 1)
    for name, text in (("", (ROOT / "Pulumi.yaml").read_text()), ("dev.", dev), ("qa.", dev)):
        (tmp_path / f"Pulumi.{name}yaml").write_text(text)
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    monkeypatch.setattr(stack_module, "ROOT", tmp_path)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["qa", "--check"]) == 0, capsys.readouterr().err
    assert cli.main(["dev", "qa", "--check"]) == 2
    lines = dev.splitlines()
    for line, (field, name, use) in zip(
        capsys.readouterr().err.splitlines()[1:],
        [
            ("names.exact.alb.alb", "shop", "another"),
            ("buckets.assets.name", "shop-dev-assets", "one such as shop-qa-assets"),
            ("services.fastapi.routes.api.hosts[0]", "api.dev.yourname.com", "one such as api.qa.yourname.com"),
        ],
        strict=True,
    ):
        at = next(number for number, text in enumerate(lines, 1) if name in text)
        told = f"{field}: {name} is in the stack dev too (Pulumi.dev.yaml:{at}), and one alone can have it; use {use}"
        assert re.sub(r":\d+ ", " ", line, count=1) == f"Pulumi.qa.yaml:{at} {told}"


def test_a_zone_is_one_stacks(tmp_path, monkeypatch, capsys):
    """A second zone of the name is made and never asked: its certificate is never proven, so the update waits."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Pulumi.yaml").write_text(f"name: shop\nmain: {ROOT}\nruntime: python\n")
    own = (
        "config:\n  aws:region: us-east-1\n  cloudplatform:account: '210987654321'\n  cloudplatform:posture: expendable"
    )
    for name, dns in {
        "dev": "domain: shop.example, zone: own",
        "prod": "domain: shop.example, zone: own",
        "qa": "domain: shop.example, zone: Z0123456789ABCDEFGHIJ",
        "eu": "domain: eu.shop.example, zone: own",
    }.items():
        (tmp_path / f"Pulumi.{name}.yaml").write_text(f"{own}\n  cloudplatform:dns: {{{dns}}}\n")
    assert cli.main(["dev", "qa", "eu", "--check"]) == 0, capsys.readouterr().err
    assert cli.main(["dev", "prod", "--check"]) == 2
    assert capsys.readouterr().err.splitlines()[1:] == [
        "Pulumi.prod.yaml:5:45 dns.zone: shop.example is in the stack dev too (Pulumi.dev.yaml:5), "
        "and one alone can have it; use the id of that stack's zone"
    ]


def test_a_stack_that_is_named_twice_shares_nothing_with_another(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    assert cli.main(["dev", "./dev", "--check"]) == 0, capsys.readouterr().err


def test_a_standby_answers_for_the_names_of_its_primary(monkeypatch, capsys):
    monkeypatch.chdir(ROOT / "blueprints/techcorp")
    assert cli.main(["production", "production-dr", "--check"]) == 0, capsys.readouterr().err
