"""Everything around the state machine: engine, gateway, client, command line. I/O lives here."""

import os

# gRPC's C core writes notes of its own to stderr when a connection ends; what people must hear
# they hear from us. Set before grpc is imported; who wants the notes sets the variable.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")
