"""Everything around the state machine: engine, gateway, client, command line. I/O lives here."""
