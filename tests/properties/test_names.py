"""Physical names: within their limits whatever the words, the same for the same words, others for others."""

import re
from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from settings.checks.names import names_have_room
from settings.names import Names
from settings.settings import Settings
from settings.tables.connections import KINDS
from settings.tables.names import LIMITS, PATHS, REPLACEABLE, NamesTable


def words(longest: int) -> st.SearchStrategy[str]:
    """Words as stack files have them: parts of letters and digits joined by hyphens, a letter first."""
    parts = st.lists(st.text("abcxyz0189", min_size=1, max_size=12), max_size=6)
    return st.tuples(st.sampled_from("abcxyz"), parts).map(lambda it: (it[0] + "-".join(it[1]))[:longest].rstrip("-"))


WORDS = words(80)
FORCED = st.dictionaries(st.sampled_from(["port", "family", "type"]), st.one_of(st.integers(0, 9), WORDS), max_size=3)


@st.composite
def names(draw: st.DrawFn) -> Names:
    """A project and an environment that settings let through: 22 characters with the hyphen between them."""
    project = draw(words(20))
    return Names(project=project, environment=draw(words(21 - len(project))))


@given(names(), st.sampled_from(sorted(LIMITS)), st.lists(WORDS, max_size=3))
def test_names_fit(given_names, kind, words):
    """Within the limit, of AWS's characters, beginning with project and environment; cut ones end in their hash."""
    name = given_names.of(kind, *words)
    assert len(name) <= LIMITS[kind]
    assert re.fullmatch(r"/?[a-z][a-z0-9]*([-/][a-z0-9]+)*", name)
    joint = "/" if kind in PATHS else "-"
    assert f"{given_names.project}{joint}{given_names.environment}" in name
    called = {
        "service-log": "ecs",
        **{f"{it.name}-{end}": it.name for it in KINDS for end in ("parameters", "subnets")},
    }.get(kind, kind)
    own = [] if kind in {"bucket", *PATHS} else [called]
    whole = joint.join((given_names.project, given_names.environment, *own, *words))
    whole = {"service-log": "/ecs/"}.get(kind, "/") + whole if kind in PATHS else whole
    assert name == whole if len(whole) <= LIMITS[kind] else re.search(r"-[0-9a-f]{4}$", name)


@given(names(), st.sampled_from(sorted(LIMITS)), st.lists(WORDS, max_size=3))
def test_names_are_always_the_same(given_names, kind, words):
    """Another object with the same words, made later, gives the same name."""
    again = Names(project=given_names.project, environment=given_names.environment)
    assert again.of(kind, *words) == given_names.of(kind, *words)


@given(names(), st.sampled_from(sorted(LIMITS)), WORDS, WORDS)
def test_other_words_give_other_names(given_names, kind, one, other):
    """Also where both are cut at the same place."""
    assume(one != other)
    assert given_names.of(kind, one) != given_names.of(kind, other)
    assert given_names.of(kind, "x" * 255, one) != given_names.of(kind, "x" * 255, other)


@given(names(), st.sampled_from(sorted(REPLACEABLE)), st.lists(WORDS, max_size=2), FORCED, FORCED)
def test_a_replaceable_name_follows_what_forces_its_replacement(given_names, kind, words, one, other):
    """The same for the same inputs in whatever order, another for others; always within the limit."""
    name = given_names.replaceable(kind, *words, forced=one)
    assert len(name) <= LIMITS[kind]
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*-[0-9a-f]{4}", name)
    assert name == given_names.replaceable(kind, *words, forced=dict(reversed(one.items())))
    assert (name == given_names.replaceable(kind, *words, forced=other)) is (one == other)


@given(names(), st.lists(WORDS, min_size=1, max_size=3))
def test_paths_hold_the_project_unless_a_stack_file_says_otherwise(given_names, words):
    """Two systems of one account have other secrets; the main system's patterns leave the project out."""
    path = "/".join(words)
    assert given_names.of("secret", *words) == f"/{given_names.project}/{given_names.environment}/{path}"
    own = replace(given_names, table=NamesTable(patterns={"secret": "/{environment}/{id}"}))
    assert own.of("secret", *words) == f"/{given_names.environment}/{path}"


@given(words(24), words(24))
def test_too_long_a_prefix_is_refused(project, environment):
    """Exactly where a target group's 32 characters would not hold it, `-tg-x-` and a hash."""
    settings = Settings.model_construct(project=project, environment=environment, stack="x")
    assert bool(list(names_have_room(settings))) is (len(f"{project}-{environment}-tg-x-0000") > 32)
