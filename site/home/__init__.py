"""Home page, notices, search, navigation, static assets, languages."""
