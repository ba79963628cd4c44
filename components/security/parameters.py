"""Parameters: the services' settings that are no secrets, for people and scripts to read."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.component import Args, Component


@dataclass(frozen=True, kw_only=True)
class ParametersArgs(Args):
    """The settings of each service that publishes them."""

    environments: Mapping[str, Mapping[str, str]]  #: by service: variable and value


class Parameters(Component):
    """What the services are told in their environment, in Parameter Store as well (contradiction C-45).

    Creates a parameter /<environment>/<service>/<VARIABLE> for each.
    """

    names: Mapping[str, pulumi.Output[str]]  #: by service/VARIABLE

    def __init__(self, name: str, args: ParametersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        parameters = {
            f"{service}/{variable}": self._parameter(args, service, variable, value)
            for service, environment in args.environments.items()
            for variable, value in environment.items()
        }
        self.names = {path: parameter.name for path, parameter in parameters.items()}
        self.register_outputs({"names": dict(self.names)})

    def _parameter(self, args: ParametersArgs, service: str, variable: str, value: str) -> aws.ssm.Parameter:
        physical = args.names.of("parameter", service, variable)
        return aws.ssm.Parameter(
            # In capitals, as no service is: `a` with B_C and `a-b` with C stay apart.
            self.child(service, variable),
            name=physical,
            type="String",
            value=value,
            tags=self.named(physical),
            opts=self.owned(),
        )
