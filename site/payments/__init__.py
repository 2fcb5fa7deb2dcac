"""Money: payments, refunds, their books and who carries them. It does not know what is paid for."""
