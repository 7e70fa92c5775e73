"""A docker engine and a base image for the tests: what is there, or what this machine can make.

Must not know: what is tested. Invariants: an engine that answers is used as it is; what is started
or made here is stopped and removed in the end; certificates and package settings of this machine
get into the image that packages are fetched on, and into nothing else.
"""

import ast
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from node.supervisor import dying_with
from node.testnet import wait_until

ROOT = Path(__file__).resolve().parent.parent
BASE, BUILD_BASE = "tonne-test-base:latest", "tonne-test-build-base:latest"
SUITES = {"debian": "bookworm", "ubuntu": "noble"}  # releases whose Python is 3.11 or 3.12
BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
# Tried one after the other: containers and virtual machines lack now this, now that.
FLAGS: Sequence[Sequence[str]] = (
    (),
    ("--storage-driver=vfs",),
    ("--iptables=false", "--ip-masq=false"),
    ("--iptables=false", "--ip-masq=false", "--storage-driver=vfs"),
)
PASSED_ON = (
    *("GOPROXY", "GOSUMDB", "GONOSUMDB", "GONOPROXY", "GOPRIVATE", "GOINSECURE"),
    *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"),
)
ANSWER_S, STOP_S, INSTALL_S, PULL_S, MAKE_S = 30.0, 40.0, 240.0, 120.0, 300.0

Say = Callable[[str], None]


class NotAvailableError(Exception):
    """No docker can be had here; the text says why."""


def answers() -> bool:
    """Tell whether a docker engine answers this user."""
    if shutil.which("docker") is None:
        return False
    return _quiet(["docker", "version", "--format", "{{.Server.Version}}"], ANSWER_S) is not None


def has_compose() -> bool:
    """Tell whether compose is here in one of its two forms."""
    return (
        shutil.which("docker-compose") is not None
        or _quiet(["docker", "compose", "version"], ANSWER_S) is not None
    )


@contextlib.contextmanager
def engine(say: Say) -> Iterator[None]:
    """Have an engine answer within: the one that does, or one of our own."""
    needed = [] if answers() or shutil.which("dockerd") else ["docker.io", "iptables"]
    needed += [] if has_compose() else ["docker-compose"]
    if needed:
        _install(say, needed)
    if answers():
        yield
        return
    folder = Path(tempfile.mkdtemp(prefix="tonne-docker-"))
    before = os.environ.get("DOCKER_HOST")
    os.environ["DOCKER_HOST"] = f"unix://{folder}/docker.sock"
    try:
        process = _start(folder, say)
        try:
            yield
        finally:
            say("stopping the docker engine")
            _stop(process)
    finally:
        _forget(folder)
        os.environ.pop("DOCKER_HOST")
        if before is not None:
            os.environ["DOCKER_HOST"] = before


def _install(say: Say, packages: Sequence[str]) -> None:
    """Install packages of the distribution, where we may and nothing has to go for them."""
    missing = f"{', '.join(packages)}: missing here"
    if os.geteuid() != 0:
        raise NotAvailableError(f"{missing}, and only root can install")
    if shutil.which("apt-get") is None:
        raise NotAvailableError(f"{missing}, and there is no apt-get")
    say(f"installing {', '.join(packages)}")
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["install", "-y", "--no-remove", "--no-install-recommends", *packages]
    for words in (["update"], install):
        try:
            _checked(["apt-get", "-q", *words], INSTALL_S, environ)
        except _FailedError as failed:
            raise NotAvailableError(f"apt-get {words[0]} failed: {failed}") from None


def _start(folder: Path, say: Say) -> "subprocess.Popen[bytes]":
    if os.geteuid() != 0 or shutil.which("dockerd") is None:
        raise NotAvailableError("no docker engine answers, and only root can start one")
    last = ""
    for flags in FLAGS:
        say(f"starting dockerd {' '.join(flags)}".rstrip())
        log = folder / "dockerd.log"
        with log.open("wb") as stream:
            process = subprocess.Popen(
                [
                    *("dockerd", "--host", os.environ["DOCKER_HOST"], "--bridge=none"),
                    *("--data-root", f"{folder}/data", "--exec-root", f"{folder}/exec"),
                    *("--pidfile", f"{folder}/pid", *flags),
                ],
                stdout=stream,
                stderr=stream,
                start_new_session=True,
                preexec_fn=dying_with(os.getpid(), signal.SIGTERM),  # noqa: PLW1509 - two calls
            )
        try:
            with contextlib.suppress(TimeoutError):
                wait_until(
                    lambda: process.poll() is not None or answers(),  # noqa: B023 - called at once
                    "dockerd answers",
                    ANSWER_S,
                )
            if process.poll() is None and answers():
                return process
        except BaseException:
            _stop(process)
            raise
        _stop(process)
        last = log.read_text(errors="replace").strip().splitlines()[-1:][0]
    raise NotAvailableError(f"dockerd does not start here: {last}")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # its containerd too
        process.wait()


def _forget(folder: Path) -> None:
    """Remove a folder of ours; nothing that is mounted below it, not even when it stays mounted."""
    for place in reversed(mounted_below(folder)):
        _quiet(["umount", "--lazy", place], ANSWER_S)
    if not mounted_below(folder):
        shutil.rmtree(folder, ignore_errors=True)


def mounted_below(folder: Path) -> list[str]:
    """Return what is mounted in a folder, in the order of mounting."""
    lines = Path("/proc/mounts").read_text(encoding="utf-8").splitlines()
    places = [line.split()[1] for line in lines]
    return [
        place for place in places if Path(place) != folder and Path(place).is_relative_to(folder)
    ]


# ---- base images ----


@contextlib.contextmanager
def base_images(say: Say) -> Iterator[list[str]]:
    """Give options of `docker build` that name a base image and one that fetches packages."""
    scratch = Path(tempfile.mkdtemp(prefix="tonne-base-"))
    try:
        base = _pulled(say) or _made(scratch, say)
        folder = scratch / "build"
        folder.mkdir()
        write_build_base(folder, base, os.environ)
        _docker("build", "--network", "host", "-t", BUILD_BASE, str(folder))
        arguments = ["--build-arg", f"BASE={base}", "--build-arg", f"BUILD_BASE={BUILD_BASE}"]
        yield ["--network", "host", *arguments]
    finally:
        for image in (BUILD_BASE, BASE):
            _quiet(["docker", "rmi", "--force", image], STOP_S)
        _forget(scratch)


def default_base() -> str:
    """Return the base image that the Dockerfile names."""
    found = re.search(r"^ARG BASE=(\S+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert found is not None, "the Dockerfile has its base image as an argument"
    return found[1]


def _pulled(say: Say) -> str:
    """Return the default base image when it is here or can be pulled; else an empty text."""
    name = default_base()
    if _quiet(["docker", "image", "inspect", name], ANSWER_S) is not None:
        return name
    say(f"pulling {name}")
    return name if _quiet(["docker", "pull", "--quiet", name], PULL_S) is not None else ""


def _made(scratch: Path, say: Say) -> str:
    """Make a base image from the packages of the distribution."""
    if os.geteuid() != 0:
        raise NotAvailableError(f"{default_base()} cannot be pulled, and only root can make one")
    suite, mirror = _distribution()
    if shutil.which("debootstrap") is None:
        _install(say, ["debootstrap"])
    say(f"it cannot be pulled: making a base image of {suite} with debootstrap")
    tree = scratch / "base"
    include = "--include=ca-certificates,python3,python3-venv"
    words = ["debootstrap", "--variant=minbase", include, suite, str(tree), mirror]
    try:
        _checked(words, MAKE_S, os.environ)
        with subprocess.Popen(["tar", "-C", str(tree), "-c", "."], stdout=subprocess.PIPE) as tar:
            imported = ["docker", "import", "-", BASE]
            subprocess.run(imported, stdin=tar.stdout, capture_output=True, check=True)
    except (_FailedError, subprocess.CalledProcessError) as error:
        raise NotAvailableError(f"no base image could be made: {error}") from None
    return BASE


def _distribution() -> tuple[str, str]:
    """Return a release of this machine's distribution, and where its packages come from."""
    rows = dict(
        line.split("=", 1)
        for line in Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
        if "=" in line
    )
    suite = SUITES.get(rows.get("ID", "").strip('"'), "")
    form = "$(REPO_URI) $(RELEASE) $(COMPONENT)"
    known = ["apt-get", "indextargets", "--format", form, "Created-By: Packages"]
    mirror = chosen_mirror(
        _quiet(known, ANSWER_S) or "", rows.get("VERSION_CODENAME", "").strip('"')
    )
    if not suite or not mirror:
        raise NotAvailableError(
            "no base image can be pulled, and this is neither Debian nor Ubuntu"
        )
    return suite, mirror


def chosen_mirror(targets: str, codename: str) -> str:
    """Return the first mirror of the release itself; a target is `uri release component`."""
    for line in targets.splitlines():
        uri, _, rest = line.partition(" ")
        if rest == f"{codename} main":
            return uri
    return ""


def write_build_base(folder: Path, base: str, environ: Mapping[str, str]) -> None:
    """Write a Dockerfile that adds to `base` how this machine reaches package registries."""
    lines = [f"FROM {base}"]
    bundle = Path(environ.get("SSL_CERT_FILE") or BUNDLE)
    if bundle.is_file():
        shutil.copyfile(bundle, folder / "bundle.crt")
        lines.append(f"COPY bundle.crt {BUNDLE}")
        lines += [f"ENV {name}={BUNDLE}" for name in ("SSL_CERT_FILE", "PIP_CERT")]
    (folder / "pip.conf").write_text(pip_settings(), encoding="utf-8")
    lines.append("COPY pip.conf /etc/pip.conf")
    for name in PASSED_ON:
        value = environ.get(name, "") or _go_setting(name)
        if value:
            escaped = re.sub(r'(["\\$])', r"\\\1", value)
            lines.append(f'ENV {name}="{escaped}"')
    (folder / "Dockerfile").write_text("\n".join(lines) + "\n", encoding="utf-8")


def pip_settings() -> str:
    """Return pip.conf with what pip is told here, but for paths of this machine."""
    kept: dict[str, dict[str, str]] = {}
    listed = _quiet([sys.executable, "-m", "pip", "config", "list"], ANSWER_S) or ""
    for line in listed.splitlines():
        name, _, value = line.partition("=")
        section, _, key = name.rpartition(".")
        text = str(ast.literal_eval(value))
        if key and not text.startswith(("/", "~", "file:")):
            kept.setdefault("global" if section == ":env:" else section, {})[key] = text
    rows: list[str] = []
    for section, values in kept.items():
        rows.append(f"[{section}]")
        for key, text in values.items():
            rows.append(f"{key} = " + text.replace("\n", "\n    "))
    return "\n".join(rows) + "\n"


def _go_setting(name: str) -> str:
    if not name.startswith("GO") or shutil.which("go") is None:
        return ""
    return (_quiet(["go", "env", name], ANSWER_S) or "").strip()


# ---- commands ----


class _FailedError(Exception):
    """A command failed; the text is its last line."""


def _checked(command: Sequence[str], limit_s: float, environ: Mapping[str, str]) -> str:
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=limit_s,
            env=environ,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _FailedError(f"{command[0]} took more than {limit_s:.0f} s") from None
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise _FailedError(f"{command[0]}: {' / '.join(last)}")
    return done.stdout


def _quiet(command: Sequence[str], limit_s: float) -> str | None:
    """Return what a command says; None when it fails, hangs or is not here."""
    try:
        return _checked(command, limit_s, os.environ)
    except (_FailedError, OSError):
        return None


def _docker(*words: str) -> None:
    try:
        _checked(["docker", *words], MAKE_S, os.environ)
    except _FailedError as failed:
        raise NotAvailableError(str(failed)) from None
