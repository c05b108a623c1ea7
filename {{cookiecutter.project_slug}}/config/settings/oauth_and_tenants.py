"""OAuth of tenants: the user chooses on the consent page for which tenant an app may act."""

OAUTH_RESOURCE_PART = r"(/t/[A-Za-z0-9_-]+)?"
OAUTH_AUDIENCE_RULE = "tenants.consent.is_for_member"
OAUTH_CONSENT_VIEW = "tenants.consent.TenantAuthorizeView"
