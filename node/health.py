"""`python -m node.health --home H`: whether the gateway of a home calls itself healthy.

Must not know: what makes it so. Invariant: it ends within its time, whatever the gateway does.
"""

import argparse
import sys
from pathlib import Path

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from node.home import LOOPBACK, HomeFault, read_settings

ASK_S = 5.0
ANY_HOST = ("0.0.0.0", "::", "[::]")  # noqa: S104 - what a home may say, bound by nobody here


def near(address: str) -> str:
    """Return where a gateway that listens at `address` is reached from its own machine."""
    host, _, port = address.rpartition(":")
    return f"{LOOPBACK}:{port}" if host in ANY_HOST else address


def state(address: str) -> str:
    """Return what a gateway says of itself, SERVING when all is well, or why it says nothing."""
    with grpc.insecure_channel(address) as channel:
        try:
            reply = health_pb2_grpc.HealthStub(channel).Check(
                health_pb2.HealthCheckRequest(), timeout=ASK_S
            )
        except grpc.RpcError as error:
            return f"no answer at {address} ({error.code().name})"
    return str(health_pb2.HealthCheckResponse.ServingStatus.Name(reply.status))


def main(arguments: list[str] | None = None) -> int:
    """Print what the gateway says; 0 when it serves, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="python -m node.health", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="the node's home folder")
    options = parser.parse_args(arguments)
    try:
        said = state(near(read_settings(options.home).grpc_address))
    except HomeFault as fault:
        said = str(fault)
    sys.stdout.write(f"{said}\n")
    return 0 if said == "SERVING" else 1


if __name__ == "__main__":
    sys.exit(main())
