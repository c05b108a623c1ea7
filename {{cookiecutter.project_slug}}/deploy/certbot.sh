#!/bin/sh
# Obtains and renews the TLS certificate. The profile certbot of compose.yaml runs this.
set -eu

trap 'kill $! 2>/dev/null; exit 0' TERM INT
while :; do
    # Does nothing while the certificate is valid for another month. An error is logged, and certbot tries again
    # later, because the domain may not point here yet.
    certbot certonly --non-interactive --agree-tos --keep-until-expiring \
        --webroot --webroot-path /var/www/acme --domain "$TLS_DOMAIN" --email "$CERTBOT_EMAIL" \
        --work-dir /tmp/work --logs-dir /tmp/logs \
        --deploy-hook 'chmod -R g+rX /etc/letsencrypt/archive /etc/letsencrypt/live' || true
    sleep 12h &
    wait $!
done
