"""What gcmodel costs, measured in fresh processes."""
