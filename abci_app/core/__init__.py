"""The alphabet: codes, numbers, ids, keys, bytes, dates. Imports only the protocol."""
