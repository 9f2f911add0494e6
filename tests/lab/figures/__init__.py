"""What the accuracy page is computed from."""
