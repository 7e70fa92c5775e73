"""Bytes, disk and Merkle tree: the room that remembers.

It knows nothing of carbon, of transactions or of any message format but the proof's own. What it
keeps true: the root that it reports is the root of exactly the values that it serves.
"""
