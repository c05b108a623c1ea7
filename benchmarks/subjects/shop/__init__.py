"""The app of the peers' sites."""
