// A system that vouches for people and for other systems (OpenID Connect), and a node that believes it; both on this
// machine, with certificates of their own and with people who do not exist. The provider is reached as localhost, the
// node as 127.0.0.1: to a browser these are two sites.
import { execFile, spawn } from "node:child_process";
import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:https";
import { createServer as createPort } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { Provider } from "oidc-provider";

const program = process.env.PUENTE;
const run = promisify(execFile);
const inEnglish = { ...process.env, LC_ALL: "C.UTF-8", LANG: "C.UTF-8" };

export const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function freePort() {
  const server = createPort();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

// { cert, key, file }: a certificate for a name, signed by itself.
export async function certificate(folder, name) {
  const file = join(folder, `${name}.crt`);
  const keyFile = join(folder, `${name}.key`);
  const how = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  await run("openssl", [...how, "-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${name}`, "-keyout", keyFile, "-out", file]);
  return { file, cert: readFileSync(file, "utf8"), key: readFileSync(keyFile, "utf8") };
}

// A certificate with the key of another, whose time is over `at`, in milliseconds.
export async function ending(folder, name, of, at) {
  const [file, asked, how] = ["crt", "csr", "cnf"].map((kind) => join(folder, `${name}.${kind}`));
  const keyFile = join(folder, `${of}.key`);
  writeFileSync(join(folder, `${name}.index`), "");
  writeFileSync(how, `[ca]\ndefault_ca=one\n[one]\ndatabase=${join(folder, `${name}.index`)}\nnew_certs_dir=${folder}\nrand_serial=yes\ndefault_md=sha256\npolicy=any\n[any]\ncommonName=supplied\n`);
  await run("openssl", ["req", "-new", "-key", keyFile, "-subj", `/CN=${of}`, "-out", asked]);
  const utc = (ms) => new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, "").slice(0, 14) + "Z";
  await run("openssl", ["ca", "-batch", "-selfsign", "-notext", "-config", how, "-keyfile", keyFile, "-in", asked, "-out", file, "-startdate", utc(at - 86_400_000), "-enddate", utc(at)]);
  return { file, cert: readFileSync(file, "utf8"), key: readFileSync(keyFile, "utf8") };
}

// One request on a connection of its own, or on that agent's; resolves with { status, json }.
export function call(url, { method = "GET", headers = {}, body, ...tls } = {}) {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false, minVersion: "TLSv1.3", ...tls }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part) => (text += part));
      response.on("error", reject);
      response.on("end", () => {
        const isJson = text && /json/.test(response.headers["content-type"] ?? "");
        resolve({ status: response.statusCode, headers: response.headers, json: isJson ? JSON.parse(text) : undefined });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

// What an authenticator shows at a time (RFC 6238), by its otpauth address.
export function codeAt(address, ms) {
  const letters = new URL(address).searchParams.get("secret");
  const bits = [...letters].map((each) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(each).toString(2).padStart(5, "0")).join("");
  const secret = Buffer.from(bits.match(/.{8}/g).map((each) => parseInt(each, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(ms / 30_000)));
  const digest = createHmac("sha1", secret).update(counter).digest();
  return String((digest.readUInt32BE(digest[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

const part = (json) => Buffer.from(JSON.stringify(json)).toString("base64url");

// A key that signs tokens; `id` is what its owner calls it.
export class Key {
  constructor(id) {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    Object.assign(this, { id, privateKey });
    this.jwk = { ...privateKey.export({ format: "jwk" }), kid: id, alg: "RS256", use: "sig" };
  }
  token(claims, header = {}) {
    const text = `${part({ alg: "RS256", typ: "at+jwt", kid: this.id, ...header })}.${part(claims)}`;
    return `${text}.${sign("sha256", Buffer.from(text), this.privateKey).toString("base64url")}`;
  }
}
export const unsigned = (claims) => `${part({ alg: "none", typ: "at+jwt" })}.${part(claims)}.`;

const realm = "/realms/col";
const resource = "https://api.col.example";

export class Vouching {
  // people: { ana: ["puente-officer"] }; machines: { turnstile: { secret, roles } }, roles: those in its tokens.
  constructor({ port, tls, audience, clients, people, machines = {} }) {
    Object.assign(this, { port, tls, audience, clients, people, machines });
    this.issuer = `https://localhost:${port}${realm}`;
    this.rotate("first");
  }

  // Another key from now on; that of before is published no more.
  rotate(id) {
    this.key = new Key(id);
    const claims = ["sub", "roles", "realm_access", "amr", "acr"];
    this.provider = new Provider(this.issuer, {
      jwks: { keys: [this.key.jwk] },
      cookies: { keys: ["of a test"] },
      clients: [
        ...this.clients.map((each) => ({ grant_types: ["authorization_code"], response_types: ["code"], ...each })),
        ...Object.entries(this.machines).map(([client_id, { secret }]) => ({
          client_id,
          client_secret: secret,
          token_endpoint_auth_method: "client_secret_post",
          grant_types: ["client_credentials"],
          response_types: [],
          redirect_uris: [],
        })),
      ],
      pkce: { required: () => true },
      scopes: ["openid"],
      claims: { openid: claims },
      acrValues: ["silver", "gold"],
      responseTypes: ["code"],
      ttl: { AccessToken: 600, AuthorizationCode: 60, ClientCredentials: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
      findAccount: (_, id) => ({
        accountId: id,
        claims: () => ({ sub: id, roles: this.people[id] ?? [], realm_access: { roles: this.people[id] ?? [] } }),
      }),
      loadExistingGrant: async (ctx) => {
        const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
        grant.addOIDCScope("openid");
        await grant.save();
        return grant;
      },
      extraTokenClaims: (_, token) => ({ roles: this.machines[token.clientId]?.roles ?? [] }),
      interactions: { url: (_, interaction) => `${realm}/login/${interaction.uid}` },
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => undefined,
          getResourceServerInfo: () => ({
            scope: "puente-officer puente-auditor",
            audience: this.audience,
            accessTokenTTL: 600,
            accessTokenFormat: "jwt",
            jwt: { sign: { alg: "RS256" } },
          }),
        },
      },
    });
    this.answer = this.provider.callback();
  }

  async start(version = "TLSv1.3") {
    const tls = { cert: this.tls.cert, key: this.tls.key, minVersion: "TLSv1.2", maxVersion: version };
    this.server = createServer(tls, (incoming, outgoing) => void this.#serve(incoming, outgoing));
    await new Promise((resolve) => this.server.listen(this.port, "127.0.0.1", resolve));
  }
  async stop() {
    const server = this.server;
    if (!server) return;
    this.server = undefined;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  // { sub, roles }, signed by our present key, good for ten minutes and for our API; `other` in place of any of it.
  token(claims, other = {}, header = {}, key = this.key) {
    const now = Math.floor(Date.now() / 1000);
    return key.token({ iss: this.issuer, aud: this.audience, iat: now, exp: now + 600, ...claims, ...other }, header);
  }
  // As another system gets one.
  async tokenOf(client_id, scope) {
    const form = new URLSearchParams({ client_id, client_secret: this.machines[client_id].secret, grant_type: "client_credentials", resource, scope });
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const said = await call(`${this.issuer}/token`, { method: "POST", headers, body: String(form), ca: this.tls.cert });
    if (said.status !== 200) throw new Error(JSON.stringify(said.json));
    return said.json.access_token;
  }

  async #serve(incoming, outgoing) {
    if (incoming.url.startsWith(`${realm}/login/`)) return this.#signIn(incoming, outgoing);
    if (!incoming.url.startsWith(`${realm}/`)) return void outgoing.writeHead(404).end();
    incoming.originalUrl = incoming.url;
    incoming.url = incoming.url.slice(realm.length);
    await this.answer(incoming, outgoing);
  }
  // Whoever says a name is who they say, a code is a second factor, and "gold" a word for one (acr).
  async #signIn(incoming, outgoing) {
    if (incoming.method === "GET") {
      outgoing.writeHead(200, { "content-type": "text/html" });
      return void outgoing.end(`<!doctype html><title>Provider</title><form method="post"><label>Name <input name="name"></label>
        <label>Code <input name="code"></label><button>Go</button></form>`);
    }
    let body = "";
    for await (const each of incoming) body += each;
    const given = new URLSearchParams(body);
    if (!given.get("name")) return this.provider.interactionFinished(incoming, outgoing, { error: "access_denied", error_description: "given up" });
    const code = given.get("code");
    const login = { accountId: given.get("name"), amr: /^\d+$/.test(code) ? ["pwd", "otp"] : ["pwd"], ...(code === "gold" ? { acr: code } : {}) };
    await this.provider.interactionFinished(incoming, outgoing, { login });
  }
}

export class Node {
  // `sections`: what stands in its node.toml beside what a new one has.
  static async make(folder, country, sections) {
    const node = new Node();
    node.data = join(folder, country);
    node.port = await freePort();
    node.url = `https://127.0.0.1:${node.port}`;
    await node.command("init", "--country", country, "--name", country, "--api-port", String(node.port), "--partner-port", "0");
    const file = join(node.data, "node.toml");
    writeFileSync(file, readFileSync(file, "utf8") + sections(node));
    node.ca = readFileSync(join(node.data, "keys", "tls.crt"), "utf8");
    return node;
  }
  keep(name, words) {
    writeFileSync(join(this.data, name), words);
    chmodSync(join(this.data, name), 0o600);
  }

  // puente node WORDS --data …: what it prints; rejects with its exit code and its words.
  async command(...words) {
    const cut = words[0] === "user" ? 2 : 1;
    const { stdout } = await run(program, ["node", ...words.slice(0, cut), "--data", this.data, ...words.slice(cut)], { env: inEnglish });
    return stdout.trim();
  }
  async password(name, password) {
    const child = spawn(program, ["node", "user", "password", "--data", this.data, "--name", name], { env: inEnglish, stdio: ["pipe", "ignore", "inherit"] });
    child.stdin.end(`${password}\n`);
    const code = await new Promise((resolve) => child.once("exit", resolve));
    if (code !== 0) throw new Error(`puente node user password ended with ${code}`);
  }

  async start() {
    this.log = "";
    this.process = spawn(program, ["node", "serve", "--data", this.data], { env: inEnglish, stdio: ["ignore", "pipe", "pipe"] });
    this.process.stderr.setEncoding("utf8").on("data", (words) => (this.log += words));
    this.ended = new Promise((resolve) => this.process.once("exit", resolve));
    const line = await Promise.race([
      new Promise((resolve) => createInterface({ input: this.process.stdout }).once("line", resolve)),
      this.ended.then((code) => Promise.reject(new Error(`puente node serve ended with ${code}: ${this.log}`))),
    ]);
    this.machines = JSON.parse(line).machines;
  }
  async stop() {
    this.process?.kill("SIGTERM");
    await this.ended;
  }

  me(bearer) {
    return call(`${this.url}/v1/me`, { ca: this.ca, headers: { authorization: `Bearer ${bearer}` } });
  }
  // Entries of the log of that name, with what stands sealed beside them.
  async entries(event, token) {
    const said = await call(`${this.url}/v1/log/entries?event=${event}`, { ca: this.ca, headers: { authorization: `Bearer ${token}` } });
    return said.json.entries;
  }
}
