from __future__ import annotations

import random
import re
import string

import pytest
from scripts.take_gitleaks_rules import for_python

from threadbook.export.kept import entropy, kept_shapes
from threadbook.export.redact import Redactor
from threadbook.items import (
    CommandExecution,
    FileChange,
    FileDiff,
    Image,
    Text,
    ToolCall,
    UserMessage,
)

ALPHABET = string.ascii_letters + string.digits
LOWER = string.ascii_lowercase + string.digits


def fake(size: int, alphabet: str = ALPHABET) -> str:
    """Return a random string; made here, so that no scanner of ours finds a key."""
    chosen = random.Random(  # noqa: S311 - not a secret
        f"{size}{alphabet}"
    ).choices(alphabet, k=size - 2)
    return "".join(chosen) + "a7"


HEX = fake(64, "0123456789abcdef")
BASE64 = fake(86, ALPHABET + "+/")
JWT = f"eyJ{fake(20)}.eyJ{fake(60)}.{fake(43)}"
KEY_BODY = "\n".join(fake(64, ALPHABET + "+/") for _ in range(12))
PEM = f"-----BEGIN RSA PRIVATE KEY-----\n{KEY_BODY}\n-----END RSA PRIVATE KEY-----"

SECRETS = {
    "aws": (f"aws_access_key_id = AKIA{'Q2W3E4R5' * 2}", f"AKIA{'Q2W3E4R5' * 2}"),
    "aws secret": (f"aws_secret_access_key = {BASE64[:40]}", BASE64[:40]),
    "aws secret in env": (
        f"AWS_SECRET_ACCESS_KEY={BASE64[:40]}\nPATH=/bin",
        BASE64[:40],
    ),
    "github": (f"git clone https://x:ghp_{fake(36)}@github.com/a/b", fake(36)),
    "github fine-grained": (f"use github_pat_{fake(82)} please", fake(82)),
    "gitlab": (f"PRIVATE-TOKEN: glpat-{fake(20)}", fake(20)),
    "slack": (f'token: "xoxb-{fake(40)}"', fake(40)),
    "slack webhook": (
        f"curl https://hooks.slack.com/services/T0/B0/{fake(24)}",
        fake(24),
    ),
    "discord webhook": (
        f"https://discord.com/api/webhooks/123456/{fake(60)}",
        fake(60),
    ),
    "openai": (f"sk-proj-{fake(48)}", fake(48)),
    "openai in code": (f'client = OpenAI(api_key="sk-{fake(48)}")', fake(48)),
    "anthropic": (f"export ANTHROPIC_API_KEY=sk-ant-api03-{fake(90)}", fake(90)),
    "google": (f"https://maps/api?key=AIza{fake(35)}&q=1", fake(35)),
    "google oauth": (f"ya29.{fake(60)}", fake(60)),
    "stripe": (f"sk_live_{fake(24)}", fake(24)),
    "npm": (f"//registry/:_authToken=npm_{fake(36)}", fake(36)),
    "pypi": (f"TWINE_PASSWORD=pypi-{fake(150)}", fake(150)),
    "hugging face": (f"hf_{fake(34)}", fake(34)),
    "sendgrid": (f"SG.{fake(22)}.{fake(43)}", fake(43)),
    "digitalocean": (f"dop_v1_{HEX}", HEX),
    "telegram": (f"bot 123456789:AA{fake(33)}", fake(33)),
    "vault": (f"hvs.{fake(90)}", fake(90)),
    "age": (f"AGE-SECRET-KEY-1{fake(58).upper()}", fake(58).upper()),
    "jwt": (f"the cookie was {JWT} then", JWT),
    "private key": (f"cat id_rsa\n{PEM}\n$ ", KEY_BODY[:64]),
    "private key in json": (f'{{"key": "{PEM}"}}'.replace("\n", "\\n"), KEY_BODY[:64]),
    "private key in a diff": (
        "".join(f"+{line}\n" for line in PEM.splitlines()),
        KEY_BODY[65:129],
    ),
    "basic url": ("postgres://app:hunter2@db.internal:5432/shop", "hunter2"),
    "redis url": ("REDIS_URL=redis://:s3cr3tpw@cache:6379/0", "s3cr3tpw"),
    "authorization": (f"-H 'Authorization: Bearer {fake(40)}'", fake(40)),
    "authorization basic": (f"authorization: Basic {fake(24)}==", fake(24)),
    "bearer": (f'headers={{"auth": "Bearer {fake(40)}"}}', fake(40)),
    "cookie": (f"Cookie: theme=dark; session={fake(32)}", fake(32)),
    "curl user": ("curl -s -u admin:hunter2 http://localhost", "hunter2"),
    "flag": ("mysql --password=hunter2 shop", "hunter2"),
    "flag apart": (f"deploy --api-token {fake(30)} --now", fake(30)),
    "env password": ("DB_PASSWORD=correcthorse\nDEBUG=1", "correcthorse"),
    "quoted password": ('{"user": "a", "password": "hunter2"}', "hunter2"),
    "escaped json": ('"{\\"password\\": \\"hunter2\\"}"', "hunter2"),
    "yaml password": ("  password: hunter2hunter\n", "hunter2hunter"),
    "ruby": ("password => 'hunter2'", "hunter2"),
    "api key in code": (f'API_KEY = "{fake(32)}"', fake(32)),
    "api key in typescript": (f"const apiKey: string = '{fake(32)}';", fake(32)),
    "client secret": (f"client_secret: {fake(32)}", fake(32)),
    "said": ("my password is hunter2!", "hunter2!"),
    "azure": (f"AccountName=x;AccountKey={BASE64}==;Suffix=y", BASE64),
    "azure sas": (f"https://x.blob/a?sv=1&sig={fake(44)}%3D", fake(44)),
    "gpg": (
        PEM.replace("RSA PRIVATE KEY", "PGP PRIVATE KEY BLOCK"),
        KEY_BODY[:64],
    ),
    # Shapes that only gitleaks' list knows.
    "doppler": (f"DOPPLER=dp.pt.{fake(43)}", fake(43)),
    "dynatrace": (
        f"dt0c01.{fake(24, LOWER).upper()}.{fake(64, LOWER).upper()}",
        fake(64, LOWER).upper(),
    ),
    "planetscale": (f"mysql -p pscale_pw_{fake(43)} db", fake(43)),
    "easypost": (f"curl -u EZAK{fake(54)}: api", fake(54)),
    "named by its service": (f'dropbox_api = "{fake(15, LOWER)}"', fake(15, LOWER)),
    "named, in any case": (f'ALGOLIA_id: "{fake(32, LOWER)}"', fake(32, LOWER)),
}

INNOCENT = (
    f"sourcegraph checked out {HEX[:40]}",
    f"linear and discord at {HEX[:40]}",
    "Fix the token parser: the password field is required.",
    "const token = lexer.nextToken();",
    "password = getpass.getpass()",
    "password: str | None = None",
    "api_key=os.environ['API_KEY']",
    "apiKey: process.env.API_KEY",
    'API_KEY = "your-api-key-here"',
    "export TOKEN=$GITHUB_TOKEN",
    "--password <password>",
    'password="********"',
    "{ token: string; secret: string }",
    '"max_tokens": 4096, "total_tokens": 123456789012',
    "token_count: 1500000 tokens",
    f"commit {HEX[:40]}",
    f'"integrity": "sha512-{BASE64}=="',
    f"sha256:{HEX}",
    "019d1104-7f01-7bd4-bda5-1dd1c71f5aaa",
    "https://example.com/a/b?c=d#e and mailto:a@example.com",
    "git@github.com:owner/repo.git",
    "ssh://git@example.com/repo.git",
    "-----BEGIN PUBLIC KEY-----",
    "grep -rn 'BEGIN PRIVATE KEY' .",
    "The primary key: user_id",
    "src/secret-santa/token.ts",
    "sk-circle sk-fading-circle-with-a-long-name",
    "secret: ${{ secrets.DEPLOY_KEY_2 }}",
    "credentials: include",
    "app/home/page.tsx and src/home/index.html",
    "https://example.com/home/alice/photos",
    "the cookie banner",
)


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_a_secret_is_masked_wherever_it_stands(name: str) -> None:
    text, secret = SECRETS[name]

    redactor = Redactor()
    shown = redactor.text(f"before\n{text}\nafter")

    assert secret not in shown
    assert "[masked:" in shown
    assert shown.startswith("before")
    assert shown.endswith("after")
    assert redactor.masked >= 1


def test_a_private_key_is_masked_where_its_end_is_missing() -> None:
    shown = Redactor().text(f"$ head -5 key.pem\n{PEM[:300]}")

    assert not any(line in shown for line in KEY_BODY.splitlines())
    assert shown.startswith("$ head -5 key.pem\n-----BEGIN RSA PRIVATE KEY-----")


@pytest.mark.parametrize("text", INNOCENT)
def test_what_is_no_secret_stays(text: str) -> None:
    redactor = Redactor()

    assert redactor.text(text) == text
    assert redactor.masked == 0


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("cd /home/alice/work", "cd ~/work"),
        ("/home/alice", "~"),
        ("file:///home/alice/x", "file://~/x"),
        ("gcc -I/home/alice/include", "gcc -I~/include"),
        ("at /Users/Bob.Smith/a.ts:3", "at ~/a.ts:3"),
        (r"C:\Users\alice\code", r"~\code"),
        (r'{"cwd":"C:\\Users\\alice\\code"}', r'{"cwd":"~\\code"}'),
        ("c:/Users/alice/code", "~/code"),
        ("/mnt/c/Users/alice/x", "~/x"),
        ("/c/Users/alice/x", "~/x"),
        (
            "vscode-remote://ssh-remote+box/home/alice/x",
            "vscode-remote://ssh-remote+box~/x",
        ),
        ("PATH=/home/a/bin:/home/b/bin", "PATH=~/bin:~/bin"),
        ("/data/people/carol/notes", "~/notes"),
        ("/data/people/caroline", "/data/people/caroline"),
        ("/data/people/carol.", "~."),
    ],
)
def test_a_home_folder_is_a_tilde(text: str, shown: str) -> None:
    assert Redactor(["/data/people/carol"]).text(text) == shown


def test_masking_twice_is_masking_once() -> None:
    redactor = Redactor(["/data/people/carol"])
    once = [redactor.text(text) for text, _ in SECRETS.values()]

    assert [redactor.text(text) for text in once] == once


def test_every_text_of_an_item_is_masked_and_its_id_and_numbers_stay() -> None:
    secret = f"ghp_{fake(36)}"
    text = Text(f"see {secret}", 100)
    found = (
        UserMessage(
            item_id="u", at=5, text=text, images=(Image(None, 0, path="/home/a/x"),)
        ),
        CommandExecution(
            item_id="c", command=f"echo {secret}", cwd="/home/a", output=text
        ),
        FileChange(item_id="f", changes=(FileDiff(f"/home/a/{secret}", "add", text),)),
        ToolCall(item_id="t", tool="x", arguments=text, result=text),
    )

    masked = Redactor().value(found)

    assert secret not in repr(masked)
    assert "/home/a" not in repr(masked)
    assert [item.item_id for item in masked] == ["u", "c", "f", "t"]
    assert masked[0].at == 5
    shown = masked[0].text
    assert shown.bytes == len(shown.text)


def test_an_embedded_picture_is_left_as_it_is() -> None:
    url = f"data:image/png;base64,AKIA{'Q2W3E4R5' * 2}ghp_{fake(36)}"
    image = Image("image/png", 9, path="/home/a/x.png", url=url)

    assert Redactor().value(image) == Image("image/png", 9, path="~/x.png", url=url)


def test_json_is_masked_at_any_depth_but_not_its_keys() -> None:
    value = {"password": [{"cwd": "/home/a/x", "count": 3, "none": None}]}

    assert Redactor().value(value) == {
        "password": [{"cwd": "~/x", "count": 3, "none": None}]
    }


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "hostile",
    [
        "a" * 300_000,
        "eyJ" * 100_000,
        "password" * 40_000,
        "token=" * 50_000,
        "https://" * 40_000,
        "-----BEGIN PRIVATE KEY-----" * 10_000,
        "/home/" * 50_000,
        "\\" * 300_000,
        "Cookie: " * 40_000,
        " -u " * 80_000,
        f"sk-{'-' * 300_000}",
        "discord " * 40_000,
        f"authress_{'a.' * 150_000}",
        f"meraki{' ' * 300_000}",
        f"private_key linear{'-' * 300_000}=",
    ],
    ids=lambda text: text[:12],
)
def test_no_text_takes_long(hostile: str) -> None:
    assert Redactor(["/root"]).text(hostile) is not None


def test_every_rule_of_gitleaks_can_be_found() -> None:
    needles = {
        needle: shape.name
        for needle in ("dp.pt.", "fio-u-", "shppa_", "xkeysib-")
        for shape in kept_shapes(f"before {needle} behind")
    }

    assert set(needles) == {"dp.pt.", "fio-u-", "shppa_", "xkeysib-"}
    assert entropy("aaaa") == 0
    assert entropy("abcd") == 2


def test_a_flag_in_the_middle_reaches_to_the_end_of_its_group() -> None:
    pattern = for_python(r"(A(?i)b[\)(?i)](?:c))D\z")

    assert pattern == r"(A(?i:b[\)(?i)](?:c)))D\Z"
    assert re.fullmatch(pattern, "AB)CD")
    assert not re.fullmatch(pattern, "aB)CD")
    assert not re.fullmatch(pattern, "AB)Cd")
