"""Documents that people keep: what auditors ask for, and what to do when something is down."""
