"""Schools, colleges and community colleges, their staff and what they may do."""
