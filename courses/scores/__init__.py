"""Tables of the exam office: official scores and results, checked first and then written as a whole."""
