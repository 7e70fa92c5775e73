"""The consensus engine as a program: which version, where it is built, where it is kept.

Nothing here runs a node; `node.supervisor` does. The version is written in `go.mod` and nowhere
else. Callers use `installer.ensure` and get the path of a binary whose checksum was just verified.
"""
