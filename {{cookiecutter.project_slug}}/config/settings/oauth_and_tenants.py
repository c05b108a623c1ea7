"""OAuth of tenants: the consent says which of them an app may act for."""

OAUTH_CONSENT_VIEW = "tenants.consent.TenantAuthorizeView"
