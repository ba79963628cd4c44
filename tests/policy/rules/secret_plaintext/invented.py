"""Invented secrets for the tests of the family."""

from __future__ import annotations

SURE = (
    "DB_PASSWORD", "dbPassword", "db-password", "PGPASSWORD", "MYSQL_ROOT_PASSWD", "SMTP_PASS", "DB_PASS_2", "PWD",
    "passphrase", "API_TOKEN", "githubToken", "AUTH_TOKENS", "clientSecret", "CLIENT_SECRET_PROD", "SECRETS",
    "SECRET_KEY_BASE", "AWS_SECRET_ACCESS_KEY", "apiKey", "APIKEY", "x-api-key", "PRIVATE_KEY", "SIGNING_KEYS",
    "ENCRYPTION_KEY_V2", "DB_CREDENTIALS", "CREDS", "spring.datasource.password", "WIFI_PSK", "ADMIN_PW",
)  # fmt: skip
