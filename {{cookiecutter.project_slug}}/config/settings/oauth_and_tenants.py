"""OAuth of tenants: the consent says which of them an app may act for."""

OAUTH_AUDIENCE_RULE = "tenants.consent.is_for_member"
OAUTH_CONSENT_VIEW = "tenants.consent.TenantAuthorizeView"
