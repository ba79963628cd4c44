"""A pack that tells what it was handed."""

import json
import os

import pulumi
from pulumi_policy import (
    EnforcementLevel,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)


def plain(value):
    if hasattr(value, "keys"):
        return {key: plain(item) for key, item in value["__target"].items()}
    return [plain(item) for item in value["__target"]] if hasattr(value, "index") and value != str(value) else value


def inputs(args: ResourceValidationArgs, report: ReportViolation) -> None:
    options = args.opts
    report(
        json.dumps(
            {
                "inputs": plain(args.props),
                "protect": options.protect,
                "ignore": list(options.ignore_changes),
                "replace": options.delete_before_replace,
                "provider": args.provider.name if args.provider else None,
            }
        )
    )


def outputs(args: StackValidationArgs, report: ReportViolation) -> None:
    for resource in args.resources:
        seen = {
            "outputs": plain(resource.props),
            "parent": resource.parent.name if resource.parent else None,
            "dependencies": [other.name for other in resource.dependencies],
            "behind": {key: [other.name for other in others] for key, others in resource.property_dependencies.items()},
        }
        report(json.dumps(seen), resource.urn)


def surroundings(args: StackValidationArgs, report: ReportViolation) -> None:
    report(
        json.dumps(
            {
                "today": os.environ.get("GUARD_TODAY"),
                "stack": pulumi.get_stack(),
                "project": pulumi.get_project(),
                "dry_run": pulumi.runtime.is_dry_run(),
                "word": pulumi.Config("guard").get("word"),
            }
        )
    )


def no_topics(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.resource_type == "aws:sns/topic:Topic":
        report("topics are not for us")


def noted(args: StackValidationArgs, report: ReportViolation) -> None:
    for resource in args.resources:
        if resource.resource_type == "aws:sns/topic:Topic":
            report(
                f"exempted: [no-topics] {resource.name} is a topic. We like it (team, until 2027-01-31)", resource.urn
            )


def open_questions(args: StackValidationArgs, report: ReportViolation) -> None:
    report("[no-topics] undecided, decided once it is known: t: a name")


ADVISORY = EnforcementLevel.ADVISORY
PolicyPack(
    "witness",
    [
        ResourceValidationPolicy("inputs", "What a resource policy sees.", inputs, ADVISORY),
        StackValidationPolicy("outputs", "What a stack policy sees.", outputs, ADVISORY),
        StackValidationPolicy("surroundings", "What else there is.", surroundings, ADVISORY),
        ResourceValidationPolicy(
            "no-topics",
            "No topics.",
            no_topics,
            EnforcementLevel.MANDATORY,
            severity=Severity.HIGH,
            remediation_steps="Use a queue.",
        ),
        StackValidationPolicy("exemptions", "A rule is broken by exemption.", noted, ADVISORY),
        StackValidationPolicy("undecided", "What cannot be decided yet.", open_questions, ADVISORY),
    ],
)
