"""The roof: settings, addresses, and the processes that are started."""
