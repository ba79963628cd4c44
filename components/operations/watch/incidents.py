"""The faults that people are called for: alarms of one fault call them once."""

from typing import Final

from components.operations.watch.model import Incident

OUTAGE: Final = Incident(
    word="service-incident", meaning="Requests fail, or soon will: the service has lost tasks or answers with errors."
)
SHORTAGE: Final = Incident(
    word="database-incident",
    meaning="The database is about to refuse work: its disk or its connections are used up.",
    after=OUTAGE.word,
)
INCIDENTS: Final = (OUTAGE, SHORTAGE)
