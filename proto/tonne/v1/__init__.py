"""Version 1 of the protocol: messages, codes, events and the gRPC service."""
