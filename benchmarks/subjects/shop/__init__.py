"""The app of the peers' sites, with their products."""
