"""The client side in Python: keys, transactions from bytes up, a gateway's client, proofs."""
