"""The sizes that Fargate offers."""

from typing import Final

from settings.known import table

CONTAINERS = 10  #: in a task definition (ECS service quotas)
TARGET_GROUPS = 5  #: of a service (ECS developer guide, "Registering multiple target groups with a service")
#: CPU units (1024 = 1 vCPU) → memory sizes in MiB.
SIZES: Final[dict[int, tuple[int, ...]]] = {int(cpu): tuple(sizes) for cpu, sizes in table()["fargate"].items()}


def offers(cpu: int, memory: int) -> bool:
    """Whether Fargate has a task of `cpu` units and `memory` MiB."""
    return memory in SIZES.get(cpu, ())


def cpus_for(memory: int) -> tuple[int, ...]:
    """CPU units that go with `memory` MiB; empty where no size has it."""
    return tuple(cpu for cpu, sizes in SIZES.items() if memory in sizes)


def memories_for(cpu: int) -> tuple[int, ...]:
    """Memory sizes in MiB that go with `cpu` units; empty where no size has them."""
    return SIZES.get(cpu, ())
