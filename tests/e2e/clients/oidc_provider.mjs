// A certified OpenID provider with two users. Usage: node oidc_provider.mjs PORT REDIRECT_URI
import Provider from "oidc-provider";

const [port, redirectUri] = process.argv.slice(2);
const people = {
  ada: { name: "Ada King", email: "ada@example.com", email_verified: true, groups: ["sales"] },
  eve: { name: "Eve", email: "admin@example.com", email_verified: false },
};

const provider = new Provider(`http://localhost:${port}`, {
  clients: [{ client_id: "site", client_secret: "secret", redirect_uris: [redirectUri] }],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "groups"] },
  findAccount: (_, id) => people[id] && { accountId: id, claims: () => ({ sub: id, ...people[id] }) },
  pkce: { required: () => true },
});
provider.listen(Number(port), "127.0.0.1");
