"""Other frameworks in and out. Nothing inside qa imports it back."""
