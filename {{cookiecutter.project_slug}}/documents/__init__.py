"""Machinery: documents and files that users keep here, each user their own."""
