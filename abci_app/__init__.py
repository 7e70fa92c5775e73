"""The state machine of the registry and its ABCI adapter."""
