"""Files of tenants: an upload is for the tenant for which somebody asked for its address."""

FILE_UPLOAD = "tenants.uploads.TenantUpload"
