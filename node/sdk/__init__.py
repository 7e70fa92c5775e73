"""What a program needs to act on the registry: keys, transactions, a client, proofs."""
