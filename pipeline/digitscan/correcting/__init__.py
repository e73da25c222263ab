"""What people say of the readings: corrections, and what is made of them."""
