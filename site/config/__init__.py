"""Settings, addresses and the WSGI start of the whole site."""
