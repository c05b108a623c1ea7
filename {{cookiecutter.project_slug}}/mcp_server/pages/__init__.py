"""Machinery: the pages on which people make tokens and copy the configuration of their clients."""
