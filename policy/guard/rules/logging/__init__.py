"""What happens is written down."""
