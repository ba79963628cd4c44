"""An environment that nobody uses at night is stopped in the evening and started in the morning."""

from functions.common.function import FunctionDefinition

_VARIABLES = ("CLUSTER", "SERVICES", "DATABASE")
_SERVICES = ("ecs:UpdateService",)
_SCALING = ("application-autoscaling:RegisterScalableTarget",)
#: Application Auto Scaling asks for this of whoever changes a service's target.
_BEHIND_SCALING = {"services": ("ecs:DescribeServices",)}

# The environment's name is added to the function's: scale-down-dev.
SCALE_DOWN = FunctionDefinition(
    name="scale-down",
    purpose="Stops the services and the database for the night",
    handler="functions.environment_schedule.handler.scale_down",
    seconds=900,  # a database that is backed up or changed just now cannot be stopped at once
    variables=_VARIABLES,
    actions={
        "services": _SERVICES,
        "scaling-targets": _SCALING,
        "database": ("rds:DescribeDBInstances", "rds:StopDBInstance"),
    },
    implied=_BEHIND_SCALING,
)
SCALE_UP = FunctionDefinition(
    name="scale-up",
    purpose="Starts the database and the services in the morning",
    handler="functions.environment_schedule.handler.scale_up",
    seconds=900,  # a database takes minutes to start, and the services wait for it
    variables=_VARIABLES,
    actions={
        "services": _SERVICES,
        "scaling-targets": _SCALING,
        "database": ("rds:DescribeDBInstances", "rds:StartDBInstance"),
    },
    implied=_BEHIND_SCALING,
)
