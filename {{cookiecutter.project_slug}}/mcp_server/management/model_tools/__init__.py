"""Machinery: writes tools for models, and their tests: `manage.py add_mcp_tools DOMAIN --model app.Model`."""
