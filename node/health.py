"""`python -m node.health --home H`: whether the gateway of a home calls itself healthy.

Must not know: what makes it so. Invariants: it ends within its time, whatever the gateway does; of
a gateway with TLS it accepts no certificate but the one in the home.
"""

import argparse
import socket
import ssl
import sys
from pathlib import Path
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from node import settings
from node.home import LOOPBACK

ASK_S = 5.0
ANY_HOST = ("0.0.0.0", "[::]")  # noqa: S104 - what a home may say, bound by nobody here


def near(address: str) -> str:
    """Return where a gateway that listens at `address` is reached from its own machine."""
    host, _, port = address.rpartition(":")
    return f"{LOOPBACK}:{port}" if host in ANY_HOST else address


def state(address: str, certificate: Path | None = None) -> str:
    """Return what a gateway says of itself, SERVING when all is well, or why it says nothing."""
    try:
        with _channel(address, certificate) as channel:
            reply = health_pb2_grpc.HealthStub(channel).Check(
                health_pb2.HealthCheckRequest(), timeout=ASK_S
            )
    except grpc.RpcError as error:
        return f"no answer at {address} ({error.code().name})"
    except OSError as error:  # an SSLError is one
        return f"no answer at {address} ({error})"
    return str(health_pb2.HealthCheckResponse.ServingStatus.Name(reply.status))


def _channel(address: str, certificate: Path | None) -> Any:  # noqa: ANN401 - grpc is untyped
    if certificate is None:
        return grpc.insecure_channel(address)
    name = ("grpc.ssl_target_name_override", _name_shown(address, certificate))
    return grpc.secure_channel(
        address, grpc.ssl_channel_credentials(certificate.read_bytes()), [name]
    )


def _name_shown(address: str, certificate: Path) -> str:
    """Return a name of the certificate that a gateway shows; it must be the one in the file."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False  # which names it has is what is asked here
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    context.load_verify_locations(certificate)
    context.set_alpn_protocols(["h2"])
    host, _, port = address.rpartition(":")
    place = (host.strip("[]"), int(port))
    with socket.create_connection(place, ASK_S) as plain, context.wrap_socket(plain) as secured:
        rows: Any = (secured.getpeercert() or {}).get("subjectAltName", ())
    return str(rows[0][1]) if rows else host


def main(arguments: list[str] | None = None) -> int:
    """Print what the gateway says; 0 when it serves, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="python -m node.health", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="the node's home folder")
    options = parser.parse_args(arguments)
    try:
        own = settings.gateway(options.home)
        said = state(near(own.address), own.tls.certificate if own.tls else None)
    except settings.SettingsFault as fault:
        said = str(fault)
    sys.stdout.write(f"{said}\n")
    return 0 if said == "SERVING" else 1


if __name__ == "__main__":
    sys.exit(main())
