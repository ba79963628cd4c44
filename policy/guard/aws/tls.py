"""Reading the names of TLS policies: the least version they accept."""

from __future__ import annotations

import re
from typing import Final

# ELBSecurityPolicy-TLS13-1-2-Res-2021-06, ELBSecurityPolicy-FS-1-2-2019-08, ELBSecurityPolicy-TLS-1-1-2017-01; the
# names without a version in the middle (2015-05, 2016-08, FS-2018-06) accept TLS 1.0.
_BALANCER: Final = re.compile(r"ELBSecurityPolicy-(?:TLS\d*|FS)-1-(\d)\b")
# TLSv1, TLSv1_2016, TLSv1.1_2016, TLSv1.2_2021, TLSv1.3_2025, SSLv3
_VIEWER: Final = re.compile(r"TLSv1(?:\.(\d))?(?:_\d{4})?")
# Policy-Min-TLS-1-2-PFS-2023-10
_SEARCH: Final = re.compile(r"Policy-Min-TLS-1-(\d)\b")
# SecurityPolicy_TLS12_PFS_2025_EDGE: of an API at the edge, with the least version and nothing but the year
_EDGE: Final = re.compile(r"SecurityPolicy_TLS1[23]_(?:\w+_)?\d{4}_EDGE")
# TLS_1_2, SecurityPolicy_TLS13_1_2_2021_06 and IotSecurityPolicy_TLS12_1_0_2015_01
_API: Final = re.compile(r"(?:(?:Iot)?SecurityPolicy_)?TLS(?:\d{2})?_1_(\d)(?:_.*)?")


def _accepts_old(form: re.Pattern[str], name: str) -> bool:
    match = form.match(name)
    return match is None or int(match[1] or 0) < 2


def weak_balancer_policy(name: str) -> bool:
    """Say whether a load balancer's policy accepts less than TLS 1.2; a name that cannot be read is weak."""
    return _accepts_old(_BALANCER, name)


def weak_viewer_policy(name: str) -> bool:
    """Say whether a CloudFront version, of a viewer or of an origin, is less than TLS 1.2."""
    return _VIEWER.fullmatch(name) is None or _accepts_old(_VIEWER, name)


def weak_search_policy(name: str) -> bool:
    """Say whether a search domain's policy accepts less than TLS 1.2."""
    return _accepts_old(_SEARCH, name)


def weak_api_policy(name: str) -> bool:
    """Say whether an API's domain accepts less than TLS 1.2."""
    if _EDGE.fullmatch(name):
        return False
    return _API.fullmatch(name) is None or _accepts_old(_API, name)
