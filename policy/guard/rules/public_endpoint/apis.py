"""APIs and consoles that answer to whoever asks: often meant, so this is advice."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from guard.model.graph import ABSENT, UNKNOWN, Finding, Resource, Stack, items
from guard.model.logic import Answer, every
from guard.model.rule import EnforcementLevel, Severity, rule
from guard.model.switches import Switch, register

FAMILY: Final = "public-endpoint"
METHOD: Final = "aws:apigateway/method:Method"
REST_API: Final = "aws:apigateway/restApi:RestApi"

register(
    FAMILY,
    Switch(
        "graph-api-key",
        {
            "aws:appsync/graphQLApi:GraphQLApi": "authenticationType",
            "aws:appsync/api:Api": "eventConfig.connectionAuthModes.authType",
        },
        bad=("api_key",),
        text="lets in whoever has its API key",
        fix="Use authentication_type='AMAZON_COGNITO_USER_POOLS', 'OPENID_CONNECT', 'AWS_IAM' or 'AWS_LAMBDA'.",
        why="An API key is the same for everybody, stands in every client, and says nothing of who calls.",
        controls=("FSBP AppSync.5",),
        level=EnforcementLevel.ADVISORY,
    ),
    Switch(
        "agent-gateway-authorized",
        {"aws:bedrock/agentcoreGateway:AgentcoreGateway": "authorizerType"},
        bad=("none",),
        text="runs its tools for whoever calls it",
        fix="Set authorizer_type='CUSTOM_JWT' with authorizer_configuration, or 'AWS_IAM'.",
        why="A gateway of agents is on the internet, and each of its tools works with the gateway's role.",
        level=EnforcementLevel.ADVISORY,
    ),
    Switch(
        "identity-pool-guests",
        {"aws:cognito/identityPool:IdentityPool": "allowUnauthenticatedIdentities"},
        bad=("true",),
        text="gives credentials of AWS's to guests",
        fix="Set allow_unauthenticated_identities=False; who needs no login needs no credentials either.",
        why="Whoever knows the pool's id, which stands in every client, gets a role of yours.",
        controls=("FSBP Cognito.2",),
        level=EnforcementLevel.ADVISORY,
    ),
    Switch(
        "workflow-console-public",
        {"aws:mwaa/environment:Environment": "webserverAccessMode"},
        bad=("public_only", "public_and_private"),
        text="has its console on the internet",
        fix="Drop webserver_access_mode, or set it to 'PRIVATE_ONLY'.",
        why="Whoever gets a console's login runs code with the role of the workflows.",
        level=EnforcementLevel.ADVISORY,
    ),
    Switch(
        "transfer-public",
        {"aws:transfer/server:Server": "endpointType"},
        good=("vpc", "vpc_endpoint"),
        unset="public",
        text="takes connections from the whole internet",
        fix="Set endpoint_type='VPC' with endpoint_details, whose security groups name the partners' addresses.",
        why="A public endpoint has no security group: everybody may try passwords and keys on it.",
        level=EnforcementLevel.ADVISORY,
    ),
    Switch(
        "studio-internet",
        {"aws:sagemaker/domain:Domain": "appNetworkAccessType"},
        good=("vpconly",),
        unset="publicinternetonly",
        text="lets its notebooks out past the VPC",
        fix="Set app_network_access_type='VpcOnly'.",
        why="Past the VPC nothing watches where samples of the data go.",
        level=EnforcementLevel.ADVISORY,
    ),
    # User guides: MediaLive, "Input security groups"; Storage Gateway, "Create an NFS file share" (allowed clients);
    # WorkSpaces, "IP access control groups"; WorkSpaces Secure Browser, "IP access controls".
    Switch(
        "allow-list-open",
        {
            "aws:medialive/inputSecurityGroup:InputSecurityGroup": "whitelistRules.cidr",
            "aws:storagegateway/nfsFileShare:NfsFileShare": "clientLists",
            "aws:workspaces/ipGroup:IpGroup": "rules.source",
            "aws:workspacesweb/ipAccessSettings:IpAccessSettings": "ipRules.ipRange",
        },
        bad=("0.0.0.0/0", "::/0"),
        text="lists every address there is",
        fix="Name the networks of offices, the VPN or the clients' subnets.",
        why="A list of allowed addresses that allows all of them is none, and looks like one.",
        level=EnforcementLevel.ADVISORY,
    ),
    Switch(  # Storage Gateway user guide, "Create an SMB file share": guest access
        "file-share-guests",
        {"aws:storagegateway/smbFileShare:SmbFileShare": "authentication"},
        bad=("guestaccess",),
        text="lets in guests, all with one password",
        fix="Set authentication='ActiveDirectory', and name users or groups in valid_user_lists.",
        why="Guests read and write every file, and nobody can tell them apart.",
        level=EnforcementLevel.ADVISORY,
    ),
    # AppStream 2.0 administration guide, "Internet access"; WorkSpaces administration guide, "Provide internet access":
    # both come with a public address.
    Switch(
        "stream-internet",
        {
            "aws:appstream/fleet:Fleet": "enableDefaultInternetAccess",
            "aws:appstream/imageBuilder:ImageBuilder": "enableDefaultInternetAccess",
            "aws:workspaces/directory:Directory": "workspaceCreationProperties.enableInternetAccess",
        },
        bad=("true", "1"),
        text="puts its machines on the internet",
        fix="Set enable_default_internet_access=False with vpc_config in subnets behind a NAT gateway (WorkSpaces: "
        "enable_internet_access=False).",
        why="Each machine gets a public address, and past the VPC nothing watches where data goes.",
        level=EnforcementLevel.ADVISORY,
    ),
    Switch(
        "workbench-ssh",
        {"aws:cloud9/environmentEC2:EnvironmentEC2": "connectionType"},
        good=("connect_ssm",),
        unset="connect_ssh",
        text="opens SSH to its machine",
        fix="Set connection_type='CONNECT_SSM' and place it in a private subnet.",
        why="For SSH the machine needs a public address and an open port; through Session Manager neither.",
        level=EnforcementLevel.ADVISORY,
    ),
)


@rule(
    "api-authorized",
    family=FAMILY,
    on=(METHOD, "aws:apigatewayv2/route:Route"),
    severity=Severity.MEDIUM,
    level=EnforcementLevel.ADVISORY,
    controls=("FSBP APIGateway.8",),
    why="What stands behind a route without authorization must refuse strangers itself, every time.",
    fix="Name an authorizer (authorization='AWS_IAM', 'COGNITO_USER_POOLS' or 'CUSTOM'; for HTTP APIs "
    "authorization_type='JWT'), or ask for an API key at least.",
)
def api_authorized(route: Resource, stack: Stack) -> Iterator[Finding]:
    at = "authorization" if route.type == METHOD else "authorizationType"
    reached = _is_public(route, stack) if route.type == METHOD else _is_asked(route, stack)
    own, key = route[at], route.switch("apiKeyRequired")
    none: Answer = UNKNOWN if own is UNKNOWN else own is ABSENT or str(own).upper() == "NONE"
    if reached is False or none is False or key is True:
        return
    if reached is UNKNOWN:
        verb, api = ("httpMethod", "restApi") if route.type == METHOD else ("routeKey", "apiId")
        yield route.undecided(verb if route[verb] is UNKNOWN else api)
    elif none is UNKNOWN or key is UNKNOWN:
        yield route.undecided(at if none is UNKNOWN else "apiKeyRequired")
    else:
        yield route.finding("answers whoever asks", at=at)


def _is_public(method: Resource, stack: Stack) -> Answer:
    """Whether strangers may send it; browsers ask OPTIONS without credentials."""
    verb = method["httpMethod"]
    of_api = _of_apis(method, "restApi", REST_API, stack, lambda api: "PRIVATE" not in items(api[_TYPES]))
    return every((UNKNOWN if verb is UNKNOWN else verb != "OPTIONS", of_api))


_TYPES: Final = "endpointConfiguration.types"


def _of_apis(source: Resource, path: str, token: str, stack: Stack, good: Callable[[Resource], bool]) -> Answer:
    """Whether the API is of a kind; of one of several what holds for each, and of one outside the stack it is."""
    found = stack.targets(source, path, token)
    answers = {good(api) for api in (*found.sure, *found.maybe)}
    return UNKNOWN if len(answers) > 1 else answers.pop() if answers else True


def _is_asked(route: Resource, stack: Stack) -> Answer:
    """Whether API Gateway can ask for credentials there: of a web socket only where it is opened."""
    if route["routeKey"] is UNKNOWN:
        return UNKNOWN
    key = str(route["routeKey"])
    if key == "$default":
        return _of_apis(route, "apiId", _SOCKETS, stack, lambda api: api["protocolType"] != "WEBSOCKET")
    return key == "$connect" or ("/" in key and not key.startswith("OPTIONS"))


_SOCKETS: Final = "aws:apigatewayv2/api:Api"
