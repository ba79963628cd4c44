"""Fargate's sizes: what is accepted exists, what is refused does not, and advice is always a real size."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from settings.tables import fargate
from tests.components.examples import service_table

#: AWS's table of task sizes, written as its rules: vCPU, then GiB from, to and step (Amazon ECS developer guide).
RULES = {0.5: (1, 4, 1), 1: (2, 8, 1), 2: (4, 16, 1), 4: (8, 30, 1), 8: (16, 60, 4), 16: (32, 120, 8)}


def exists(cpu: int, memory: int) -> bool:
    """Whether AWS offers a task of that size."""
    if cpu == 256:
        return memory in (512, 1024, 2048)
    least, most, step = RULES.get(cpu / 1024, (1, 0, 1))
    if cpu == 32768:
        return memory / 1024 in (60, 120, 244)
    return memory / 1024 in range(least, most + 1, step)


SIZES = [
    (cpu, memory)
    for cpu in (2**bit for bit in range(8, 16))
    for memory in range(512, 249857, 512)
    if exists(cpu, memory)
]
CPUS = st.one_of(st.sampled_from(sorted({cpu for cpu, _ in SIZES})), st.integers(-1, 40000))
MEMORIES = st.one_of(st.sampled_from(sorted({memory for _, memory in SIZES})), st.integers(-1, 260000))


def test_the_table_is_awss():
    """Exactly 3 + 4 + 7 + 13 + 23 + 12 + 12 + 3 sizes, none more."""
    assert len(SIZES) == 77
    assert [(cpu, memory) for cpu, memories in fargate.SIZES.items() for memory in memories] == SIZES


@given(CPUS, MEMORIES)
@example(256, 4096)
@example(300, 2048)
@example(300, 300)
@example(16384, 1)
def test_a_service_has_a_size_that_exists_or_is_told_one(cpu, memory):
    """Every number after `use` makes a real size with the other number; without one it is a real CPU size."""
    if exists(cpu, memory):
        assert service_table(cpu=cpu, memory=memory).cpu == cpu
        return
    with pytest.raises(ValidationError) as refused:
        service_table(cpu=cpu, memory=memory)
    [error] = refused.value.errors()
    [complaint] = error["ctx"]["complaints"]
    [field] = complaint.path
    advised = [int(number) for number in re.findall(r"\d+", complaint.message.rpartition(" use ")[2])]
    assert advised
    if field == "memory":
        assert all(exists(cpu, each) for each in advised)
    elif f"with {memory} MB use" in complaint.message:
        assert all(exists(each, memory) for each in advised)
    else:
        assert advised == sorted({each for each, _ in SIZES})
        assert not any(exists(each, memory) for each in advised)


@given(CPUS, MEMORIES)
def test_the_parts_of_the_table_agree(cpu, memory):
    """`offers`, `cpus_for` and `memories_for` are three views of one table."""
    assert fargate.offers(cpu, memory) is exists(cpu, memory)
    assert (cpu in fargate.cpus_for(memory)) is exists(cpu, memory)
    assert (memory in fargate.memories_for(cpu)) is exists(cpu, memory)
