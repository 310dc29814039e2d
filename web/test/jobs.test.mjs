// Each role's main job from sign-in to done, in both languages, against two countries' nodes and an overseer.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { draftAndCompare } from "./agreements.mjs";
import { capital, idle, look, World } from "./world.mjs";

let world;
before(async () => (world = await World.start()), { timeout: 600_000 });
after(async () => world?.stop());

const file = (language) => (language === "es" ? "BOG-2026-0117" : "BOG-2026-0118");
const labelled = (root, name) => root.getByLabel(name, { exact: true });
const button = (root, name) => root.getByRole("button", { name, exact: true });

// Each page of somebody's menu, which marks it.
async function lookAround(visitor, role) {
  const { page } = visitor;
  const menu = await page.locator("header nav a").evaluateAll((all) => all.map((each) => each.getAttribute("href")));
  assert.ok(menu.length > 1, menu.join());
  for (const path of menu) {
    await page.goto(path);
    await page.locator("main h1").waitFor();
    assert.equal(await page.locator("header nav a[aria-current=page]").getAttribute("href"), path);
    await look(visitor, `${role}${path.replaceAll("/", "-")}`);
  }
}

async function capture({ page, t }) {
  await page.goto("/capture");
  await page.locator("input[type=file]").setInputFiles(world.captures.map((each) => each.file));
  await page.locator("canvas").nth(3).waitFor();
  for (const [i, each] of world.captures.entries()) // by the files' names
    assert.equal(await labelled(page, t("officer:files.position_of", { number: i + 1 })).inputValue(), each.position);
}

// Gives the partner's name for the case.
async function ask(officer) {
  const { page, context, t, language } = officer;
  await page.getByRole("tab", { name: t("officer:verify.title") }).click();
  await look(officer, "verify");
  await page.getByRole("tab", { name: t("officer:ask.title") }).click();
  const form = page.getByRole("form", { name: t("officer:ask.title") });
  await labelled(form, t("officer:ask.partner")).selectOption("USA");
  await labelled(form, t("officer:ask.purpose")).selectOption("border_identification");
  await labelled(form, t("officer:field.file")).fill(file(language));
  await labelled(form, t("officer:ask.legal_basis")).fill("Decreto 1067 de 2015, art. 2.2.1.11");
  await labelled(form, t("officer:ask.category")).selectOption("other");
  await button(form, t("officer:ask.do")).click();
  await page.getByRole("alert").getByText(t("officer:ask.unasked")).waitFor();
  await look(officer, "ask");
  await form.getByRole("checkbox").check(); // the person does not flee from there
  await button(form, t("officer:ask.do")).click();
  await page.waitForURL(/\/questions\/.+/);
  await page.getByText(t("officer:question_state.hit"), { exact: true }).first().waitFor();
  return (await (await context.request.get(`/v1${new URL(page.url()).pathname}`)).json()).reference;
}

async function examine(examiner, reference) {
  const { page, t } = examiner;
  await page.goto("/cases");
  await look(examiner, "cases");
  await page.locator(`main table a[href$="${reference}"]`).first().click();
  const tabs = page.getByRole("tab");
  await page.locator("canvas").first().waitFor();
  await look(examiner, "mark");
  const prints = await tabs.count();
  for (let print = 0; print < Math.max(prints, 1); ++print) {
    if (prints > 0) await tabs.nth(print).click();
    const canvas = page.locator("canvas:visible").first();
    await canvas.waitFor();
    await page.waitForTimeout(300); // the picture comes from the node
    const { width, height } = await canvas.boundingBox();
    for (const [x, y] of [[0.45, 0.4], [0.55, 0.5], [0.5, 0.62]]) await canvas.click({ position: { x: width * x, y: height * y } });
  }
  await button(page, t("examiner:mark.lock")).click();
  await look(examiner, "lock");
  await button(page, t("examiner:mark.lock_now")).click();
  await page.getByRole("heading", { name: t("examiner:compare.title") }).waitFor();
  await look(examiner, "compare");
  const drawn = () => page.locator("canvas:visible").first().evaluate((canvas) => canvas.toDataURL().length);
  const bare = await drawn();
  await page.getByRole("checkbox", { name: t("examiner:compare.flow") }).check();
  await page.getByText(t("examiner:compare.flow_hint")).waitFor();
  await page.waitForTimeout(300);
  assert.notEqual(await drawn(), bare, "bars lie along the ridges");
  await look(examiner, "compare-flow");
  await page.getByRole("checkbox", { name: t("examiner:compare.flow") }).uncheck();
  const pairs = page.getByRole("tab");
  for (let pair = 0; pair < (await pairs.count()); ++pair) {
    await pairs.nth(pair).click();
    await page.waitForTimeout(400);
  }
  await page.getByRole("radio").first().check();
  await labelled(page, t("frame:reasons")).fill("twelve minutiae agree, with the core; nothing disagrees");
  await button(page, t("examiner:give.do")).click();
  await look(examiner, "verdict");
  await button(page, t("examiner:give.now")).click();
  await page.getByText(t("examiner:view.now.confirmed")).waitFor();
}

// What went which way, and what is left of the day's questions.
async function ways(supervisor) {
  const { page, t } = supervisor;
  await page.goto("/agreements");
  const asked = page.getByRole("region", { name: t("supervisor:agreements.quotas_of", { id: "demo-COL-USA-2" }) });
  await asked.getByRole("row").nth(1).waitFor();
  const between = page.getByRole("region", { name: /\d/ }).filter({ hasText: "COL → USA" });
  await between.getByRole("row").filter({ hasText: "COL → USA" }).first().waitFor();
  await look(supervisor, "exchanged");
}

async function release(supervisor, reference) {
  const { page, t } = supervisor;
  await page.goto("/releases");
  await look(supervisor, "releases");
  await page.locator(`main table a[href$="${reference}"]`).first().click();
  await page.getByRole("heading", { name: t("supervisor:card.decide") }).waitFor();
  await look(supervisor, "card");
  await page.getByRole("radio").first().check();
  await labelled(page, t("supervisor:card.facts")).fill("met at the bridge with this file; the card shows no risk");
  await button(page, t("supervisor:card.go_on")).click();
  await look(supervisor, "card-last-step");
  await page.locator(".confirm-step button.danger").click();
  await page.getByRole("heading", { name: t("supervisor:card.decided") }).waitFor();
}

// Without a file: what the officer is told, and the number that the search was given.
async function searchUrgently(officer) {
  const { page, t } = officer;
  const form = page.getByRole("form", { name: t("officer:find.title") });
  await form.getByRole("checkbox").focus();
  await page.keyboard.press("Space");
  await page.getByText(t("officer:urgent.then")).waitFor();
  assert.equal(await labelled(form, t("officer:field.file")).count(), 0);
  await labelled(form, t("officer:urgent.reasons")).fill("a         b"); // long enough for the browser, not for the node
  await button(form, t("officer:find.do")).click();
  await page.getByText(`${capital(t("reasons:reason.urgent_reasons_too_short"))}.`, { exact: true }).waitFor();
  await labelled(form, t("officer:urgent.reasons")).fill("a child alone, in a lorry that leaves in an hour");
  await look(officer, "find-urgent");
  await button(form, t("officer:find.do")).click();
  const said = page.getByText(t("officer:urgent.number"));
  await said.waitFor();
  await look(officer, "found-urgent");
  return (await said.locator("strong").innerText()).trim();
}

async function searchNames(officer) {
  const { page, t, language } = officer;
  await page.getByRole("link", { name: t("officer:names.title"), exact: true }).click();
  const form = page.getByRole("form", { name: t("officer:names.title") });
  await labelled(form, capital(t("words:element.family_name"))).fill("PENA");
  await labelled(form, t("officer:field.file")).fill(file(language));
  await page.keyboard.press("Enter");
  await page.getByRole("alert").getByText(t("officer:names.too_little")).waitFor();
  await labelled(form, capital(t("words:element.date_of_birth"))).fill("1990-04-30");
  await button(form, t("officer:find.do")).click();
  await page.getByRole("cell", { name: 'Peña <img src=x onerror="alert(1)">' }).first().waitFor();
  assert.equal(await page.locator("main a[target=_blank][href^='/persons/']").count() > 0, true);
  await look(officer, "names");
}

// Justified in one language, not in the other.
async function review(supervisor, number) {
  const { page, t, language } = supervisor;
  await page.goto("/alarms");
  const alarm = page.getByRole("article").filter({ hasText: number });
  await alarm.waitFor();
  assert.equal(await button(alarm, t("supervisor:alarms.mark")).count(), 0);
  await alarm.getByText(t("frame:time.hours_other", { count: 23 })).waitFor();
  await alarm.getByRole("button").press("Enter");
  const isJustified = language === "es";
  await page.getByRole("radio", { name: t(`supervisor:urgent.${isJustified ? "yes" : "no"}`), exact: true }).press("Space");
  assert.equal(await labelled(alarm, t("supervisor:urgent.file")).count(), isJustified ? 1 : 0);
  if (isJustified) await labelled(alarm, t("supervisor:urgent.file")).fill("BOG-2026-0500");
  await labelled(alarm, t("frame:reasons")).fill("asked the officer; the file was opened that night");
  await look(supervisor, "alarm-urgent");
  await button(alarm, t("supervisor:urgent.do")).click();
  await alarm.waitFor({ state: "detached" });
  await page.getByRole("checkbox").check();
  await alarm.getByText(t("supervisor:urgent.reviewed_by", { user: "supervisor.demo" })).waitFor();
}

for (const language of ["es", "en"]) {
  test(`from a person at the post to what was released, in ${language}`, { timeout: 600_000 }, async () => {
    const officer = await world.person("COL", "officer", language);
    await capture(officer);
    await look(officer, "capture");
    const { page, t } = officer;

    const find = page.getByRole("form", { name: t("officer:find.title") });
    await labelled(find, t("officer:field.file")).fill(file(language));
    await button(find, t("officer:find.do")).click();
    await page.getByText(t("officer:receipt.title")).first().waitFor();

    if (language === "es") {
      await page.getByRole("tab", { name: t("officer:register.title") }).click();
      const form = page.getByRole("form", { name: t("officer:register.title") });
      await labelled(form, capital(t("words:element.family_name"))).fill('Peña <img src=x onerror="alert(1)">');
      await labelled(form, capital(t("words:element.date_of_birth"))).fill("1990-04-30");
      await button(form, t("officer:register.do")).click();
      await page.getByText(t("officer:register.enrolled"), { exact: true }).first().waitFor();
      await look(officer, "registered");
    }
    const supervisor = await world.person("USA", "supervisor", language);
    const { page: list } = supervisor;
    await list.goto("/releases");
    await labelled(list, supervisor.t("supervisor:releases.show")).selectOption("open");
    await idle(supervisor);
    const row = list.getByRole("cell", { name: file(language), exact: true });
    assert.equal(await row.count(), 0);
    const reference = await ask(officer);
    await row.waitFor({ timeout: 3_000 }); // the node says by itself that there is another case
    await look(officer, "question-hit");

    const examiner = await world.person("USA", "examiner", language);
    await examine(examiner, reference);
    await look(examiner, "verdict-given");
    assert.deepEqual(examiner.errors, []);
    await examiner.context.close();

    await release(supervisor, reference);
    await look(supervisor, "released");
    await lookAround(supervisor, "supervisor");
    await draftAndCompare(supervisor, world);
    await ways(supervisor);
    assert.deepEqual(supervisor.errors, []);
    await supervisor.context.close();

    await page.getByText(t("officer:question.released"), { exact: true }).first().waitFor({ timeout: 240_000 });
    await look(officer, "question-released");
    await lookAround(officer, "officer");
    assert.deepEqual(officer.errors, []);
    await officer.context.close();
  });

  test(`what cannot wait for a file is searched for and reviewed, and names are, in ${language}`, { timeout: 240_000 }, async () => {
    const officer = await world.person("COL", "officer", language);
    await capture(officer);
    const number = await searchUrgently(officer);
    assert.match(number, /^URGENT-7/);
    await searchNames(officer);
    assert.deepEqual(officer.errors, []);
    await officer.context.close();
    const supervisor = await world.person("COL", "supervisor", language, { theme: language === "en" ? "dark" : "light" });
    await review(supervisor, number);
    assert.deepEqual(supervisor.errors, []);
    await supervisor.context.close();
  });

  test(`the log is read and verified in the browser, in ${language}`, { timeout: 480_000 }, async () => {
    const auditor = await world.person("COL", "auditor", language);
    const { page, t } = auditor;
    await lookAround(auditor, "auditor");
    const keys = ["COL", "overseer"].map((of) => readFileSync(join(world.folder, "demo", of, "keys", "log.vkey"), "utf8").trim());
    await page.goto("/log/verify");
    await labelled(page, t("auditor:verify.keys")).fill(keys.join("\n"));
    await button(page, t("auditor:verify.start")).click();
    await page.getByRole("heading", { name: t("auditor:verify.result") }).waitFor({ timeout: 240_000 });
    const said = await page.locator("section[aria-labelledby=verify-result]").innerText();
    assert.ok(!said.includes(t("auditor:verify.state.differs")), said);
    await look(auditor, "verified");
    await button(page, t("auditor:again.do")).click();
    await page.getByText(t("auditor:again.same"), { exact: true }).waitFor({ timeout: 60_000 });
    await look(auditor, "decided-again");
    await page.goto("/log");
    const kept = page.waitForEvent("download");
    await button(page, t("auditor:log.save")).click();
    const leaves = JSON.parse(readFileSync(await (await kept).path(), "utf8"));
    assert.ok(leaves.length > 1 && leaves.every((each) => each.event && !("opened" in each)), "leaves, and nothing sealed");
    assert.deepEqual(auditor.errors, []);
    await auditor.context.close();
  });

  test(`an administrator sees who is here and how the node is, in ${language}`, { timeout: 240_000 }, async () => {
    const administrator = await world.visitor("COL", language);
    await administrator.page.goto("/");
    await labelled(administrator.page, administrator.t("frame:sign_in.user")).waitFor();
    await look(administrator, "sign-in");
    await world.signIn(administrator, "administrator");
    await lookAround(administrator, "administrator");
    assert.deepEqual(administrator.errors, []);
    await administrator.context.close();
  });
}

for (const [name, options] of Object.entries({ dark: { theme: "dark" }, tablet: { width: 768, height: 1024 } }))
  test(`pages are readable ${name}`, { timeout: 240_000 }, async () => {
    const officer = await world.person("COL", "officer", "es", options);
    await capture(officer);
    await look(officer, `capture-${name}`);
    const wide = await officer.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${wide} pixels wider than the screen`);
    await officer.context.close();
  });
