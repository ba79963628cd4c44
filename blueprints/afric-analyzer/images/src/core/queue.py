"""The queue: one Redis list, filled from the left and read from the right."""

QUEUE = "logs:default:clean"
DEAD = "logs:default:dead"  #: what nobody can read
INGESTED = "logs:default:ingested"  #: how many came in since a consumer last told CloudWatch


def processing(consumer: str) -> str:
    """What a consumer took and has not finished."""
    return f"logs:default:processing:{consumer}"


def alive(consumer: str) -> str:
    """Is there while a consumer lives."""
    return f"logs:default:alive:{consumer}"
