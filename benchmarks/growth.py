"""How recording, the policy pack and the report grow with a stack. Run it alone: `python benchmarks/growth.py`.

A program of so many resources (log groups, queues, topics, buckets with their settings, roles with a policy that names
a bucket) runs whole in a process of its own, from 100 to 10,000 resources. Targets: what is beyond the first size grows
with an exponent of at most 1.05, and the peak is at most 500 MB.
"""

import argparse
import gc
import json
import math
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parent.parent
SIZES = (100, 1_000, 10_000)
EXPONENT = 1.05
MEGABYTES = 500
CONFIG = {"aws:region": "us-east-1"}


def program(size: int) -> None:
    """Declare that many resources."""
    import pulumi_aws as aws

    for number in range(size // 5):
        bucket = aws.s3.Bucket(f"bucket-{number}", bucket=f"bucket-{number}", tags={"number": str(number)})
        aws.s3.BucketPublicAccessBlock(
            f"block-{number}", bucket=bucket.id, block_public_acls=True, block_public_policy=True,
            ignore_public_acls=True, restrict_public_buckets=True,
        )  # fmt: skip
        aws.sqs.Queue(f"queue-{number}", name=f"queue-{number}", sqs_managed_sse_enabled=True)
        aws.cloudwatch.LogGroup(f"log-{number}", name=f"/log/{number}", retention_in_days=30)
        aws.iam.Policy(
            f"policy-{number}",
            policy=bucket.arn.apply(
                lambda arn: json.dumps(
                    {
                        "Version": "2012-10-17",
                        "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{arn}/*"}],
                    }
                )
            ),
        )


def measured(size: int) -> None:
    """Record, ask and report in this process; print what it took."""
    import resource

    import sdk_importer

    gc.disable()
    sdk_importer.install()
    from preview import render
    from preview.document import document
    from preview.pack import ask
    from preview.recorder import record

    recording = record(lambda: program(size), project="growth", stack="dev", config=CONFIG)
    verdict = ask(recording, datetime.now(UTC).date())
    text = render.plain([document(recording, verdict)], "full")
    assert text.startswith("growth dev")
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps([len(recording.resources), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024]))


def grown(sizes: Sequence[int]) -> tuple[float, float]:
    """Measure each size and print a table. Returns the exponent of the last step and the highest peak in MB."""
    costs: list[tuple[int, float, float]] = []
    table = Table("resources", "CPU, s", "peak memory, MB")
    for size in sizes:
        done = subprocess.run(
            [sys.executable, __file__, "--one", str(size)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            check=True,
        )
        costs.append(tuple(json.loads(done.stdout)))
        table.add_row(f"{costs[-1][0]:,}", f"{costs[-1][1]:.1f}", f"{costs[-1][2]:.0f}")
    Console().print(table)
    (least, base, _), *_, (before, some, _), (most, all_of_it, peak) = costs
    exponent = math.log((all_of_it - base) / (some - base)) / math.log((most - least) / (before - least))
    return exponent, peak


def main() -> int:
    """Measure each size, print a table, and end with 1 if a target is missed."""
    parser = argparse.ArgumentParser(description="Measures how a preview grows.")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="numbers of resources, ascending")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        measured(given.one)
        return 0
    exponent, peak = grown(given.sizes)
    print(f"exponent {exponent:.2f} (at most {EXPONENT}); peak memory {peak:.0f} MB (at most {MEGABYTES})")
    return int(exponent > EXPONENT or peak > MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
