"""A pack that fails while it judges."""

from pulumi_policy import PolicyPack, ReportViolation, StackValidationArgs, StackValidationPolicy


def fail(args: StackValidationArgs, report: ReportViolation) -> None:
    raise ValueError("two and two are five")


PolicyPack("raising", [StackValidationPolicy("fails", "Fails.", fail)])
