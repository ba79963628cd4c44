"""Rows of the family s3-public-access-block."""

from __future__ import annotations

from typing import Any

from tests.policy.declare import BUCKET, OTHER, Row, r, unknown
from tests.policy.engine import Declared

ON = dict.fromkeys(("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), True)
OFF_ONE = {**ON, "ignorePublicAcls": False}


def lid(name: str = "lid", *, bucket: str = "it.id", **switches: Any) -> Declared:
    token = "s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
    return r(token, name, refs={"bucket": bucket}, **(switches or ON))


def roof(**switches: Any) -> Declared:
    return r("s3/accountPublicAccessBlock:AccountPublicAccessBlock", "roof", **switches)


def point(**switches: Any) -> Declared:
    block = {"publicAccessBlockConfiguration": switches} if switches else {}
    return r("s3/accessPoint:AccessPoint", bucket="parcels", **block)


def regions(**switches: Any) -> Declared:
    details = {"name": "all", "regions": [{"bucket": "parcels"}], "publicAccessBlock": switches}
    return r("s3control/multiRegionAccessPoint:MultiRegionAccessPoint", details=details)


ROWS = [
    Row("bucket-public-access-block", "ok", "its own", (BUCKET, lid())),
    Row("bucket-public-access-block", "ok", "by name", (BUCKET, lid(bucket="it.bucket"))),
    Row(
        "bucket-public-access-block",
        "ok",
        "by a literal name",
        (BUCKET, r("s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "lid", bucket="parcels", **ON)),
    ),
    Row("bucket-public-access-block", "ok", "the account's", (BUCKET, roof(**ON))),
    Row("bucket-public-access-block", "ok", "a directory", (r("s3/directoryBucket:DirectoryBucket", bucket="d"),)),
    Row("bucket-public-access-block", "breach", "none", (BUCKET,)),
    Row("bucket-public-access-block", "breach", "an incomplete one of the account", (BUCKET, roof(**OFF_ONE))),
    Row(
        "bucket-public-access-block",
        "breach",
        "another bucket's",
        (BUCKET, r("s3/bucket:Bucket", "other"), lid(bucket="other.id")),
    ),
    Row("bucket-public-access-block", "undecided", "whose it is", (OTHER, BUCKET, lid(bucket="other.value"))),
    Row("public-access-block-complete", "ok", "", (BUCKET, lid())),
    Row("public-access-block-complete", "ok", "the account's", (roof(**ON),)),
    Row("public-access-block-complete", "breach", "one is off", (BUCKET, lid(**OFF_ONE))),
    Row(
        "public-access-block-complete",
        "breach",
        "one is unset",
        (BUCKET, lid(blockPublicAcls=True, blockPublicPolicy=True, ignorePublicAcls=True)),
    ),
    Row("public-access-block-complete", "breach", "the account's, empty", (roof(),)),
    Row(
        "public-access-block-complete",
        "undecided",
        "",
        (
            OTHER,
            r(
                "s3/accountPublicAccessBlock:AccountPublicAccessBlock",
                **{key: value for key, value in ON.items() if key != "ignorePublicAcls"},
                refs=unknown("ignorePublicAcls"),
            ),
        ),
    ),
    Row("access-point-public-access-block", "ok", "unset is on", (point(),)),
    Row("access-point-public-access-block", "ok", "some of it unset", (point(blockPublicAcls=True),)),
    Row("access-point-public-access-block", "ok", "of regions", (regions(**ON),)),
    Row("access-point-public-access-block", "breach", "one is off", (point(**OFF_ONE),)),
    Row("access-point-public-access-block", "breach", "of regions", (regions(**OFF_ONE),)),
    Row(
        "access-point-public-access-block",
        "undecided",
        "a switch",
        (OTHER, r("s3/accessPoint:AccessPoint", refs=unknown("publicAccessBlockConfiguration.blockPublicAcls"))),
    ),
    Row(
        "access-point-public-access-block",
        "undecided",
        "the block",
        (OTHER, r("s3/accessPoint:AccessPoint", refs=unknown("publicAccessBlockConfiguration"))),
    ),
]
