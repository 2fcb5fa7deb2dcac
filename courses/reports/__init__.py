"""What the figures of reports say and how they are counted, in the database, by groups; the admin shows them."""
