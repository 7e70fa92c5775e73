"""config/tonne.toml: what is read of it, and every slip of the pen that is refused."""

import re
from dataclasses import asdict
from pathlib import Path

import pytest

from node import settings
from node.settings import Limits, SettingsFault, Tls

ENGINE = '[engine]\nrpc = "http://127.0.0.1:1"\n'
TLS = '[gateway.tls]\ncertificate = "c.pem"\nkey = "/k.pem"\n'


def read(home: Path, gateway: str) -> settings.Gateway:
    (home / "config").mkdir(exist_ok=True)
    settings.path_of(home).write_text(f"{ENGINE}[gateway]\n{gateway}")
    return settings.gateway(home)


def test_what_is_left_out_has_a_default(tmp_path: Path) -> None:
    found = read(tmp_path, 'address = "127.0.0.1:9090"\n')
    assert found.limits == Limits()
    assert (found.tls, found.metrics, found.plain_text) == (None, "", False)


def test_files_of_tls_are_of_the_home_unless_they_say_otherwise(tmp_path: Path) -> None:
    text = f'address = "0.0.0.0:9090"\noperators = "0.0.0.0:9091"\n{TLS}client_ca = "o.pem"\n'
    found = read(tmp_path, text)
    assert found.tls == Tls(tmp_path / "c.pem", Path("/k.pem"), tmp_path / "o.pem")
    assert found.operators == "0.0.0.0:9091"


def test_a_limit_may_be_set(tmp_path: Path) -> None:
    found = read(tmp_path, 'address = "127.0.0.1:1"\n[gateway.limits]\nqueue = 7\n')
    assert found.limits == Limits(queue=7)


@pytest.mark.parametrize("address", ["0.0.0.0:9090", "[::]:9090", "10.0.0.1:9090", "node0:9090"])
def test_plain_text_beyond_this_machine_must_be_meant(tmp_path: Path, address: str) -> None:
    with pytest.raises(SettingsFault, match=r"\[gateway.tls\].*plain_text = true"):
        read(tmp_path, f'address = "{address}"\n')
    assert read(tmp_path, f'address = "{address}"\nplain_text = true\n').plain_text
    assert read(tmp_path, f'address = "{address}"\n{TLS}').tls is not None


@pytest.mark.parametrize("address", ["127.0.0.1:9090", "127.8.8.8:9090", "[::1]:9", "localhost:9"])
def test_plain_text_on_this_machine_needs_no_word(tmp_path: Path, address: str) -> None:
    assert read(tmp_path, f'address = "{address}"\n').address == address


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('address = "127.0.0.1:1"\nplaintext = true', "plaintext is not known"),
        ('address = "127.0.0.1:1"\nplain_text = "yes"', "plain_text must be true or false"),
        (f'address = "127.0.0.1:1"\nplain_text = true\n{TLS}', "exclude each other"),
        ('address = "127.0.0.1:1"\n[gateway.tls]\ncertificate = "c"', r"\[gateway.tls\] key"),
        (f'address = "127.0.0.1:1"\n{TLS}ca = "x"', r"\[gateway.tls\] ca is not known"),
        ('address = "127.0.0.1:1"\noperators = "127.0.0.1:2"', "mutual TLS only"),
        (f'address = "127.0.0.1:1"\noperators = "127.0.0.1:2"\n{TLS}', "mutual TLS only"),
        (f'address = "127.0.0.1:1"\n{TLS}client_ca = "x"', "say where they are served"),
        ('address = "127.0.0.1:1"\ntls = "on"', r"\[gateway.tls\] must be a table"),
        ('address = "127.0.0.1:1"\n[gateway.limits]\nqueue = 0', "whole number of 1 or more"),
        ('address = "127.0.0.1:1"\n[gateway.limits]\nqueue = true', "whole number of 1 or more"),
        ('address = "127.0.0.1:1"\n[gateway.limits]\nqueues = 3', "queues is not known"),
        ("address = 3", r"\[gateway\] address must be a text"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(SettingsFault, match=reason):
        read(tmp_path, text)


def test_the_page_tells_the_defaults_of_all_limits() -> None:
    page = (Path(__file__).parents[2] / "docs" / "OPERATIONS.md").read_text()
    rows = page.partition("## Limits")[2]
    told = dict(re.findall(r"^\| `(\w+)` \| (\d+) \| ", rows, re.MULTILINE))
    assert told == {name: str(value) for name, value in asdict(Limits()).items()}
