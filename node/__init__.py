"""Everything around the state machine: engine, gateway, client, command line. All I/O lives here."""
