// Another system vouches for people and machines: who gets in by it, who does not, and what ends that again.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { look, text } from "./world.mjs";
import { call, certificate, codeAt, ending, freePort, Key, Node, unsigned, Vouching, wait } from "./vouching.mjs";

const password = "seven small boats at dawn";
const returned = "/v1/sign-in/return";
const atMost = { timeout: 240_000 }; // a machine may be busy
const people = {
  ana: ["puente-officer", "staff"],
  eva: ["puente-supervisor"],
  nora: ["staff"],
  dora: ["puente-officer", "puente-auditor"],
};

let folder, idp, col, browser, auditor, otpauth, began;
let otherIdp, ecu; // with a public client, and roles within a member

const sections = (idp, clientId, more) => (node) => `
[machines]
port = 0

[provider]
issuer = "${idp.issuer}"
name = "Login of Colombia"
client_id = "${clientId}"
return_address = "${node.url}${returned}"
authorities = "${idp.tls.file}"
${more}
[provider.roles]
officer = "puente-officer"
supervisor = "puente-supervisor"
auditor = "puente-auditor"
`;

// The provider knows the address of its node, and the node that of its provider.
async function pair(country, client, more, machines) {
  const idp = new Vouching({ port: await freePort(), tls: await tlsOfProviders, audience: "puente-col", clients: [client], people, machines });
  const node = await Node.make(folder, country, sections(idp, client.client_id, more));
  client.redirect_uris = [node.url + returned];
  idp.rotate("first");
  return [idp, node];
}
let tlsOfProviders;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "puente-provider-"));
  tlsOfProviders = certificate(folder, "localhost");
  const confidential = { client_id: "console", client_secret: "a secret of two", token_endpoint_auth_method: "client_secret_post", redirect_uris: [] };
  const machines = { turnstile: { secret: "of the turnstile", roles: ["puente-officer"] }, archive: { secret: "of the archive", roles: [] } };
  [idp, col] = await pair("COL", confidential, 'audience = "puente-col"', machines);
  const open = { client_id: "open", token_endpoint_auth_method: "none", redirect_uris: [] };
  [otherIdp, ecu] = await pair("ECU", open, 'roles_claim = "realm_access.roles"\nsecond_factor = "gold"', {});
  col.keep("keys/provider.secret", `${confidential.client_secret}\n`);
  const add = (name, role) => col.command("user", "add", "--name", name, "--role", role);
  auditor = await add("otto.gil", "auditor");
  for (const [name, role] of Object.entries({ "luis.mora": "officer", "rosa.gil": "administrator", "gate-1": "officer", "gate-2": "officer", "eva.paz": "supervisor", "mia.sol": "examiner" }))
    await add(name, role);
  await col.password("luis.mora", password);
  otpauth = await col.command("user", "authenticator", "--name", "rosa.gil");
  await col.password("rosa.gil", password);
  await idp.start();
  await otherIdp.start("TLSv1.2");
  await Promise.all([col.start(), ecu.start()]);
  began = Date.now();
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}, atMost);

after(async () => {
  await browser?.close();
  await Promise.all([col?.stop(), ecu?.stop(), idp?.stop(), otherIdp?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

async function visitor(language = "en", node = col) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, baseURL: node.url, locale: language });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  return { page, context, language, node, t: (key, parts) => text(language, key, parts) };
}
const link = ({ page, t }) => page.getByRole("link", { name: t("frame:sign_in.by_provider", { name: "Login of Colombia" }), exact: true });
const signOut = ({ page, t }) => page.getByRole("button", { name: t("frame:sign_out"), exact: true });
const nameField = ({ page, t }) => page.getByLabel(t("frame:sign_in.user"), { exact: true });

// By the link of the first page, at the provider's own page, and back.
async function byProvider(who, name, code = "") {
  await who.page.goto("/");
  await link(who).click();
  await who.page.getByLabel("Name").fill(name);
  await who.page.getByLabel("Code").fill(code);
  await who.page.getByRole("button", { name: "Go" }).click();
}
// The first page says it, and keeps nothing of it in its address.
async function isSentBack(who, why) {
  await who.page.getByText(who.t(`frame:sign_in.sent_back.${why}`)).waitFor();
  assert.equal(who.page.url(), `${who.node.url}/`);
  assert.deepEqual((await who.context.cookies(who.node.url)).filter((each) => each.name === "__Host-puente"), []);
}
async function byPassword(who, name, code = "") {
  await nameField(who).fill(name);
  await who.page.getByLabel(who.t("frame:sign_in.password"), { exact: true }).fill(password);
  await who.page.getByLabel(who.t("frame:sign_in.code"), { exact: true }).fill(code);
  await who.page.getByRole("button", { name: who.t("frame:sign_in.do"), exact: true }).click();
  await signOut(who).waitFor();
}
// Step by step in a browser, without the last: where it would be sent to.
async function returnAddress(who, name, code = "", from = `${who.node.url}/v1/sign-in/provider`) {
  for (let at = from; ; ) {
    const ask = at.includes("/login/") ? { method: "POST", form: { name, code } } : { method: "GET" };
    const said = await who.context.request.fetch(at, { ...ask, maxRedirects: 0 });
    assert.equal(said.status(), 303, await said.text());
    at = new URL(said.headers().location, at).href;
    if (at.startsWith(who.node.url + returned)) return at;
  }
}
// The same as byProvider, without the pages on the way.
const comesBack = async (who, name, code) => void (await who.page.goto(await returnAddress(who, name, code)));
const endsAt = async (who, address) => {
  const said = await who.context.request.get(address, { maxRedirects: 0 });
  return [said.headers().location, (said.headers()["set-cookie"] ?? "").startsWith("__Host-puente=")];
};
const refused = ["/?sign-in=unauthenticated", false];
// Asks again until it is so.
async function until(status, ask) {
  for (;;) {
    const said = await ask();
    if (said.status === status) return said;
    await wait(300);
  }
}

test("a provider that speaks no TLS 1.3 is not asked, and whoever goes there reads so", atMost, async () => {
  const said = await call(`${ecu.url}/v1/sign-in/provider`, { ca: ecu.ca });
  assert.deepEqual([said.status, said.headers.location], [303, "/?sign-in=unavailable"]);
  while (!/the provider: /.test(ecu.log)) await wait(100);
  await otherIdp.stop();
  await otherIdp.start(); // by TLS 1.3; the node finds it by itself
});

test("an officer whom the provider vouches for signs in by the link and sees an officer's pages", atMost, async () => {
  const who = await visitor("es");
  const { page, context, t } = who;
  await page.goto("/");
  await link(who).waitFor();
  await look(who, "sign-in-provider");
  await page.evaluate(() => localStorage.setItem("leaving", "yes")); // somebody left while the node was away
  await byProvider(who, "ana");
  await page.getByRole("link", { name: t("officer:capture.title"), exact: true }).waitFor();
  await page.getByText(`idp:ana · ${t("frame:role.officer")}`).waitFor();
  assert.equal(await page.getByRole("link", { name: t("administrator:users.title"), exact: true }).count(), 0);
  const cookie = (await context.cookies(col.url)).find((each) => each.name === "__Host-puente");
  assert.deepEqual([cookie.httpOnly, cookie.secure, cookie.sameSite], [true, true, "Strict"]);
  const entries = await col.entries("signed_in", auditor);
  assert.deepEqual(entries.map((each) => each.opened.by), ["idp:ana"]);
  await signOut(who).click();
  await link(who).click(); // who signs out here is still known there
  await signOut(who).waitFor();
  await context.close();
});

test("a supervisor gets in with a second factor alone", atMost, async () => {
  const without = await visitor("en");
  await byProvider(without, "eva");
  await isSentBack(without, "denied");
  assert.match(col.log, /idp:eva decides about others, and showed the provider no second factor/);
  const stronger = await visitor("en");
  await byProvider(stronger, "eva", "123456");
  await stronger.page.getByText(`idp:eva · ${stronger.t("frame:role.supervisor")}`).waitFor();
  const last = (await col.entries("signed_in", auditor)).at(-1);
  assert.deepEqual([last.opened.by, last.opened.second_factor], ["idp:eva", true]);
  await Promise.all([without.context.close(), stronger.context.close()]);
});

test("whoever has no role here, or two, or gives up at the provider, is refused in words", atMost, async () => {
  const sentBack = async (language, name, why, said) => {
    const who = await visitor(language);
    await comesBack(who, name);
    await isSentBack(who, why);
    assert.match(col.log, said);
    return who;
  };
  const who = await sentBack("es", "nora", "denied", /idp:nora has no role at this node/);
  await who.page.reload();
  await link(who).waitFor();
  assert.equal(await who.page.getByRole("alert").count(), 0, "said once");
  const others = [
    await sentBack("en", "dora", "denied", /idp:dora has several roles at this node/),
    await sentBack("es", "", "unauthenticated", /the provider's word is not taken: it does not take the code back/),
  ];
  await Promise.all([who, ...others].map((each) => each.context.close()));
});

test("a code that was stolen, used before, or belongs to another try signs nobody in", atMost, async () => {
  const who = await visitor();
  const thief = await visitor();
  const address = await returnAddress(who, "ana");
  await thief.page.goto(address);
  await isSentBack(thief, "unauthenticated");
  await returnAddress(thief, "ana"); // has begun a try of their own
  assert.deepEqual(await endsAt(thief, address), refused);
  for (const [name, value] of [["state", "another"], ["iss", "https://other.example"], ["code", "guessed"]]) {
    const changed = new URL(address);
    changed.searchParams.set(name, value);
    assert.deepEqual(await endsAt(who, changed.href), refused, name);
  }
  await who.page.goto(address); // whose it is gets in by it, once
  await signOut(who).waitFor();
  assert.deepEqual(await endsAt(who, address), refused);
  await Promise.all([who.context.close(), thief.context.close()]);
});

test("a signed token is taken if it is for this API, in time, and signed by the provider's key", atMost, async () => {
  const byScope = await col.me(await idp.tokenOf("archive", "puente-auditor"));
  assert.deepEqual([byScope.status, byScope.json.user, byScope.json.role], [200, "idp:archive", "auditor"]);
  const byClaim = await col.me(await idp.tokenOf("turnstile", ""));
  assert.deepEqual([byClaim.status, byClaim.json.user, byClaim.json.role], [200, "idp:turnstile", "officer"]);
  assert.equal((await col.me(await idp.tokenOf("archive", ""))).status, 403, "without a role");
  const ana = { sub: "ana", roles: ["puente-officer"] };
  assert.equal((await col.me(idp.token(ana))).status, 200);
  assert.equal((await col.me(idp.token({ sub: "eva", roles: ["puente-supervisor"] }))).status, 403, "without a second factor");
  assert.equal((await col.me(idp.token({ sub: "eva", roles: ["puente-supervisor"], amr: ["pwd", "otp"] }))).status, 200);

  const now = Math.floor(Date.now() / 1000);
  const whole = { iss: idp.issuer, aud: "puente-col", iat: now, exp: now + 600, ...ana };
  const verifier = randomBytes(32).toString("base64url");
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  const asked = { client_id: "console", response_type: "code", scope: "openid", redirect_uri: col.url + returned, code_challenge: challenge, code_challenge_method: "S256" };
  const browser = await visitor();
  const code = new URL(await returnAddress(browser, "ana", "", `${idp.issuer}/auth?${new URLSearchParams(asked)}`)).searchParams.get("code");
  const form = { grant_type: "authorization_code", client_id: "console", client_secret: "a secret of two", redirect_uri: col.url + returned, code, code_verifier: verifier };
  const got = await (await browser.context.request.post(`${idp.issuer}/token`, { form })).json();
  await browser.context.close();
  assert.ok(got.id_token);
  const wrong = {
    "for another": idp.token(ana, { aud: "another" }),
    "by another": idp.token(ana, { iss: "https://other.example" }),
    "its time is over": idp.token(ana, { iat: now - 700, exp: now - 100 }),
    "its time has not begun": idp.token(ana, { nbf: now + 300 }),
    "good for a day": idp.token(ana, { exp: now + 86_400 }),
    "signed by nobody": unsigned(whole),
    "signed by a secret": idp.token(ana, {}, { alg: "HS256" }),
    "signed by another's key of that name": new Key(idp.key.id).token(whole),
    "about a person, not for an API": got.id_token,
    "as an API's, about a person": got.access_token,
    "of another type": idp.token(ana, {}, { typ: "logout+jwt" }),
    "cut": idp.token(ana).slice(0, -4),
  };
  await Promise.all(Object.entries(wrong).map(async ([what, token]) => assert.equal((await col.me(token)).status, 401, what)));
  await until(401, () => col.me(new Key("unknown").token(whole))); // may be a new key at first: 503, and the node asks
  assert.equal((await ecu.me(otherIdp.token(ana))).status, 401, "a node without an audience takes none");
});

test("a client without a secret, roles within a member, and a word for a second factor", atMost, async () => {
  while ((await call(`${ecu.url}/v1/sign-in/provider`, { ca: ecu.ca })).headers.location.startsWith("/")) await wait(100);
  const officer = await visitor("en", ecu);
  await comesBack(officer, "ana");
  await officer.page.getByText(`idp:ana · ${officer.t("frame:role.officer")}`).waitFor();
  const asked = new URL((await call(`${ecu.url}/v1/sign-in/provider`, { ca: ecu.ca })).headers.location);
  assert.equal(asked.searchParams.get("acr_values"), "gold");
  assert.equal(asked.searchParams.get("code_challenge_method"), "S256");
  const supervisor = await visitor("en", ecu);
  await comesBack(supervisor, "eva", "gold");
  await supervisor.page.getByText(`idp:eva · ${supervisor.t("frame:role.supervisor")}`).waitFor();
  await Promise.all([officer.context.close(), supervisor.context.close()]);
});

test("a machine gets in by its certificate at its own address, and by nothing else", atMost, async () => {
  const [gate, other] = await Promise.all(["gate", "other"].map((name) => certificate(folder, name)));
  const give = (name, ...what) => col.command("user", "certificate", "--name", name, ...what);
  for (const name of ["mia.sol", "eva.paz"])
    await assert.rejects(give(name, gate.file), (failure) => failure.code === 3 && /that is a person/.test(failure.stderr), name);
  const over = await ending(folder, "over", "gate", Date.now() - 60_000);
  await assert.rejects(give("gate-2", over.file), (failure) => failure.code === 2 && /has ended/.test(failure.stderr));
  const ends = Date.now() + 20_000;
  const short = await ending(folder, "short", "other", ends);
  await give("gate-2", short.file);
  await give("gate-1", gate.file);
  await assert.rejects(give("luis.mora", gate.file), (failure) => failure.code === 3, "one certificate is one machine's");
  const ask = (shown, more = {}) => call(`${col.machines}/v1/me`, { ca: col.ca, ...(shown && { cert: shown.cert, key: shown.key }), ...more });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const known = await (async () => {
    for (;;) {
      const said = await ask(gate, { agent }).catch(() => wait(200));
      if (said) return said;
    }
  })();
  assert.deepEqual([known.status, known.json.user, known.json.role], [200, "gate-1", "officer"]);
  const beside = await ask(gate, { headers: { authorization: `Bearer ${auditor}` } });
  assert.equal(beside.json.user, "gate-1", "a token beside it counts for nothing");
  await assert.rejects(ask(other), "another certificate");
  await assert.rejects(ask(over), "one whose time is over");
  const kept = new Agent({ keepAlive: true, maxSockets: 1 });
  if (Date.now() < ends - 5_000) assert.equal((await ask(short, { agent: kept })).json.user, "gate-2", "until its time is over");
  await wait(Math.max(0, ends + 1_000 - Date.now()));
  await assert.rejects(ask(short), "and no longer");
  assert.equal((await ask(short, { agent: kept }).catch(() => ({ status: 401 }))).status, 401, "on the connection of before neither");
  kept.destroy();
  await assert.rejects(ask(null), "none");
  await assert.rejects(ask(null, { headers: { authorization: `Bearer ${auditor}` } }), "a token alone");
  assert.equal((await call(`${col.url}/v1/me`, { ca: col.ca, cert: gate.cert, key: gate.key })).status, 401, "not where people come");

  await give("gate-1", "--remove");
  const removed = Date.now();
  await until(401, () => ask(gate, { agent }).catch(() => ({ status: 401 }))); // on the connection of before
  for (;;) {
    const failed = await ask(gate).then(() => false, () => true);
    if (failed) break;
    await wait(100);
  }
  console.log(`a certificate that was taken away opened nothing ${Date.now() - removed} ms later`);
  agent.destroy();
});

test("a new key of the provider's is taken without a restart", atMost, async () => {
  const before = await idp.tokenOf("turnstile", "");
  idp.rotate("second");
  await until(200, async () => col.me(await idp.tokenOf("turnstile", "")));
  assert.notEqual((await col.me(before)).status, 200, "the key of before is published no more");
  const who = await visitor();
  await comesBack(who, "ana");
  await signOut(who).waitFor();
  await who.context.close();
});

test("an administrator ends the sessions of somebody of the provider's, and their tokens", atMost, async () => {
  const who = await visitor();
  await comesBack(who, "ana");
  await signOut(who).waitFor();
  const ana = { sub: "ana", roles: ["puente-officer"] };
  const token = idp.token(ana);
  assert.equal((await col.me(token)).status, 200);
  await col.command("user", "certificate", "--name", "gate-1", join(folder, "gate.crt"));

  const administrator = await visitor();
  const { page, t } = administrator;
  await page.goto("/");
  const step = (ms) => Math.floor(ms / 30_000);
  while (step(Date.now()) <= step(began)) await wait(500); // codes of before the start open nothing
  await byPassword(administrator, "rosa.gil", codeAt(otpauth, Date.now()));
  await page.goto("/users");
  await page.getByRole("row").filter({ hasText: "idp:ana" }).getByText(t("administrator:users.of_provider")).waitFor();
  await page.getByRole("row").filter({ hasText: "gate-1" }).getByText(t("administrator:users.machine")).waitFor();
  await look(administrator, "users-provider");
  const words = t("administrator:users.end_of", { user: "idp:ana" });
  await page.getByRole("button", { name: words, exact: true }).click();
  const form = page.getByRole("form", { name: words });
  await form.getByLabel(t("frame:reasons"), { exact: true }).fill("left the post today");
  await form.getByRole("button", { name: t("administrator:users.end"), exact: true }).click();
  await form.waitFor({ state: "detached" });

  assert.equal((await col.me(token)).status, 401);
  await who.page.goto("/capture");
  await nameField(who).waitFor();
  await until(200, () => col.me(idp.token(ana))); // a new one: who is to stay out is shut out at the provider
  await Promise.all([who.context.close(), administrator.context.close()]);
});

test("a restart ends sessions, and takes no token of before", atMost, async () => {
  const who = await visitor();
  await comesBack(who, "ana");
  await signOut(who).waitFor();
  const ana = { sub: "ana", roles: ["puente-officer"] };
  const token = idp.token(ana);
  await wait(1_000); // tokens say whole seconds
  await col.stop();
  await col.start();
  const again = await until(200, () => col.me(idp.token(ana)));
  assert.equal(again.json.user, "idp:ana");
  assert.equal((await col.me(token)).status, 401);
  await who.page.goto("/capture");
  await nameField(who).waitFor();
  await who.context.close();
});

test("without the provider people sign in by password, and its way says that it cannot be reached", atMost, async () => {
  const here = await visitor();
  await comesBack(here, "eva", "123456");
  await signOut(here).waitFor();
  const token = idp.token({ sub: "ana", roles: ["puente-officer"] });
  const who = await visitor("es");
  const address = await returnAddress(who, "ana");
  await idp.stop();
  await who.page.goto(address);
  await isSentBack(who, "unavailable");
  await byPassword(who, "luis.mora");
  await who.page.getByText(`luis.mora · ${who.t("frame:role.officer")}`).waitFor();
  assert.equal((await col.me(token)).status, 200, "its keys are known for an hour");
  await here.page.goto("/alarms");
  await here.page.locator("main h1").waitFor();
  await signOut(here).waitFor();
  await Promise.all([here.context.close(), who.context.close()]);
});
