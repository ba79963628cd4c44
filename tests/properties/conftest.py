"""How hard Hypothesis searches: the same search each time, or with HYPOTHESIS_PROFILE=fuzz another and longer one."""

import os

from hypothesis import HealthCheck, settings

# Recording a program takes longer than Hypothesis expects of a test, and the machine may be busy.
PATIENT = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]}

settings.register_profile("same", derandomize=True, database=None, max_examples=60, print_blob=True, **PATIENT)
# What it finds is kept in .hypothesis and tried first the next time; make it an @example before committing the fix.
settings.register_profile("fuzz", max_examples=2000, print_blob=True, **PATIENT)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
