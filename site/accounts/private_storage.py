"""Where uploads lie that have no public address: licences, letters. Views that ask who reads give them out."""

from django.core.files.storage import FileSystemStorage


class PrivateStorage(FileSystemStorage):
    """A folder outside those that the web server serves."""

    def url(self, name):
        """Refused. Django's own storage would fall back to the address of public uploads."""
        raise ValueError("Private files have no address.")
