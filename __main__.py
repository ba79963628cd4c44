"""One stack of the platform: read its settings, build it, export what a user needs next."""

import sys

import sdk_importer

sdk_importer.install()  # before any SDK is imported

import pulumi

from components.platform import Platform
from settings.checks.known import unlisted
from settings.file.problems import InvalidSettings
from settings.file.reading import from_runtime

EXPLAINED = 32  # the language host's exit status for an error that was already explained

try:
    settings = from_runtime()
except InvalidSettings as problems:
    pulumi.log.error(str(problems))
    sys.exit(EXPLAINED)

for text in unlisted(settings):
    pulumi.log.warn(text)
secret = pulumi.Config("secret")
config_secrets = {key: secret.require_secret(key) for key in settings.from_config}
for name, value in Platform(settings, config_secrets).exports.items():
    pulumi.export(name, value)
