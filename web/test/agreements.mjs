// A supervisor drafts an agreement, compares texts, and opens files that mean harm. Steps of jobs.test.mjs: its world, its
// supervisor, who is signed in already.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { look } from "./world.mjs";

const exact = { exact: true };
const button = (root, name) => root.getByRole("button", { name, exact: true });
const puente = (...words) => execFileSync(process.env.PUENTE, words, { encoding: "utf8" });
const asFile = (text, name = "text.json") => ({ name, mimeType: "application/json", buffer: Buffer.from(text) });

async function saved(page, t, folder, name) {
  const download = page.waitForEvent("download");
  await button(page, t("agreements:draft.save")).click();
  const path = join(folder, name);
  await (await download).saveAs(path);
  await page.getByText(t("agreements:draft.sign"), exact).waitFor();
  return path;
}

// Copied, changed, saved; and signed by both countries as it is.
async function draft(visitor, world) {
  const { page, t, language } = visitor;
  const demo = join(world.folder, "demo");
  await page.goto("/agreements");
  await page.getByRole("link", { name: t("agreements:draft.title"), ...exact }).click();
  await page.getByLabel(t("agreements:draft.copy_of"), exact).selectOption("demo-COL-USA-2");
  await button(page, t("agreements:draft.begin_copy")).click();
  await page.getByLabel(t("agreements:line.id"), exact).fill(`demo-COL-USA-${language}`);
  const first = page.getByRole("group", { name: t("agreements:draft.clause", { number: 1 }), ...exact });
  await first.getByLabel(t("agreements:draft.retention"), exact).fill("3650");
  await first.getByRole("checkbox", { name: t("words:element.sex"), ...exact }).check();
  const path = await saved(page, t, world.folder, `draft-${language}.json`);
  await page.getByRole("heading", { name: t("agreements:draft.beside_base"), ...exact }).waitFor();
  await look(visitor, "agreement-draft");
  for (const country of ["USA", "COL"]) puente("agreement", "sign", path, "--country", country, "--key", join(demo, country, "keys", "signing.key"));
  puente("agreement", "check", path);
  return path;
}

// The least: nothing but what somebody chose. By keyboard from the button on.
async function least({ page, t, language }, world) {
  const demo = join(world.folder, "demo");
  await button(page, t("agreements:draft.again")).click();
  await button(page, t("agreements:draft.begin_least")).press("Enter");
  await page.getByLabel(t("agreements:line.id"), exact).fill("least");
  for (const [i, country] of ["USA", "COL"].entries()) {
    const party = page.getByRole("group", { name: t("agreements:draft.party", { number: i + 1 }), ...exact });
    await party.getByLabel(t("agreements:draft.party_file"), exact).setInputFiles(join(demo, country, "party.json"));
    await page.waitForFunction(([at, code]) => document.querySelectorAll("fieldset input[pattern='[A-Z]{3}']")[at].value === code, [i, country]);
    await party.getByLabel(t("agreements:draft.utc_offset"), exact).fill("-300"); // party.json does not say it
  }
  await page.getByLabel(t("agreements:line.purpose"), exact).selectOption("missing_person_search");
  await page.getByLabel(t("agreements:draft.assessment_file"), exact).setInputFiles(asFile("what it does to people", "assessment.txt"));
  await button(page, t("agreements:draft.save")).click();
  await page.getByRole("alert").getByText(t("agreements:draft.not_yet")).waitFor(); // of whom it may be asked, nobody said
  const box = page.getByRole("checkbox", { name: t("words:category.missing"), ...exact });
  await box.focus();
  await page.keyboard.press("Space");
  const path = await saved(page, t, world.folder, `least-${language}.json`);
  const { purposes } = JSON.parse(readFileSync(path));
  assert.deepEqual([purposes[0].release, purposes[0].retention_days, purposes[0].onward_transfer], [[], 1, "never"]);
  puente("agreement", "show", path, "--language", language);
}

async function compare(visitor, world, path) {
  const { page, t } = visitor;
  await page.getByRole("link", { name: t("agreements:all"), ...exact }).click();
  await page.getByRole("link", { name: t("agreements:compare.title"), ...exact }).click();
  await page.getByLabel(t("agreements:compare.older"), exact).selectOption("demo-COL-USA-1");
  await page.getByLabel(t("agreements:compare.newer"), exact).selectOption("demo-COL-USA-2");
  await page.getByText(t("agreements:known", { id: "demo-COL-USA-1", standing: "|" }).split("|")[0]).waitFor(); // as the node has it
  await page.route("**/v1/agreements/demo-COL-USA-1/text", (route) => route.fulfill({ path: join(world.folder, "demo", "demo-COL-USA-2.json") }));
  await page.getByLabel(t("agreements:compare.older"), exact).selectOption("");
  await page.getByLabel(t("agreements:compare.older"), exact).selectOption("demo-COL-USA-1");
  await page.getByText(t("agreements:wrong.other_text", { id: "demo-COL-USA-1" })).waitFor(); // not what the list says it is
  await page.getByLabel(t("agreements:compare.older"), exact).selectOption("demo-COL-USA-2");
  await page.getByLabel(t("agreements:compare.newer"), exact).selectOption("file ");
  await page.getByLabel(t("agreements:open"), exact).setInputFiles(path);
  const kept = page.getByRole("row").filter({ hasText: t("agreements:line.retention") });
  await kept.first().waitFor();
  const said = await kept.first().innerText();
  const longer = t("agreements:way.longer", { before: "", after: "" }).split(":")[0];
  for (const words of [longer, t("agreements:gives.more"), "→"]) assert.ok(said.includes(words), said);
  assert.ok((await page.getByRole("row").filter({ hasText: t("agreements:line.release") }).first().innerText()).includes(t("agreements:way.come", { names: t("words:element.sex") })));
  await look(visitor, "agreement-compare");
}

const hostile = (text, t) => {
  const of = (change) => {
    const document = JSON.parse(text);
    change(document, document.purposes[0]);
    return JSON.stringify(document);
  };
  return {
    html: of((all, clause) => ((all.id = "<img src=x onerror=alert(1)>"), (clause["<script>alert(2)</script>"] = "{{t}} $t(frame:cancel)"), (clause.purpose = "constructor"))),
    "right-to-left": of((all, clause) => ((all.parties[0].name = "Autoridad \u202etxet rehto\u202c \u200b\u2066 \u05d0\u05d1"), (clause.may_ask = ["USA\u202eLOC", "COL"]), (clause["ages.from"] = 0), (clause[t("agreements:line.retention")] = "1 day"))),
    long: of((all, clause) => ((all.parties[1].name = "W".repeat(20_000)), (clause["n".repeat(9_000)] = "\u0301".repeat(2_000)))),
    numbers: of((_, clause) => Object.assign(clause, { retention_days: 1e300, daily_quota: -1, person_quota: 1.5, response_hours: "72" })).replace("1e+300", "1e400"),
    types: of((all, clause) => Object.assign((Object.assign(all, { valid_from: "2026-02-30", valid_until: {}, signatures: "all", format: ["puente-agreement/3"] }), clause), { ages: [14], release: "all", score_floors: null, purpose: { toString: 1 }, own_nationals: "no" })),
    proto: text.replace("{", '{"__proto__": {"id": "of another", "purposes": []}, "constructor": 1, "hasOwnProperty": 2, '),
    empty: "{}",
    parts: of((all) => ((all.parties = [7, null, "USA"]), (all.purposes = [...all.purposes, ...all.purposes, [[]]]))),
  };
};

// Opened before it is accepted, and beside what is in force: whatever it says is text, and what cannot be read says so.
async function harm(visitor, world, path) {
  const { page, t, errors } = visitor;
  await page.goto("/agreements");
  let dialogs = 0;
  page.on("dialog", (dialog) => (++dialogs, void dialog.dismiss()));
  const input = page.getByLabel(t("supervisor:agreements.file"), exact);
  const reading = (name) => page.getByRole("heading", { name: t("supervisor:agreements.read_first", { file: name }), ...exact });
  await input.setInputFiles(path);
  await page.getByRole("heading", { name: t("agreements:beside", { id: "demo-COL-USA-2" }), ...exact }).waitFor();
  await page.getByRole("row").filter({ hasText: t("agreements:line.retention") }).first().waitFor();
  await look(visitor, "agreement-accept");
  await page.emulateMedia({ colorScheme: "dark" });
  const text = readFileSync(path, "utf8");
  for (const [name, each] of Object.entries(hostile(text, t))) {
    await input.setInputFiles(asFile(each, `${name}.json`));
    await reading(`${name}.json`).waitFor();
    const card = await page.locator("section[aria-labelledby=accept-agreement]").innerText();
    assert.ok(card.includes(t("agreements:unreadable")) || card.includes(t("agreements:no_words")) || card.includes(t("agreements:missing")), name);
    if (name === "right-to-left") assert.ok(card.includes(`"${t("agreements:line.retention")}"`) && card.includes('"ages.from"'), card); // not as our own words
    if (name === "right-to-left") assert.ok(card.includes("[U+202E]txet rehto[U+202C]") && !/[\u202a-\u202e\u200b]/.test(card), card);
    if (name === "html") assert.ok(card.includes("<img src=x onerror=alert(1)>") && card.includes("$t(frame:cancel)"), card);
    if (name === "proto") assert.ok(card.includes("__proto__"), card);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${name}: ${wide} pixels wider than the screen`);
    assert.equal(await page.locator("main :is(img, script, iframe)").count(), 0, name);
    if (name === "types") await look(visitor, "agreement-hostile");
  }
  const refused = {
    too_large: " ".repeat(2_000_000),
    too_deep: text.replace("{", `{"deep": ${"[".repeat(15_000)}${"]".repeat(15_000)}, `),
    twice: text.replace("{", '{"id": "another", '),
    no_json: "[1]",
  };
  for (const [fault, each] of Object.entries(refused)) {
    await input.setInputFiles(asFile(each));
    await page.getByRole("alert").getByText(t(`agreements:wrong.${fault}`), exact).waitFor();
    assert.equal(await reading("text.json").count(), 0, fault);
  }
  await input.setInputFiles({ name: "bytes.json", mimeType: "application/json", buffer: Buffer.from([0x7b, 0xff, 0x7d]) });
  await page.getByRole("alert").getByText(t("agreements:wrong.no_text"), exact).waitFor();
  assert.equal(dialogs, 0);
  assert.deepEqual(errors, []);
}

export async function draftAndCompare(visitor, world) {
  const path = await draft(visitor, world);
  await least(visitor, world);
  await compare(visitor, world, path);
  await harm(visitor, world, path);
}
