"""How a family asks for a place on a pathway: the self-check, interest, the application, and its verification."""
