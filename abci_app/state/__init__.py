"""Typed tables over bytes: who, what, how much. The only hands on the units are in `lots`."""
