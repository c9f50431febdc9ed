// A real OpenID provider on a free port of 127.0.0.1, and a browser that logs in to it: node provider.mjs PORT_FILE.
// Beside the provider's own paths the server answers, as JSON:
//
//   /test/account?id=ID&email=E&verified=true|false   what it says of this account from now on -> {}
//   /test/login?client=ID&nonce=N[&account=ID]   a whole login with PKCE and consent, by account ada or this one -> {id_token}
//   /test/refresh?client=ID         a new token for the last login -> {id_token}, or {error}
//   /test/silent?client=ID          a login that asks the person nothing -> {id_token}, or {error}
//   /test/logout?client=ID          the person logs out at the provider -> {}
//   /test/rotate?keep=old|none      new keys sign; the old ones stay published or go; sessions are forgotten -> {}
//
// There is one client for each algorithm: cortado-RS256, cortado-PS256, cortado-ES256, cortado-EdDSA.
import { rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import * as jose from 'jose';
import Provider from 'oidc-provider';
import * as oauth from 'openid-client';

const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const secret = 'only-for-this-test-and-long-enough-for-it';
let provide; // Handles a request of the provider.
let published = [];
let generation = 0;
const accounts = new Map(); // By id: the claims of those that /test/account named.
const logins = new Map(); // By client: the browser and the refresh token of its last login.

async function newKeys() {
  generation += 1;
  return Promise.all(
    ['RS256', 'ES256', 'EdDSA'].map(async (alg) => {
      const { privateKey } = await jose.generateKeyPair(alg, { extractable: true });
      return { ...(await jose.exportJWK(privateKey)), kid: `${alg}-${generation}`, use: 'sig' };
    }),
  );
}

function start(issuer) {
  const provider = new Provider(issuer, {
    clients: algorithms.map((alg) => ({
      client_id: `cortado-${alg}`,
      client_secret: secret,
      redirect_uris: [`${issuer}/callback`],
      post_logout_redirect_uris: [`${issuer}/bye`],
      grant_types: ['authorization_code', 'refresh_token'],
      id_token_signed_response_alg: alg,
    })),
    claims: { email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: false,
    cookies: { keys: [secret] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        email: `${id}@example.com`,
        email_verified: true,
        name: 'Ada Lovelace',
        ...accounts.get(id),
      }),
    }),
    jwks: { keys: published },
  });
  provide = provider.callback();
}

class Browser {
  #cookies = new Map();
  #account;

  constructor(account = 'ada') {
    this.#account = account;
  }

  // Goes on from `url`, filling in every form, until a redirect leads to `end`, which is returned.
  async goTo(url, end) {
    let next = { url: new URL(url) };
    for (let hops = 0; hops < 20; hops += 1) {
      if (next.url.href.startsWith(end)) return next.url;
      next = await this.#load(next);
    }
    throw new Error('the browser went in a circle');
  }

  async #load({ url, body }) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { method: body ? 'POST' : 'GET', body, redirect: 'manual', headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      this.#cookies.set(name, value);
    }
    if (answer.headers.has('location')) return { url: new URL(answer.headers.get('location'), url) };
    const page = await answer.text();
    const form = /<form[^>]*action="([^"]*)"/.exec(page);
    if (!form) throw new Error(`${answer.status} without a form: ${page.slice(0, 200)}`);
    const fields = new URLSearchParams();
    for (const [, name, value] of page.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g))
      fields.set(name, value);
    if (page.includes('name="login"')) {
      for (const [name, value] of Object.entries({ login: this.#account, password: 'any' })) fields.set(name, value);
    }
    if (page.includes('name="logout"')) fields.set('logout', 'yes');
    return { url: new URL(form[1], url), body: fields };
  }
}

const configure = (issuer, client) =>
  oauth.discovery(
    new URL(issuer),
    client,
    { client_secret: secret, id_token_signed_response_alg: client.split('-')[1] },
    undefined,
    { execute: [oauth.allowInsecureRequests] },
  );

async function logIn(issuer, client, browser, parameters) {
  const config = await configure(issuer, client);
  const verifier = oauth.randomPKCECodeVerifier();
  const state = oauth.randomState();
  const url = oauth.buildAuthorizationUrl(config, {
    redirect_uri: `${issuer}/callback`,
    scope: 'openid email profile offline_access',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    ...parameters,
  });
  const back = await browser.goTo(url, `${issuer}/callback`);
  return oauth.authorizationCodeGrant(config, back, {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: parameters.nonce,
  });
}

const tests = {
  async account(_issuer, { id, email, verified }) {
    accounts.set(id, { email, email_verified: verified === 'true' });
    return {};
  },
  async login(issuer, { client, nonce, account }) {
    const browser = new Browser(account);
    const tokens = await logIn(issuer, client, browser, { nonce, prompt: 'consent' });
    logins.set(client, { browser, tokens });
    return { id_token: tokens.id_token };
  },
  async refresh(issuer, { client }) {
    const login = logins.get(client);
    const tokens = await oauth.refreshTokenGrant(await configure(issuer, client), login.tokens.refresh_token);
    login.tokens = { ...login.tokens, ...tokens };
    return { id_token: tokens.id_token };
  },
  async silent(issuer, { client }) {
    const tokens = await logIn(issuer, client, logins.get(client).browser, { nonce: 'silent', prompt: 'none' });
    return { id_token: tokens.id_token };
  },
  async logout(issuer, { client }) {
    const { browser, tokens } = logins.get(client);
    const end = `${issuer}/bye`;
    const url = oauth.buildEndSessionUrl(await configure(issuer, client), {
      id_token_hint: tokens.id_token,
      post_logout_redirect_uri: end,
    });
    await browser.goTo(url, end);
    return {};
  },
  async rotate(issuer, { keep }) {
    published = [...(await newKeys()), ...(keep === 'old' ? published : [])];
    start(issuer);
    return {};
  },
};

const server = createServer(async (request, response) => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const { pathname, searchParams } = new URL(request.url, issuer);
  if (!pathname.startsWith('/test/')) return provide(request, response);
  const answer = await tests[pathname.slice('/test/'.length)](issuer, Object.fromEntries(searchParams)).catch(
    (error) => ({ error: error.error ?? String(error) }),
  );
  return response.end(JSON.stringify(answer));
});

server.listen(0, '127.0.0.1', async () => {
  published = await newKeys();
  start(`http://127.0.0.1:${server.address().port}`);
  await writeFile(`${process.argv[2]}.new`, `${server.address().port}\n`);
  await rename(`${process.argv[2]}.new`, process.argv[2]);
});
