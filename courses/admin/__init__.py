"""The screens of staff, in Wagtail's admin: one module for each kind of thing that they look after."""
