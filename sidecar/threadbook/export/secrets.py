"""Finds secrets in prose, code, commands and their outputs, by their known shapes.

Ours, for what conversations hold and scanners of files do not look for: names of keys,
headers, options of commands, escaped JSON, keys whose end is missing. `kept.py` adds
the shapes that gitleaks keeps. docs/export.md has what else was measured, and why not.

What has no shape (a hash, an id, a random string that nothing names) is left alone:
transcripts are full of commit ids and checksums.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of secret."""

    name: str
    """What the mask says: `[masked:<name>]`."""
    pattern: re.Pattern[str]
    """What is masked is group `secret`, or all of it where there is no such group."""
    needles: tuple[str, ...]
    """In lower case; a text that holds none of them is not searched."""
    accept: Callable[[str], bool] | None = None
    """Whether what was found is a secret indeed."""
    any_case: bool = False
    """The pattern is for text in lower case: `re.IGNORECASE` takes twice as long."""
    alone: bool = False
    """It is none in the middle of a word. Told apart here since a pattern that
    begins with its own first characters is found many times faster."""

    def span(self, match: re.Match[str]) -> tuple[int, int]:
        """Return where in a match the secret is: in a group, if there is one."""
        if "secret" in self.pattern.groupindex:
            return match.span("secret")
        groups = range(1, self.pattern.groups + 1)
        return match.span(next((group for group in groups if match[group]), 0))


def _token(name: str, pattern: str, *needles: str) -> Shape:
    return Shape(name, re.compile(pattern), needles, alone=True)


def _named(
    name: str,
    pattern: str,
    *needles: str,
    accept: Callable[[str], bool] | None = None,
) -> Shape:
    return Shape(
        name, re.compile(pattern), needles, accept or is_no_placeholder, any_case=True
    )


_PLACEHOLDER = re.compile(
    r"""^(?:
        [*.•xX_-]+ | \[[^\]]*\] | <[^>]*>? | \$.* | %.*% | \{\{?.* | @\w+@
        | (?:your|my|some|the|a|insert|enter|replace)[-_ ].*
        | (?:process\.env|os\.environ|os\.getenv|env|import\.meta|secrets|self|this
            |config|settings|args|props|params|request|req|options|data)[.\[(].*
        | null | none | nil | undefined | true | false | string | str | bytes | number
        | secret | token | password | passwd | pass | pwd | key | value | example
        | required | optional | redacted | masked | hidden | change_?me | todo | n/a
    )[;,.]?$""",
    re.IGNORECASE | re.VERBOSE,
)
_LETTER = re.compile(r"[A-Za-z]")
_DIGIT = re.compile(r"\d")


def is_no_placeholder(found: str) -> bool:
    """Tell a value from what stands in its place: `<your key>`, `${KEY}`, `xxxx`."""
    return _PLACEHOLDER.match(found.strip()) is None


def _is_key(found: str) -> bool:
    """Tell a key from a word, a name or a path that stands where a key might."""
    return (
        is_no_placeholder(found)
        and _DIGIT.search(found) is not None
        and _LETTER.search(found) is not None
        and not found.startswith(("/", "./", "../", "~", "http://", "https://"))
    )


def _is_password(found: str) -> bool:
    return is_no_placeholder(found) and not found.startswith(("/", "./", "~"))


_QUOTE = r"""\\{0,3}["'`]"""
_GIVES = (
    rf"(?:{_QUOTE})?\s{{0,4}}"
    r"(?::\s{0,4}[\w.\[\] |]{1,40}=|=>|:=|=|:)\s{0,4}"
)
"""Between a name and its value: `=`, `: `, `": "`, also inside escaped JSON,
and `: string = `."""
_KEY_NAME = (
    r"(?:api[_-]?key|apikey|access[_-]?key|secret[_-]?key|private[_-]?key"
    r"|signing[_-]?key|encryption[_-]?key|account[_-]?key|master[_-]?key"
    r"|auth[_-]?key|client[_-]?secret|secret|token|credentials?)"
)
_PHRASE_NAME = r"(?:password|passwd|passphrase|[_-]pwd|[_-]pass)"
_KEY_NEEDLES = ("key", "secret", "token", "credential")
_PHRASE_NEEDLES = ("passw", "passphrase", "pwd", "_pass", "-pass")
_BARE = r"""[^\s"'`,;(){}<>\[\]\\|&]"""
"""A character of a value without quotes."""

SHAPES: Final = (
    Shape(
        "private-key",
        re.compile(
            r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
            r"(?P<secret>[\sA-Za-z0-9+/=\\|>:,.()-]{40,}?)"
            r"(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
            r"|(?=[^\sA-Za-z0-9+/=\\|>:,.()-])|\Z)"
        ),
        ("private key",),
    ),
    _token("age-key", r"AGE-SECRET-KEY-1[0-9A-Z]{58}", "age-secret-key"),
    _token(
        "AWS-key",
        r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b",
        "akia",
        "asia",
        "abia",
        "acca",
    ),
    _token(
        "GitHub-token",
        r"gh[pousr]_[A-Za-z0-9]{36,255}",
        "ghp_",
        "gho_",
        "ghu_",
        "ghs_",
        "ghr_",
    ),
    _token("GitHub-token", r"github_pat_\w{22,255}", "github_pat_"),
    _token(
        "GitLab-token",
        r"gl(?:pat|ptt|dt|rt|cbt|soat|imt|agent|oas|ft|ffct)-[\w.=-]{20,}",
        "glpat-",
        "glptt-",
        "gldt-",
        "glrt-",
        "glcbt-",
        "glsoat-",
        "glimt-",
        "glagent-",
        "gloas-",
        "glft-",
        "glffct-",
    ),
    _token("Slack-token", r"x(?:ox[abeoprs]|app)-[\w-]{10,}", "xox", "xapp-"),
    Shape(
        "Slack-webhook",
        re.compile(r"hooks\.slack\.com/(?:services|workflows)/(?P<secret>[\w/-]{20,})"),
        ("hooks.slack.com",),
    ),
    Shape(
        "Discord-webhook",
        re.compile(r"discord(?:app)?\.com/api/webhooks/(?P<secret>\d+/[\w-]{20,})"),
        ("/api/webhooks/",),
    ),
    _token(
        "Discord-token", r"[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,40}", "discord", "bot"
    ),
    _token("Telegram-token", r"\d{8,10}:AA[\w-]{33}\b", ":aa"),
    # OpenAI, Anthropic, OpenRouter, DeepSeek and others who took over the shape.
    _token("API-key", r"sk-(?=[\w-]{0,200}\d)[\w-]{20,}", "sk-"),
    _token("Stripe-key", r"(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}", "k_live", "k_te"),
    _token("webhook-secret", r"whsec_[A-Za-z0-9+/=]{24,}", "whsec_"),
    _token("Google-key", r"AIza[\w-]{35}", "aiza"),
    _token("Google-token", r"ya29\.[\w-]{20,}", "ya29."),
    _token("Google-secret", r"GOCSPX-[\w-]{20,}", "gocspx-"),
    _token("npm-token", r"npm_[A-Za-z0-9]{36}", "npm_"),
    _token("PyPI-token", r"pypi-[\w-]{60,}", "pypi-"),
    _token("RubyGems-key", r"rubygems_[0-9a-f]{48}", "rubygems_"),
    _token("crates.io-token", r"cio[A-Za-z0-9]{32}\b", "crates", "cargo"),
    _token("Docker-token", r"dckr_(?:pat|oat)_[\w-]{24,}", "dckr_"),
    _token("Hugging-Face-token", r"(?:hf|api_org)_[A-Za-z0-9]{30,}", "hf_", "api_org_"),
    _token("Groq-key", r"gsk_[A-Za-z0-9]{40,}", "gsk_"),
    _token("xAI-key", r"xai-[A-Za-z0-9]{60,}", "xai-"),
    _token("Replicate-token", r"r8_[A-Za-z0-9]{37}", "r8_"),
    _token("Perplexity-key", r"pplx-[A-Za-z0-9]{40,}", "pplx-"),
    _token("SendGrid-key", r"SG\.[\w-]{16,32}\.[\w-]{16,64}", "sg."),
    _token("Mailgun-key", r"key-[0-9a-f]{32}\b", "key-"),
    _token("Twilio-key", r"SK[0-9a-f]{32}\b", "twilio"),
    _token("DigitalOcean-token", r"do[opr]_v1_[a-f0-9]{64}", "_v1_"),
    _token(
        "Shopify-token",
        r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}",
        "shpat_",
        "shpca_",
        "shppa_",
        "shpss_",
    ),
    _token("Databricks-token", r"dapi[a-f0-9]{32}(?:-\d)?", "dapi"),
    _token("Linear-key", r"lin_(?:api|oauth)_[A-Za-z0-9]{32,}", "lin_"),
    _token("Notion-token", r"(?:ntn|secret)_[A-Za-z0-9]{40,}", "ntn_", "secret_"),
    _token("Vault-token", r"hv[sbr]\.[\w-]{24,}", "hvs.", "hvb.", "hvr."),
    _token("Terraform-token", r"[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,}", ".atlasv1."),
    _token("Pulumi-token", r"pul-[a-f0-9]{40}\b", "pul-"),
    _token("Grafana-token", r"gl(?:sa|c)_[A-Za-z0-9_+/=]{32,}", "glsa_", "glc_"),
    _token("Sentry-token", r"sntry[su]_[\w+/=]{40,}", "sntry"),
    _token("Postman-key", r"PMAK-[a-f0-9]{24}-[a-f0-9]{34}", "pmak-"),
    _token("Figma-token", r"figd_[\w-]{36,}", "figd_"),
    _token("Supabase-key", r"sb(?:p|_secret)_[A-Za-z0-9_]{20,}", "sbp_", "sb_secret_"),
    _token("Tailscale-key", r"tskey-[a-z]+-[\w-]{16,}", "tskey-"),
    _token("JWT", r"eyJ[\w-]{8,1000}\.eyJ[\w-]{8,}(?:\.[\w-]*)?", ".eyj"),
    Shape(
        "Azure-key",
        re.compile(r"AccountKey=(?P<secret>[A-Za-z0-9+/]{60,}={0,2})"),
        ("accountkey=",),
    ),
    Shape(
        "Azure-signature",
        re.compile(r"[?&]sig=(?P<secret>[\w%+/=-]{20,})"),
        ("sig=",),
    ),
    _named(
        "password-in-an-address",
        r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@\"'`<>]{0,80}:"
        r"(?P<secret>[^\s/@\"'`<>]{1,200})@",
        "://",
    ),
    _named(
        "authorization",
        rf"authorization{_GIVES}(?:{_QUOTE})?"
        r"(?:(?:bearer|basic|token|digest|negotiate|apikey)\s+)?"
        r"(?P<secret>[\w.~+/=-]{8,})",
        "authorization",
    ),
    _named(
        "bearer-token",
        r"bearer\s+(?P<secret>[\w.~+/=-]{16,})",
        "bearer",
        accept=_is_key,
    ),
    _named(
        "cookie",
        r"cookie:[ \t]*(?P<secret>[^\s\"'`][^\n\"'`]{3,4000})",
        "cookie:",
    ),
    _named(
        "password",
        r"\s(?:-u|--user|--proxy-user)[ =](?:\\{0,3}[\"'])?[^\s:\"']{1,80}:"
        r"(?P<secret>[^\s\"'\\]{1,200})",
        " -u",
        "-user",
    ),
    _named(
        "password",
        r"\s--?[a-z-]{0,40}(?:password|passwd|passphrase|token|secret"
        r"|api-?key|access-?key)(?:=|\s+)(?:\\{0,3}[\"'])?"
        r"(?P<secret>[^\s\"'\\|&;-][^\s\"'\\|&;]{3,})",
        "--",
        "-p",
    ),
    _named(
        "password",
        rf"{_PHRASE_NAME}{_GIVES}"
        r"\\{0,3}[\"'`](?P<secret>[^\n\"'`]{1,300}?)\\{0,3}[\"'`]",
        *_PHRASE_NEEDLES,
        accept=_is_password,
    ),
    # A line of an `.env` file or of `env`'s output: whatever stands there is it.
    Shape(
        "password",
        re.compile(
            rf"(?:PASSWORD|PASSWD|PASSPHRASE|_PWD|_PASS)=(?P<secret>{_BARE}{{3,}})"
        ),
        ("passw", "passphrase", "_pwd=", "_pass="),
        _is_password,
    ),
    _named(
        "password",
        rf"{_PHRASE_NAME}{_GIVES}(?P<secret>{_BARE}{{6,}})",
        *_PHRASE_NEEDLES,
        accept=_is_key,
    ),
    _named(
        "password",
        r"pass(?:word|phrase|wd)\s+(?:is|was|:)\s+[\"'`]?(?P<secret>[^\s\"'`]{4,})",
        "passw",
        "passphrase",
        accept=_is_key,
    ),
    _named(
        "secret",
        rf"{_KEY_NAME}{_GIVES}"
        r"\\{0,3}[\"'`](?P<secret>[^\s\"'`\\]{8,})\\{0,3}[\"'`]",
        *_KEY_NEEDLES,
        accept=_is_key,
    ),
    _named(
        "secret",
        rf"{_KEY_NAME}{_GIVES}(?P<secret>{_BARE}{{12,}})",
        *_KEY_NEEDLES,
        accept=_is_key,
    ),
)
"""Specific shapes first: what one of them masked is no longer seen by a general one."""
