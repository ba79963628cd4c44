"""What looks like a secret: by its own format, or by the name it goes by and a value that may be one.

Names are SURE (`DB_PASSWORD`), HALF (`SENDGRID_KEY`) or none: what `PASSWORD_MIN_LENGTH` is, its last words say. Under
a sure name any literal is a secret that is no setting, reference or placeholder; under half a name, what looks drawn at
random; and some shapes are secrets under any name. Nothing here returns a value: messages must not show one.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

# --- names ---


class Name(IntEnum):
    """How much a name says that what it names is a secret."""

    NONE = 0
    HALF = 1
    SURE = 2


_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

# A word that ends like this names a secret, and so does its plural: PGPASSWORD, clientsecret, tokens.
_ENDINGS: Final = (
    "password", "passwd", "passphrase", "passcode", "pwd", "secret", "token", "credential", "apikey", "accesskey",
    "privatekey", "secretkey", "authkey", "presharedkey", "sharedkey", "encryptionkey", "signingkey",
)  # fmt: skip
_SURE: Final = frozenset({"creds", "psk", "pw", "userpass", "rootpass", "dbpass"})
# `key` after one of these is a secret too.
_KEYS: Final = frozenset(
    {
        "access", "account", "api", "auth", "encryption", "hmac", "jwt", "master", "preshared", "private", "secret",
        "shared", "signing",
    }
)  # fmt: skip
_HALF: Final = frozenset(
    {
        "auth", "authorization", "bearer", "cookie", "key", "keys", "license", "login", "nonce", "otp", "pepper", "pin",
        "salt", "seed", "session", "signature", "verify",
    }
)  # fmt: skip
# With one of these after the secret word, a name means something about the secret, or what leads to it.
_ABOUT: Final = frozenset(
    {
        "age", "alg", "algorithm", "alias", "allowed", "arn", "arns", "attempts", "attribute", "audience", "auth",
        "authentication", "backend", "bits", "bucket", "budget", "cache", "callback", "change", "charset", "check",
        "checks", "claim", "class", "column", "command", "complexity", "config", "cost", "count", "cycle", "date",
        "day", "days", "debug", "dir", "directory", "disabled", "domain", "domains", "duration", "enabled",
        "encoding", "encryption", "endpoint", "engine", "exchange", "expiration", "expires", "expiry", "extension",
        "field", "file", "filename", "fingerprint", "fingerprints", "folder", "form", "format", "function",
        "generation", "generator", "grant", "group", "handler", "header", "help", "hint", "history", "hook", "host",
        "hour", "hours", "id", "ids", "index", "interval", "issuer", "iterations", "kind", "label", "lambda",
        "language", "leeway", "len", "length", "level", "lifetime", "limit", "limits", "location", "log", "logging",
        "manager", "max", "maximum", "method", "methods", "milliseconds", "min", "minimum", "minute", "minutes",
        "mode", "ms", "name", "names", "namespace", "optional", "owner", "page", "param", "parameter", "parameters",
        "params", "path", "paths", "pattern", "period", "plugin", "policies", "policy", "port", "prefix", "provider",
        "providers", "queue", "rate", "ref", "reference", "refresh", "regex", "region", "renewal", "required",
        "requirements", "requires", "reset", "retries", "role", "rotation", "rounds", "rule", "rules", "schedule",
        "scope", "scopes", "second", "seconds", "service", "size", "source", "ssm", "stage", "state", "status",
        "stdin", "storage", "store", "strategy", "strength", "suffix", "table", "template", "thumbprint", "timeout",
        "topic", "ttl", "type", "types", "uri", "uris", "url", "urls", "usage", "user", "username", "validation",
        "validator", "validity", "vault", "verification", "version", "window",
    }
)  # fmt: skip
# What has such a word in its name is not the secret itself but where it lies.
_LEADS: Final = frozenset(
    {"arn", "arns", "from", "id", "ids", "name", "names", "param", "parameter", "path", "ref", "reference", "ssm"}
    | {"version"}
)
# Before the secret word these make something else of it: a public key, a page's token, a number of tokens.
_HARMLESS: Final = frozenset(
    {
        "bos", "completion", "context", "continuation", "dkim", "eos", "existing", "idempotency", "input",
        "max", "min", "next", "num", "output", "pad", "page", "public", "publishable", "site",
    }
)  # fmt: skip
# What half a name calls a key is none of a lock in such company, however random it looks.
_PLAIN: Final = frozenset(
    {
        "artifact", "bundle", "cache", "checksum", "commit", "digest", "etag", "hash", "kms", "layer", "object",
        "partition", "public", "sort",
    }
)  # fmt: skip


# What frameworks hand to the browser says so by its first words: nothing that it names is kept secret.
_SHIPPED: Final = (
    *(("next", "public"), ("nuxt", "public"), ("expo", "public"), ("public",)),
    *(("react", "app"), ("vue", "app"), ("gatsby",), ("vite",)),
)


def words(name: str) -> list[str]:
    """Return a name's words in lower case: dbPassword, DB_PASSWORD and db-password have the same."""
    return [word.lower() for word in _WORD.findall(name)]


@lru_cache(maxsize=4096)
def name_class(name: str) -> Name:
    """Return how much a name says that what it names is a secret."""
    found = words(name)
    if any(tuple(found[: len(first)]) == first for first in _SHIPPED):
        return Name.NONE
    at, kind = -1, Name.NONE
    for here, word in enumerate(found):
        own = _word_class(word, found[here - 1] if here else "", found[here + 1 :])
        if own and own >= kind:
            at, kind = here, own
    before, after = found[at - 1] if at > 0 else "", found[at + 1 :]
    if before in _HARMLESS or not _ABOUT.isdisjoint(after):
        return Name.NONE
    return Name.NONE if kind is Name.HALF and not _PLAIN.isdisjoint(found) else kind


def leads(name: str) -> bool:
    """Say whether a name is that of a reference, as DB_SECRET_ARN is."""
    return not _LEADS.isdisjoint(words(name))


def _word_class(word: str, before: str, after: list[str]) -> Name:
    if word.removesuffix("s").endswith(_ENDINGS) or word in _SURE or (word in ("key", "keys") and before in _KEYS):
        return Name.SURE
    if word == "pass" and all(one.isdecimal() for one in after):
        return Name.SURE
    return Name.HALF if word in _HALF else Name.NONE


# --- values ---


class SecretFormat(NamedTuple):
    """A form that only secrets have; without one of its marks a text need not be searched for it."""

    what: str
    marks: tuple[str, ...]
    form: re.Pattern[str]


def _format(what: str, marks: str, form: str) -> SecretFormat:
    return SecretFormat(what, tuple(marks.split()), re.compile(rf"(?<![A-Za-z0-9_])(?:{form})"))


# Each service documents the prefix of its tokens, most of them so that scanners find them.
FORMATS: Final = (
    _format("a private key", "PRIVATE", r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"),
    _format("an age key", "AGE-SECRET", r"AGE-SECRET-KEY-1[0-9A-Z]{20,}"),
    _format("an AWS access key", "AKIA ASIA", r"(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])"),
    _format("a GitHub token", "gho_ ghp_ ghr_ ghs_ ghu_ github_pat_", r"gh[oprsu]_[A-Za-z0-9]{36,}|github_pat_\w{40,}"),
    _format("a GitLab token", "glpat- glrt- gldt- glcbt- glptt- glsoat-", r"gl(?:pat|rt|dt|cbt|ptt|soat)-[\w-]{20,}"),
    _format("a Slack token", "xox xapp-", r"xox[abeoprs]-[\w-]{10,}|xapp-\d-[\w-]{10,}"),
    _format("a Slack webhook", "hooks.slack", r"hooks\.slack\.com/(?:services|workflows|triggers)/\w+/\w+/\w{8,}"),
    _format(
        "a Teams webhook",
        "webhook.office outlook.office logic.azure powerplatform",
        r"(?:[\w-]+\.)?(?:webhook\.office|outlook\.office)\.com/webhook\w*/[\w@-]+/IncomingWebhook/\w{16,}"
        r"|[\w.-]+\.(?:logic\.azure|api\.powerplatform)\.com(?::443)?/[^\s\"']*[?&]sig=[\w%-]{20,}",
    ),
    _format(
        "a Discord webhook", "discord", r"(?:\w+\.)?discord(?:app)?\.com/api/(?:v\d+/)?webhooks/\d{15,}/[\w-]{40,}"
    ),
    _format("a Zapier webhook", "hooks.zapier", r"hooks\.zapier\.com/hooks/catch/\d+/\w{6,}"),
    _format("a Mattermost webhook", "/hooks/", r"[\w.-]+(?::\d+)?/hooks/[a-z0-9]{26}(?![a-z0-9])"),
    _format(
        "a Google Chat webhook", "chat.googleapis", r"chat\.googleapis\.com/v1/spaces/[^\s\"']*[?&]token=[\w%=-]{20,}"
    ),
    _format("a Stripe key", "k_live_ k_test_ whsec_", r"[rs]k_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[\w+/=]{20,}"),
    _format("a Google key", "AIza GOCSPX- ya29.", r"AIza[\w-]{35}|GOCSPX-[\w-]{20,}|ya29\.[\w-]{20,}"),
    _format("an npm token", "npm_", r"npm_[A-Za-z0-9]{36}"),
    _format("a PyPI token", "pypi-", r"pypi-AgE[\w-]{20,}"),
    _format("a Docker token", "dckr_", r"dckr_(?:pat|oat)_[\w-]{20,}"),
    _format("a SendGrid key", "SG.", r"SG\.[\w-]{16,}\.[\w-]{16,}"),
    _format("an OpenAI or Anthropic key", "sk-", r"sk-(?:ant|proj|svcacct)-[\w-]{20,}|sk-[A-Za-z0-9]{40,}"),
    _format("a Vault token", "hvs. hvb. hvr.", r"hv[sbr]\.[\w-]{20,}"),
    _format("a Pulumi token", "pul-", r"pul-[0-9a-f]{40}"),
    _format("a DigitalOcean token", "_v1_", r"do[opr]_v1_[0-9a-f]{64}"),
    _format("a Databricks token", "dapi", r"dapi[0-9a-f]{32}"),
    _format("a Shopify token", "shp", r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    _format("a New Relic key", "NRAK-", r"NRAK-[A-Z0-9]{27}"),
    # The rules of gitleaks (config/gitleaks.toml) have these forms from the services' own pages.
    _format(
        "a service's token",
        "hf_ lin_api_ ntn_ gsk_ r8_ xai- pcsk_ pscale_ dp. atlasv1 ATATT3 fm2_ glsa_ glc_ dt0c0 pat-na pat-eu sntry",
        r"(?:hf_|lin_api_|ntn_|gsk_|r8_|xai-|pcsk_|pscale_(?:pw|tkn|oauth)_|dp\.(?:pt|st|ct|sa|scim|audit)\.(?:\w+\.)?)"
        r"[A-Za-z0-9]{30,}|[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{60,}|ATATT3[\w=-]{60,}|fm2_[\w+/=-]{40,}"
        r"|glsa_[A-Za-z0-9]{32}_[0-9A-Fa-f]{8}|glc_[A-Za-z0-9+/]{32,}|dt0c0\d\.[A-Z0-9]{24}\.[A-Z0-9]{64}"
        r"|pat-(?:na|eu)\d-[0-9a-f]{8}-[0-9a-f-]{27}|sntry[su]_[\w+/=-]{40,}",
    ),
    _format(
        "a service's key",
        "rubygems_ sbp_ squ_ sqa_ sqp_ bkua_ xkeysib- PMAK- CCIPAT_ CCIPRJ_ Q~",
        r"(?:rubygems_|sbp_|sq[apu]_|bkua_|xkeysib-|PMAK-[0-9a-f]{24}-)[0-9a-f]{34,}|CCIP(?:AT|RJ)_\w{40,}"
        r"|[\w.~]{3}\dQ~[\w.~-]{31,34}(?![\w.~-])",
    ),
    _format("a Telegram token", ":AA", r"\d{8,10}:AA[\w-]{33}"),
    _format("a Mailgun key", "key-", r"key-[0-9a-f]{32}(?![0-9a-f])"),
    _format("an Azure storage key", "AccountKey=", r"AccountKey=[A-Za-z0-9+/]{80,}={0,2}"),
    _format("a JSON web token", "eyJ", r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}"),
    _format("a password's hash", "$", r"\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}|\$[56y]\$[^\s$]+\$[./A-Za-z0-9]{30,}"),
    _format(
        "an authorization header", "asic earer", r"[Bb](?:asic|earer)\s+(?=\S*(?:\d|[a-z][A-Z]))[A-Za-z0-9+/=._~-]{16,}"
    ),
)
_MARK: Final = re.compile("|".join(re.escape(mark) for form in FORMATS for mark in form.marks))
_USERINFO: Final = re.compile(r"(?<![\w+.-])[a-zA-Z][\w+.-]*://[^\s:/?#@\"'<>]*:([^\s/?#@\"'<>]+)@")

_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# Filled in elsewhere: variables of shells, make and PowerShell, templates, CloudFormation's dynamic references.
_TEMPLATE: Final = re.compile(r"^(?:\$|`|#\{|%\(|%\w+%$|%s$|!\w|@\w+@$|<[^<>]*>$|\{\w*\}$)|\{\{.*\}\}|<%|\$\{|\$\(")
_REFERENCE: Final = re.compile(
    r"(?:arn:|alias/|resolve:|ssm:|secretsmanager:|vault:|projects/|[a-zA-Z][\w+.-]*://)"
    r"|(?:context|integration|method|stageVariables)\.[\w.]+$"  # of a request, in API Gateway
    r"|[\w./-]+\.(?:cer|conf|crt|env|ini|jks|json|key|p12|pem|pfx|properties|toml|txt|ya?ml|jar|tar|t?gz|whl|zip)$"
)
# An absolute path, or one of words in one case each: a key of random letters may have a slash in it, too.
_SEGMENT: Final = r"(?:[a-z0-9_.@{}-]+|[A-Z][a-z0-9]*|[A-Z]?[a-z]+(?:[A-Z][a-z]+)+)"
_PATH: Final = re.compile(rf"(?:[A-Za-z]:|~|\.{{1,2}})?[/\\][\w.@{{}}/\\-]*|{_SEGMENT}(?:/{_SEGMENT})+/?")
# The name of a secret, as Secrets Manager and Kubernetes have them: quay-db-credentials, quayDbCredentialsProd.
_CALLED: Final = re.compile(
    r"(?:[a-z0-9]+[-_]){1,4}(?:secrets?|credentials?|creds|token|password|key)"
    r"|[A-Z][A-Za-z]*(?:[-_][A-Z][A-Za-z]*){1,5}"  # Prod-MyApp-Db
    r"|(?:[A-Za-z]+[-_]){1,6}(?=\d*[a-f])(?=[a-f]*\d)[0-9a-f]{7}"  # orders-db-1a2b3c4, as Pulumi makes names
    r"|rds!(?:db|cluster)-[0-9a-f-]{36}"  # as RDS names its own
    r"|[A-Za-z]?[a-z]+(?:[A-Z][a-z]+)*(?:Secrets?|Credentials?|Creds|Token|Password|Key)(?:[A-Z][a-z]+)*"
)
# A name and what opens it: admin:Tr0ub4dor.
_PAIR: Final = re.compile(r"([\w.@+-]{1,64}):([^\s:/]{6,})")
_PLACE: Final = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d[a-z]?")  # a region, or a zone of one
#: What stands before a colon and says what follows, and is nobody's name: `role:admin1`.
_LABELS: Final = frozenset({"claim", "group", "level", "policy", "realm", "role", "scope", "team", "tenant", "tier"})
_PAIRED: Final = frozenset({"auth", "authorization", "basic", "login"})
_SETTING: Final = re.compile(
    r"-?\d{1,5}(?:\.\d+)?\s*(?:%|[a-z]{1,7})?|true|false|yes|no|on|off|null|none|nil|undefined|n/?a|enabled?|disabled?"
    r"|required|optional|always|never|auto|default|env|file|iam|plain|basic|bearer|jwt|oauth2?|opaque|[hre]s\d+|sha\d+"
    r"|argon2(?:id?)?|bcrypt|scrypt|pbkdf2\w*|same-origin",
    re.IGNORECASE,
)
_PLACEHOLDER: Final = re.compile(
    r"(.)\1*|.*(?:\.{3}|…)|see\s.+|\[secret\]|\W*(?:generated|hidden|masked|sensitive)(?:\s\w+)?\W*|(?:.*[^a-z])?(?:"
    r"place[-_ ]?holder|(?:change|replace)[-_ ]?(?:me|it|this|with)|fill[-_ ]?(?:me|in)|redacted|dummy|todo|tbd|unset"
    r"|initial|not[-_ ]set|to[-_ ]be|(?:set|managed|stored|injected|provided|defined)[-_ ]"
    r"(?:by|in|at|via|elsewhere|externally|later|manually|outside|out)"
    r")(?:[^a-z].*)?",
    re.IGNORECASE,
)


def known_format(text: str) -> str:
    """Say which secret a text holds, wherever in it, that is known by its format; nothing if none."""
    if _MARK.search(text):
        for what, _, form in FORMATS:
            if form.search(text):
                return what
    passwords = (match[1] for match in _USERINFO.finditer(text)) if "://" in text else ()
    return "a URL with a password" if any(not reference(one) and not placeholder(one) for one in passwords) else ""


def reference(text: str) -> bool:
    """Say whether a value only leads to something: an ARN, a URL, a path, a template to be filled in."""
    value = text.strip()
    if _TEMPLATE.search(value) or _REFERENCE.match(value):
        return True
    return bool(_PATH.fullmatch(value)) and not any(drawn(part) for part in re.split(r"[/\\]", value))


def placeholder(text: str) -> bool:
    """Say whether a value stands for one that is set elsewhere."""
    return bool(_PLACEHOLDER.fullmatch(text.strip()))


def literal(text: str) -> bool:
    """Say whether a value may be a secret: it is no setting, no reference and no placeholder."""
    value = text.strip().strip("\"'")
    return len(value) > 2 and not (_SETTING.fullmatch(value) or reference(value) or placeholder(value))


def drawn(text: str) -> bool:
    """Say whether a value looks drawn at random: long, letters and digits in no order that a person would choose."""
    value = text.strip()
    if _UUID.fullmatch(value) or re.search(r"\s", value):
        return False
    longest = max(re.split(r"[^A-Za-z0-9]+", value), key=len)
    turns = sum(_kind(a) != _kind(b) for a, b in pairwise(longest))
    digits = sum(char.isdecimal() for char in longest)
    return len(longest) >= 12 and 2 <= digits < len(longest) and turns >= len(longest) * 0.3


def _kind(char: str) -> int:
    return 0 if char.isdecimal() else 1 if char.islower() else 2


# --- both ---


def told(name: str, value: str) -> str:
    """Say what tells that a value is a secret, its format or its name; nothing if nothing does."""
    if what := known_format(value):
        return what
    kind = name_class(name)
    if kind is Name.SURE and literal(value) and not _identifies(words(name), value.strip()):
        return "a secret by its name"
    if kind is Name.HALF and not _PAIRED.isdisjoint(words(name)) and _pair(value):
        return "a user with a password"
    if kind is Name.HALF and drawn(value) and not reference(value):
        return "a secret by its name, and random"
    return ""


def chosen(name: str, value: str) -> bool:
    """Say whether a value within a secret's document is secret itself: drawn, or mixed as only passwords are."""
    own = words(name)
    if not (_ABOUT | _PLAIN | _SHOWN).isdisjoint(own) or not literal(value) or re.search(r"\s", value):
        return False
    kinds = ("[a-z]", "[A-Z]", "[0-9]", r"[^\w./:@,+-]")
    return drawn(value) or (len(value) > 7 and all(re.search(kind, value) for kind in kinds))


# In a secret's document these are kept beside what is secret.
_SHOWN: Final = frozenset({"ca", "cert", "certificate", "chain", "dsn", "fingerprint", "publishable", "thumbprint"})


def _pair(value: str) -> bool:
    """Say whether a value is a user's name and password: letters beside a figure or a sign, as few settings have."""
    match = _PAIR.fullmatch(value.strip())
    word = match[2] if match and match[1].lower().removesuffix("s") not in _LABELS else ""
    mixed = re.search(r"[A-Za-z]", word) and re.search(r"[^A-Za-z._-]", word)
    return bool(mixed) and literal(word) and not reference(value) and not _PLACE.fullmatch(word)


def _identifies(name: list[str], value: str) -> bool:
    """Say whether a value is the id of a key in KMS, or the name of a secret."""
    if name[-1] in ("key", "keys"):
        return "api" not in name and bool(_UUID.fullmatch(value))
    if name[-1] == "secret" and name[-2:-1] == ["password"]:  # what holds a password: passwordSecret=grafana-admin
        return bool(re.fullmatch(r"[a-z0-9]+(?:[-_.][a-z0-9]+)+", value)) and not drawn(value)
    return not name[-1].endswith(("password", "passwd", "pwd", "pass")) and bool(_CALLED.fullmatch(value))
