"""Pressing a button whose page is to be there before the test reads the database."""


def press(button):
    """Click, and wait for the page that it leads to; a busy machine takes its time with the answer."""
    with button.page.expect_navigation():
        button.click()
