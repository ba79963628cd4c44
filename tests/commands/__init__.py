"""What the product promises to show, run as a user would."""
