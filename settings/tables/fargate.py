"""The sizes that Fargate offers, from the AWS Fargate task size table (Amazon ECS developer guide)."""

CONTAINERS = 10  #: in a task definition (ECS service quotas)
TARGET_GROUPS = 5  #: of a service (ECS developer guide, "Registering multiple target groups with a service")
#: CPU units (1024 = 1 vCPU) → memory sizes in MiB.
SIZES: dict[int, tuple[int, ...]] = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4096 + 1, 1024)),
    1024: tuple(range(2048, 8192 + 1, 1024)),
    2048: tuple(range(4096, 16384 + 1, 1024)),
    4096: tuple(range(8192, 30720 + 1, 1024)),
    8192: tuple(range(16384, 61440 + 1, 4096)),
    16384: tuple(range(32768, 122880 + 1, 8192)),
}


def offers(cpu: int, memory: int) -> bool:
    """Whether Fargate has a task of `cpu` units and `memory` MiB."""
    return memory in SIZES.get(cpu, ())


def cpus_for(memory: int) -> tuple[int, ...]:
    """CPU units that go with `memory` MiB; empty where no size has it."""
    return tuple(cpu for cpu, sizes in SIZES.items() if memory in sizes)


def memories_for(cpu: int) -> tuple[int, ...]:
    """Memory sizes in MiB that go with `cpu` units; empty where no size has them."""
    return SIZES.get(cpu, ())
