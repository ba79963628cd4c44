"""Where the SDK has settings and scripts, secrets are looked for: a new type fails here until somebody decides."""

from __future__ import annotations

from guard.rules.secret_plaintext.properties import ENVIRONMENTS, HANDED, HANDED_BY_NAME, SCRIPTS, STORES
from tests.policy.reach.test_placements import naming

SETTINGS = r"\w*(?:environment_variables|arguments|provisioning_parameters|runtime_configurations?|hyper_?parameters)"
CODE = r"(?:user_data\w*|build_spec|buildspec|code_content|inline_code|\w*lifecycle_config_content|template_body)"

# What sounds like settings or code, and holds neither.
OTHERWISE = {
    *("aws:wafv2/ruleGroup:RuleGroup", "aws:wafv2/webAcl:WebAcl"),  # arguments of requests
    *("aws:cognito/managedUserPoolClient:ManagedUserPoolClient", "aws:cognito/userPoolClient:UserPoolClient"),
    "aws:bedrock/customModel:CustomModel",  # numbers
}


def test_settings_and_scripts_are_asked() -> None:
    tables = (ENVIRONMENTS, SCRIPTS, HANDED, HANDED_BY_NAME, STORES)
    asked = {token for table in tables for token in table}
    assert naming(f"(?:{SETTINGS}|{CODE})") - asked == OTHERWISE
