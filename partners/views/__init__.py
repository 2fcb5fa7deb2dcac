"""What members of an enterprise see and do. Every view starts from the enterprises and orders of the account."""
