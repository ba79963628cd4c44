"""What a stack file may say about traces of requests."""

from pydantic import Field

from settings.tables.table import Table


class TracingTable(Table):
    """X-Ray: a part of all requests is followed through services and functions. Functions need no more than this;
    services need a collector beside them, and `may: [trace]`."""

    sampling: int = Field(ge=1, le=100, description="percent of the requests that are traced")
