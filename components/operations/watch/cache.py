"""The cache, node by node: a `replica` is a node where there are several."""

from typing import Final

from components.data.cache import Cache
from components.operations.watch.model import Alarm, Chart, ChartLine, Formula, Metric, MetricKind, Subject

CACHE: Final = MetricKind("cache")
REPLICA: Final = MetricKind("replica")
CACHE_CPU: Final = Metric(CACHE, "CPUUtilization", "Average")
CACHE_MEMORY: Final = Metric(CACHE, "DatabaseMemoryUsagePercentage", "Average")
CLIENTS: Final = Metric(CACHE, "CurrConnections", "Average")
HITS: Final = Metric(CACHE, "CacheHits", "Sum")
MISSES: Final = Metric(CACHE, "CacheMisses", "Sum")
EVICTIONS: Final = Metric(CACHE, "Evictions", "Sum")
LAG: Final = Metric(REPLICA, "ReplicationLag", "Average")
#: Of few lookups a few misses say nothing; a thousand in five minutes are three a second.
HIT_RATE: Final = Formula(
    expression="IF(hits + misses >= 1000, 100 * hits / (hits + misses))", parts={"hits": HITS, "misses": MISSES}
)

ALARMS: Final = (
    Alarm(
        word="cache-cpu",
        metric=CACHE_CPU,
        fires="above",
        periods=5,
        missing="missing",  # a cache that is gone stops the health checks, and load-balancer-healthy fires
        todo="Look for slow commands (KEYS, large sets) in the slow log; else take the next node type.",
    ),
    Alarm(
        word="cache-memory",
        metric=CACHE_MEMORY,
        fires="above",
        period=300,
        periods=3,
        missing="missing",  # as for cache-cpu
        todo="See whether keys are evicted and have a time to live; if all are needed, take the next node type.",
    ),
    Alarm(
        word="cache-connections",
        metric=CLIENTS,
        fires="above",
        periods=5,
        missing="missing",  # as for cache-cpu
        todo="See whether tasks open a connection a request instead of keeping a pool.",
    ),
    Alarm(
        word="cache-hit-rate",
        metric=HIT_RATE,
        fires="below",
        period=300,
        periods=6,  # an emptied cache has filled again
        missing="notBreaching",  # hardly any lookups
        todo="See whether keys are evicted or expire too soon, or a deployment changed their names.",
    ),
    Alarm(
        word="cache-evictions",
        metric=EVICTIONS,
        fires="above",
        period=300,
        periods=1,
        missing="missing",  # as for cache-cpu
        todo="Memory is used up: see which keys have no time to live, then take the next node type.",
    ),
    Alarm(
        word="cache-lag",
        metric=LAG,
        fires="above",
        periods=5,
        missing="notBreaching",  # the primary has none, and any node may become that
        todo="See whether writes are unusually many; until it is over, a fail-over loses the last of them.",
    ),
)
CHARTS: Final = (
    Chart(
        word="cache-hits",
        title="Redis Hit/Miss Ratio",
        stacked=True,
        lines=(ChartLine(metric=HITS, label="hits"), ChartLine(metric=MISSES, label="misses")),
    ),
    Chart(word="cache-memory", title="Redis Memory Usage", lines=(ChartLine(metric=CACHE_MEMORY, label="percent"),)),
    Chart(
        word="cache-connections",
        title="Redis Connections",
        view="singleValue",
        lines=(ChartLine(metric=CLIENTS, label="clients"),),
    ),
    Chart(
        word="cache-cpu",
        title="Redis CPU and Replica Lag",
        lines=(
            ChartLine(metric=CACHE_CPU, label="CPU, percent"),
            ChartLine(metric=LAG, label="lag, seconds", right=True),
        ),
    ),
)

#: Beside them, where a stack file says which charts there are.
MORE_CHARTS: Final = (
    Chart(
        word="cache-evictions",
        title="Redis Evictions (should stay at 0)",
        lines=(ChartLine(metric=EVICTIONS, label="keys a minute"),),
    ),
)


def cache_subjects(cache: Cache) -> list[Subject]:
    """Every node of the cache; of several each may be a replica, since a fail-over changes which."""
    nodes = {name.removeprefix(f"{cache.name}-"): {"CacheClusterId": name} for name in cache.nodes}
    return [
        Subject(of=kind, word=word, namespace="AWS/ElastiCache", dimensions=node, resource=cache)
        for kind in ((CACHE, REPLICA) if len(nodes) > 1 else (CACHE,))
        for word, node in nodes.items()
    ]
