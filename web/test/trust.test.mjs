// What a browser is told, what it keeps, and what other pages, a thief, or the next person at the desk can do.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { idle, look, World } from "./world.mjs";

let world;
before(async () => (world = await World.start()), { timeout: 600_000 });
after(async () => world?.stop());

const button = (root, name) => root.getByRole("button", { name, exact: true });

test("a wrong password is refused in plain words, and the page is usable by keyboard alone", { timeout: 240_000 }, async () => {
  for (const language of ["es", "en"]) {
    const visitor = await world.visitor("COL", language);
    const { page, t } = visitor;
    await page.goto("/");
    await page.getByLabel(t("frame:sign_in.user"), { exact: true }).waitFor();
    await look(visitor, "sign-in");
    assert.equal(await page.getAttribute("html", "lang"), language);
    await page.keyboard.type("officer.demo"); // the first field has the focus
    await page.keyboard.press("Tab");
    await page.keyboard.type("not the password");
    await page.keyboard.press("Enter");
    await page.getByText(t("frame:sign_in.refused")).waitFor();
    await look(visitor, "sign-in-refused");
    await visitor.context.close();
  }
});

test("every answer tells the browser to keep nothing, frame nothing and run nothing else", { timeout: 240_000 }, async () => {
  const officer = await world.person("COL", "officer", "en");
  const request = officer.context.request;
  for (const path of ["/", "/capture", "/v1/me", "/v1/sign-in", "/v1/nothing", "/openapi.yaml", "/nothing.js"]) {
    const headers = (await request.get(path)).headers();
    assert.match(headers["content-security-policy"], /default-src 'none'/, path);
    assert.match(headers["content-security-policy"], /frame-ancestors 'none'/, path);
    assert.doesNotMatch(headers["content-security-policy"], /unsafe/, path);
    assert.equal(headers["x-content-type-options"], "nosniff", path);
    assert.equal(headers["referrer-policy"], "no-referrer", path);
    assert.equal(headers["cross-origin-resource-policy"], "same-origin", path);
    if (path.startsWith("/v1")) assert.equal(headers["cache-control"], "no-store", path);
    assert.equal(headers["access-control-allow-origin"], undefined, path);
  }
  const [cookie] = await officer.context.cookies();
  assert.equal(cookie.name, "__Host-puente");
  assert.deepEqual([cookie.httpOnly, cookie.secure, cookie.sameSite, cookie.path], [true, true, "Strict", "/"]);
  await officer.context.close();
});

test("nothing of a person stays in the browser, nor comes back by the back button", { timeout: 240_000 }, async () => {
  const { page, context, t } = await world.person("COL", "officer", "en");
  await page.goto("/capture");
  await page.locator("input[type=file]").setInputFiles(world.captures.map((each) => each.file));
  await page.locator("canvas").first().waitFor();
  const kept = () =>
    page.evaluate(async () => ({
      local: Object.keys(localStorage),
      session: Object.keys(sessionStorage),
      databases: (await indexedDB.databases()).length,
      caches: (await caches.keys()).length,
      workers: (await navigator.serviceWorker.getRegistrations()).length,
    }));
  const { local, ...rest } = await kept();
  assert.deepEqual(rest, { session: [], databases: 0, caches: 0, workers: 0 });
  assert.deepEqual(local.filter((each) => each !== "language" && each !== "theme"), []);
  page.on("dialog", (dialog) => void dialog.accept()); // it asks whether captures may go
  await button(page, t("frame:sign_out")).click();
  await page.getByLabel(t("frame:sign_in.user"), { exact: true }).waitFor();
  await page.goBack();
  await page.getByLabel(t("frame:sign_in.user"), { exact: true }).waitFor();
  assert.equal(await page.locator("canvas").count(), 0);
  await context.close();
});

test("a session that was ended elsewhere ends the page at its next step", { timeout: 240_000 }, async () => {
  const officer = await world.person("COL", "officer", "en");
  const administrator = await world.person("COL", "administrator", "en");
  const { page, t } = administrator;
  await page.goto("/users");
  await button(page, t("administrator:users.end_of", { user: "officer.demo" })).click();
  const form = page.getByRole("form", { name: t("administrator:users.end_of", { user: "officer.demo" }) });
  await form.getByLabel(t("frame:reasons"), { exact: true }).fill("left the post today");
  await button(form, t("administrator:users.end")).click();
  await form.waitFor({ state: "detached" });
  await officer.page.goto("/questions");
  await officer.page.getByLabel(officer.t("frame:sign_in.user"), { exact: true }).waitFor();
  await officer.context.close();
  await administrator.context.close();
});

test("a page of another site reaches nothing, and a cookie alone changes nothing", { timeout: 240_000 }, async () => {
  const officer = await world.person("COL", "officer", "en");
  const { url } = world.countries.COL;
  const [cookie] = await officer.context.cookies();
  const stolen = { cookie: `${cookie.name}=${cookie.value}`, "content-type": "application/json" };
  const plain = await world.browser.newContext({ ignoreHTTPSErrors: true });
  const post = (headers) => plain.request.post(`${url}/v1/sign-out`, { headers });
  assert.equal((await post(stolen)).status(), 401, "without the csrf");
  assert.equal((await post({ ...stolen, "x-puente-csrf": "guessed" })).status(), 401);
  const framed = await plain.newPage();
  await framed.setContent(`<iframe src="${url}/"></iframe><img src="${url}/icon.svg">`);
  await framed.waitForTimeout(1_000);
  assert.equal(await framed.frames()[1]?.locator("form").count().catch(() => 0), 0, "no frame shows the console");
  await plain.close();
  await officer.context.close();
});

test("names, reasons and addresses that are code are shown as text", { timeout: 240_000 }, async () => {
  const officer = await world.person("COL", "officer", "en");
  const { page } = officer;
  let ran = false;
  page.on("dialog", (dialog) => ((ran = true), void dialog.dismiss()));
  for (const path of ["/persons/%3Cimg%20src=x%20onerror=alert(1)%3E", "/questions/javascript:alert(1)", "/%22%3E%3Cscript%3Ealert(1)%3C/script%3E"]) {
    await page.goto(path);
    await idle(officer);
  }
  assert.equal(ran, false);
  await officer.context.close();
});

test("a role sees its own pages only, whatever address is typed", { timeout: 240_000 }, async () => {
  const officer = await world.person("COL", "officer", "en");
  for (const path of ["/users", "/cases", "/releases", "/log", "/health"]) {
    await officer.page.goto(path);
    await officer.page.getByText(officer.t("frame:not_found")).waitFor();
  }
  await officer.context.close();
});

test("nobody is asked about who is to be hidden, however far the registration is", { timeout: 240_000 }, async () => {
  const { page, context, t } = await world.person("COL", "officer", "en");
  await page.goto("/capture");
  await page.locator("input[type=file]").setInputFiles([world.captures[0].file]);
  await page.locator("canvas").first().waitFor();
  await page.getByRole("tab", { name: t("officer:register.title") }).click();
  const register = page.getByRole("form", { name: t("officer:register.title") });
  await register.getByLabel(t("officer:register.class"), { exact: true }).selectOption("asylum");
  await page.getByRole("tab", { name: t("officer:ask.title") }).click();
  await page.getByText(t("officer:ask.hidden")).waitFor();
  await page.getByRole("tab", { name: t("officer:register.title") }).click();
  await register.getByLabel(t("officer:register.from"), { exact: true }).selectOption("USA");
  await register.getByRole("listitem").first().waitFor(); // chosen is added
  await page.getByRole("tab", { name: t("officer:ask.title") }).click();
  await page.getByText(t("officer:ask.hidden")).waitFor();
  assert.equal(await page.getByRole("form", { name: t("officer:ask.title") }).count(), 0);
  await context.close();
});

test("signing out while the node is away shows nothing more, and is done when it is back", { timeout: 240_000 }, async () => {
  const { page, context, t } = await world.person("COL", "officer", "en");
  await page.goto("/questions");
  await page.locator("main h1").waitFor();
  await context.setOffline(true);
  await button(page, t("frame:sign_out")).click();
  await page.getByText(t("frame:leaving")).waitFor();
  assert.equal(await page.locator("table").count(), 0);
  await context.setOffline(false);
  await page.getByLabel(t("frame:sign_in.user"), { exact: true }).waitFor();
  await page.goto("/questions");
  await page.getByLabel(t("frame:sign_in.user"), { exact: true }).waitFor();
  await context.close();
});

test("a page goes on as nobody but who signed in at it", { timeout: 240_000 }, async () => {
  const officer = await world.person("COL", "officer", "en");
  const { context, t } = officer;
  const tab = { ...officer, page: await context.newPage() };
  await tab.page.goto("/");
  await button(tab.page, t("frame:sign_out")).click();
  await tab.page.getByLabel(t("frame:sign_in.user"), { exact: true }).waitFor();
  await world.signIn(tab, "examiner");
  await officer.page.getByRole("link", { name: t("officer:questions.title") }).click();
  await officer.page.getByLabel(t("frame:sign_in.user"), { exact: true }).waitFor();
  await context.close();
});

test("what was found of some prints is not shown beside others", { timeout: 240_000 }, async () => {
  const { page, context, t } = await world.person("COL", "officer", "en");
  await page.goto("/capture");
  const files = page.locator("input[type=file]");
  await files.setInputFiles([world.captures[0].file]);
  await page.locator("canvas").first().waitFor();
  const find = page.getByRole("form", { name: t("officer:find.title") });
  await find.getByLabel(t("officer:field.file"), { exact: true }).fill("BOG-2026-0300");
  await button(find, t("officer:find.do")).click();
  const result = page.getByRole("region", { name: t("officer:find.result") });
  await result.waitFor();
  await files.setInputFiles([world.captures[1].file]);
  await result.waitFor({ state: "detached" });
  await context.close();
});

test("the node away for a while is said, and nothing that was typed is lost", { timeout: 240_000 }, async () => {
  const officer = await world.person("COL", "officer", "en");
  const { page, context, t } = officer;
  await page.goto("/capture");
  await page.locator("input[type=file]").setInputFiles([world.captures[0].file]);
  await page.locator("canvas").first().waitFor();
  const find = page.getByRole("form", { name: t("officer:find.title") });
  await find.getByLabel(t("officer:field.file"), { exact: true }).fill("BOG-2026-0200");
  await context.setOffline(true);
  await button(find, t("officer:find.do")).click();
  await page.getByText(t("frame:problem.unavailable")).waitFor();
  await context.setOffline(false);
  assert.equal(await find.getByLabel(t("officer:field.file"), { exact: true }).inputValue(), "BOG-2026-0200");
  await button(find, t("officer:find.do")).click();
  await page.getByText(t("officer:receipt.title")).first().waitFor();
  await context.close();
});

test("what the first page needs comes small, and is usable over a link of 1 Mbit/s", { timeout: 240_000 }, async () => {
  const visitor = await world.visitor("COL", "en");
  const devtools = await visitor.context.newCDPSession(visitor.page);
  await devtools.send("Network.enable");
  let bytes = 0;
  devtools.on("Network.loadingFinished", (event) => (bytes += event.encodedDataLength));
  await devtools.send("Network.emulateNetworkConditions", { offline: false, latency: 40, downloadThroughput: 125_000, uploadThroughput: 125_000 });
  const began = Date.now();
  await visitor.page.goto("/");
  await visitor.page.getByLabel(visitor.t("frame:sign_in.user"), { exact: true }).waitFor();
  const took = Date.now() - began;
  console.log(`first page: ${bytes} bytes, ${took} ms at 1 Mbit/s`);
  assert.ok(bytes <= 400_000, `${bytes} bytes`);
  await visitor.context.close();
});

// Pages look again by themselves: that must not keep a session alive for whoever walked away.
test("a screen that nobody sits at asks no more, and signs out", { timeout: 240_000 }, async () => {
  const supervisor = await world.visitor("COL", "en");
  const { page, t } = supervisor;
  await page.clock.install();
  await world.signIn(supervisor, "supervisor");
  await page.goto("/alarms");
  await page.locator("main h1").waitFor();
  let asked = 0;
  page.on("request", (request) => request.url().includes("/v1/alarms") && ++asked);
  await page.clock.runFor(60_000);
  assert.ok(asked > 0, "somebody is here");
  await page.clock.runFor(5 * 60_000);
  asked = 0;
  await page.clock.runFor(10 * 60_000);
  assert.equal(asked, 0);
  await page.clock.runFor(15 * 60_000);
  await page.getByLabel(t("frame:sign_in.user"), { exact: true }).waitFor();
  await supervisor.context.close();
});
