"""OAuth of tenants: the consent says which of them an app may act for."""

OAUTH_RESOURCE_PART = r"(/t/[A-Za-z0-9_-]+)?"
OAUTH_AUDIENCE_RULE = "tenants.consent.is_for_member"
OAUTH_CONSENT_VIEW = "tenants.consent.TenantAuthorizeView"
