"""Django's own checks for deployment on production settings with throw-away secrets (part of `make check`)."""

import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def environment(folder):
    """A complete production environment; nothing of it is kept."""
    from cryptography.fernet import Fernet

    return {
        "PATH": os.environ["PATH"],
        "XUELIN_MODE": "production",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "IDENTITY_KEYS": Fernet.generate_key().decode(),
        "IDENTITY_HASH_KEY": secrets.token_urlsafe(40),
        "ALLOWED_HOSTS": "xuelin.example.cn",
        "SITE_URL": "https://xuelin.example.cn",
        "DATABASE_URL": f"sqlite:///{folder}/check.sqlite3",
        "EMAIL_URL": "smtps://user:password@mail.example.cn:465",
        "SMS_BACKEND": "notifications.sms.GatewayBackend",
        "SMS_GATEWAY_URL": "https://sms.example.cn/send",
        "SMS_GATEWAY_KEY": "xuelin",
        "SMS_GATEWAY_SECRET": secrets.token_urlsafe(40),
        "PROXY_COUNT": "1",
    }


def main():
    """Run the checks; the exit code is theirs."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
        return subprocess.run(command, cwd=ROOT, env=environment(folder)).returncode


if __name__ == "__main__":
    sys.exit(main())
