"""The gateway: gRPC for clients in front of one node, and what it remembers of transactions."""
