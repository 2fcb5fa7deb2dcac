"""What is said to people: texts, SMS, e-mail, the inbox."""
