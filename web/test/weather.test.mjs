// Bad weather: a node that ends in the middle, a clock that is years off, two at one case, files and names that nobody
// foresaw, and a person who listens to the page.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { deflateSync } from "node:zlib";
import { capital, pictures, text, World } from "./world.mjs";

// As a refusal says it: a reason of policy's as a sentence, what has none as it stands.
const codes = ["case_is_over", "under_way", "done_otherwise", "done_and_erased"];
const sentence = (t, name) => (codes.includes(name) ? t(`reasons:code.${name}`) : `${capital(t(`reasons:reason.${name}`))}.`);

let world;
const cases = []; // at the USA, each of one print, which the examiner has marked and locked
before(
  async () => {
    world = await World.start();
    world.addUser("COL", "officer.two", "officer");
    world.addUser("USA", "examiner.two", "examiner");
    const officer = await world.person("COL", "officer", "en");
    for (const each of world.captures.slice(0, 2)) cases.push(await ask(officer.context, each));
    await officer.context.close();
  },
  { timeout: 600_000 },
);
after(async () => world?.stop());

const labelled = (root, name) => root.getByLabel(name, { exact: true });
const button = (root, name) => root.getByRole("button", { name, exact: true });
const tab = (page, name) => page.getByRole("tab", { name }).click();
const picture = (page, name) => page.screenshot({ path: join(pictures, `weather-${name}.png`), fullPage: true });
const ended = (page, t) => labelled(page, t("frame:sign_in.user")).waitFor();

// As the page does it, by the session of its window.
async function call({ request }, method, path, data) {
  const { csrf } = await (await request.get("/v1/me")).json();
  const answer = await request.fetch(path, { method, data, headers: { "x-puente-csrf": csrf } });
  assert.ok(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`);
  return answer.headers()["content-type"] === "application/json" ? answer.json() : undefined;
}

async function ask(context, { file, position }) {
  let question = await call(context, "POST", "/v1/questions", {
    samples: [{ image: readFileSync(file, "base64"), position }],
    partner: "USA",
    purpose: "border_identification",
    case_reference: "BOG-2026-0400",
    legal_basis: "Decreto 1067 de 2015",
    subject_category: "other",
    aim: "identify",
    urgency: "routine",
  });
  for (let tries = 0; question.state === "queued" && tries < 100; ++tries) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    question = await call(context, "GET", `/v1/questions/${question.exchange_id}`);
  }
  assert.equal(question.state, "hit");
  return question.reference;
}

async function lock(context, id) {
  const { pairs } = await call(context, "GET", `/v1/cases/${id}`);
  for (const i of pairs.keys()) await call(context, "GET", `/v1/cases/${id}/pictures/${i}?kind=probe_clean`);
  const marks = [{ x: 40, y: 40 }, { x: 60, y: 70 }, { x: 80, y: 50 }];
  await call(context, "POST", `/v1/cases/${id}/marks`, { prints: [...pairs.keys()].map((pair) => ({ pair, marks })) });
}

async function capture({ page, t }, captures) {
  await page.goto("/capture");
  await page.locator("input[type=file]").setInputFiles(captures.map((each) => each.file));
  await page.locator("canvas").nth(captures.length - 1).waitFor();
  await button(page, t("officer:capture.assess")).waitFor({ state: "detached" });
}

const form = ({ page, t }, name) => page.getByRole("form", { name: t(`officer:${name}.title`) });

test("at 800 percent the examiner's picture follows the hand", { timeout: 240_000 }, async () => {
  const { page, context, t } = await world.person("USA", "examiner", "en");
  await lock(context, cases[0]);
  await page.goto(`/cases/${cases[0]}`);
  const canvas = page.locator("canvas").first();
  await canvas.waitFor();
  await page.waitForTimeout(300); // its picture comes from the node
  for (let i = 0; i < 20; ++i) await button(page, t("examiner:viewer.larger")).click();
  await page.getByText("800 %").waitFor();
  await page.getByRole("checkbox", { name: t("examiner:compare.cross") }).uncheck(); // it follows the mouse by itself
  const drawn = () => canvas.evaluate((each) => each.toDataURL());
  const before = await drawn();
  const { x, y, width, height } = await canvas.boundingBox();
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  await page.evaluate(() => {
    window.frames_ = 0;
    const count = () => (++window.frames_, requestAnimationFrame(count));
    requestAnimationFrame(count);
  });
  const began = Date.now();
  for (let i = 0; Date.now() - began < 1_500; ++i) await page.mouse.move(x + width / 2 + 80 * Math.sin(i / 9), y + height / 2 + 60 * Math.cos(i / 7));
  const frames = await page.evaluate(() => window.frames_);
  console.log(`panning at 800 %: ${Math.round((frames * 1000) / (Date.now() - began))} frames a second`);
  await page.mouse.up();
  assert.notEqual(await drawn(), before);
  await context.close();
});

// Up to the last button.
async function judge({ page, t }, id, verdict, reasons) {
  await page.goto(`/cases/${id}`);
  await labelled(page, t("frame:reasons")).fill(reasons);
  await page.getByRole("radio", { name: t(`examiner:verdict.${verdict}`) }).check();
  await button(page, t("examiner:give.do")).click();
  await button(page, t("examiner:give.now")).waitFor();
}

test("whoever decides second is told so, decides nothing, and keeps what they wrote", { timeout: 240_000 }, async () => {
  const one = await world.person("USA", "examiner", "es");
  const sameInAnotherTab = { ...one, page: await one.context.newPage() };
  const other = await world.person("USA", "examiner", "es", { user: "examiner.two" });
  await lock(one.context, cases[1]);
  await lock(other.context, cases[1]);
  const tries = [
    { first: one, second: sameInAnotherTab, id: cases[0], said: "verdict_given_before|case_is_over" },
    { first: one, second: other, id: cases[1], said: "case_is_over" },
  ];
  for (const { first, second, id, said } of tries) {
    const { page, t } = second;
    const written = `no coincide el núcleo de la huella (${id})`;
    await judge(first, id, "confirm", "coinciden doce minucias y el núcleo");
    await judge(second, id, "reject", written);
    await button(first.page, t("examiner:give.now")).click();
    await first.page.getByText(t("examiner:view.now.confirmed")).waitFor();
    await button(page, t("examiner:give.now")).click();
    const problem = page.getByRole("alert");
    await problem.waitFor();
    const words = await problem.innerText();
    assert.ok(said.split("|").some((name) => words.includes(sentence(t, name))), words);
    assert.equal(await labelled(page, t("frame:reasons")).inputValue(), written);
    if (second === other) await picture(page, "second-to-decide");
    await button(page, t("examiner:view.open_again")).click();
    await page.getByText(t("examiner:view.now.confirmed")).waitFor();
    const { case: after } = await call(first.context, "GET", `/v1/cases/${id}`);
    assert.equal(after.state, "confirmed");
    assert.equal(after.verdicts.length, 1);
    assert.equal(after.verdicts[0].verdict, "confirm");
  }
  await one.context.close();
  await other.context.close();
});

test("a node that ends in the middle: what is not known is said, and what was captured stays for who captured it", { timeout: 240_000 }, async () => {
  const officer = await world.person("COL", "officer", "en");
  const { page, context, t } = officer;
  await capture(officer, world.captures.slice(0, 2));
  const find = form(officer, "find");
  await labelled(find, t("officer:field.file")).fill("BOG-2026-0401");

  // Told to end while it searches.
  const stopped = page.waitForRequest("**/v1/identify").then(() => world.stopNode("COL", "SIGTERM"));
  await button(find, t("officer:find.do")).click();
  await stopped;
  const unknown = page.getByText(t("frame:problem.unavailable"));
  const result = page.getByRole("region", { name: t("officer:find.result") });
  await unknown.or(result).first().waitFor();
  assert.equal((await unknown.count()) + (await result.count()), 1, "one or the other");
  if ((await unknown.count()) === 0) {
    await button(find, t("officer:find.do")).click(); // it answered before it ended
    await unknown.waitFor();
    assert.equal(await result.count(), 0);
  }
  await world.startNode("COL");
  await button(find, t("officer:find.do")).click();
  await ended(page, t);
  assert.equal(await page.locator("canvas, table, .tabs").count(), 0, "nothing of the officer is in the document");
  await picture(page, "signed-out-by-restart");
  await world.signInHere(officer, "officer");
  await page.locator("canvas").nth(1).waitFor();
  assert.equal(await labelled(find, t("officer:field.file")).inputValue(), "BOG-2026-0401");
  await page.getByText(t("frame:problem.signed_out")).waitFor();
  await button(find, t("officer:find.do")).click();
  await result.waitFor();

  // Killed after it has registered somebody, before it can say so.
  await tab(page, t("officer:register.title"));
  const register = form(officer, "register");
  await labelled(register, capital(t("words:element.family_name"))).fill("Peña");
  let person;
  await page.route("**/v1/persons", async (route) => {
    person = (await (await route.fetch()).json()).person_id;
    await world.stopNode("COL", "SIGKILL");
    await route.abort();
  });
  await button(register, t("officer:register.do")).click();
  await register.getByText(t("frame:problem.unavailable")).waitFor();
  assert.ok(person);
  assert.equal(await page.getByText(t("officer:register.enrolled"), { exact: true }).count(), 0);
  assert.equal(await page.locator("canvas").count(), 2);
  await picture(page, "killed-while-registering");
  await page.unroute("**/v1/persons");
  await world.startNode("COL");
  await button(register, t("officer:register.do")).click();
  await ended(page, t);
  await world.signInHere(officer, "officer");
  assert.equal(await labelled(register, capital(t("words:element.family_name"))).inputValue(), "Peña");
  await button(register, t("officer:register.do")).click();
  await page.getByText(t("officer:register.enrolled"), { exact: true }).first().waitFor();
  await page.getByRole("link", { name: person }).first().waitFor(); // no second person

  // Somebody else at the same screen.
  await context.clearCookies();
  await tab(page, t("officer:find.title"));
  await button(find, t("officer:find.do")).click();
  await ended(page, t);
  await page.evaluate(() => (window.memory_ = "of the first"));
  let asked = false;
  page.on("dialog", (dialog) => ((asked = true), void dialog.accept()));
  await world.signInHere(officer, "officer", "officer.two");
  await page.waitForURL(/\/capture$/);
  await page.getByText("officer.two").waitFor();
  assert.equal(await page.evaluate(() => window.memory_), undefined, "a new document");
  assert.equal(await page.locator("canvas").count(), 0);
  assert.doesNotMatch(await page.content(), /BOG-2026-0401|Peña/);
  assert.equal(asked, false);
  await context.close();
});

test("what was unseen is gone after a while, for who it belongs to as well", { timeout: 240_000 }, async () => {
  const officer = await world.visitor("COL", "en");
  const { page, context, t } = officer;
  await page.clock.install();
  await world.signIn(officer, "officer");
  await page.goto("/capture");
  await page.locator("input[type=file]").setInputFiles(world.captures[0].file);
  await page.locator("canvas").waitFor();
  await context.clearCookies();
  await button(page, t("officer:files.remove_of", { number: 1 })).waitFor();
  await labelled(form(officer, "find"), t("officer:field.file")).fill("BOG-2026-0402");
  await button(form(officer, "find"), t("officer:find.do")).click();
  await ended(page, t);
  const anew = page.waitForEvent("load");
  await page.clock.runFor(11 * 60_000);
  await anew;
  await world.signInHere(officer, "officer");
  await page.locator("main h1").waitFor();
  assert.equal(await page.locator("canvas").count(), 0);
  await context.close();
});

test("a browser's clock that is three years off does not count", { timeout: 240_000 }, async () => {
  const now = new Date();
  const [ahead, behind] = [3, -3].map((years) => new Date(now.getTime() + years * 365 * 86_400_000));
  const officer = await world.visitor("COL", "en");
  const { page, context, t } = officer;
  await page.clock.install({ time: ahead });
  await world.signIn(officer, "officer");
  const note = page.getByText(t("frame:clock.differs", { here: "|", node: "|" }).split("|")[0]);
  const said = await note.innerText();
  assert.ok(said.includes(String(now.getUTCFullYear())) && said.includes(String(ahead.getUTCFullYear())), said);
  await capture(officer, world.captures.slice(2, 3));
  await labelled(form(officer, "find"), t("officer:field.file")).fill("BOG-2026-0403");
  await button(form(officer, "find"), t("officer:find.do")).click();
  const receipt = page.locator(".receipt").first();
  await receipt.waitFor();
  assert.match(await receipt.innerText(), new RegExp(`${now.getUTCFullYear()}, `));
  await tab(page, t("officer:register.title"));
  const met = labelled(form(officer, "register"), capital(t("words:element.encounter_date")));
  const days = [new Date(now.getTime() - 86_400_000), now, new Date()].map((each) => each.toISOString().slice(0, 10));
  assert.ok(days.includes(await met.inputValue()), await met.inputValue());
  let sent;
  await page.route("**/v1/persons", (route) => ((sent = route.request().postDataJSON()), route.abort()));
  await button(form(officer, "register"), t("officer:register.do")).click();
  await page.getByText(t("frame:problem.unavailable")).waitFor();
  assert.ok(days.includes(sent.biographic.encounter_date), sent.biographic.encounter_date);
  await picture(page, "clock");
  await context.close();

  const examiner = await world.visitor("USA", "en");
  await examiner.page.clock.install({ time: behind });
  await world.signIn(examiner, "examiner");
  await examiner.page.goto("/cases");
  await labelled(examiner.page, examiner.t("examiner:queue.which")).selectOption("");
  const wait = examiner.page.locator("tbody td:nth-child(3) .tag").first();
  await wait.waitFor();
  assert.match(await wait.innerText(), /^[2-7] days left$/);
  await examiner.page.getByRole("status").filter({ hasText: /^\d+ shown$/ }).waitFor();
  await examiner.context.close();
});

test("a clock that is a minute off is nobody's trouble, and one set right meanwhile counts at the next answer", { timeout: 240_000 }, async () => {
  const officer = await world.visitor("COL", "es");
  const { page, context, t } = officer;
  await page.clock.install({ time: Date.now() + 60_000 });
  await world.signIn(officer, "officer");
  const note = page.getByText(t("frame:clock.differs", { here: "|", node: "|" }).split("|")[0]);
  assert.equal(await note.count(), 0);
  await page.clock.setSystemTime(Date.now() - 3_600_000);
  await page.getByRole("link", { name: t("officer:questions.title") }).click();
  await note.waitFor();
  await page.clock.setSystemTime(Date.now());
  await button(page, t("officer:questions.again")).click();
  await note.waitFor({ state: "detached" });
  await context.close();
});

const names = {
  arabic: "محمد عبد الرحمن الشريف",
  hebrew: "בן־גוריון שׁוֹשַׁנָּה",
  code: `"><img src=x onerror="alert(1)">'&amp;{{t}}`,
  long: "Wolfeschlegelsteinhausenbergerdorff".repeat(7),
  marks: `Z${"\u0301\u0323\u0338".repeat(40)}oe\u0308 n\u0303`,
};
const turning = "عائشة\u202Egnp.exe\u2069\u202E end";
const hostile = `${names.arabic} ${names.code} ${names.hebrew}`;

// Words in a right-to-left script, or signs that turn what is around them, where nothing keeps them in their place.
const loose = (page) =>
  page.evaluate(() => {
    const runsLeft = /[\u0590-\u08FF]/;
    const found = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const kept = node.textContent.replace(/\u2068[^\u2068\u2069]*\u2069/g, "");
      if (/[\u202A-\u202E\u2066-\u2069]/.test(kept)) found.push(`a sign: ${node.textContent.slice(0, 80)}`);
      if (runsLeft.test(kept) && !node.parentElement.closest("bdi, [dir=auto]")) found.push(node.textContent.slice(0, 80));
    }
    for (const each of document.querySelectorAll("input, textarea"))
      if (runsLeft.test(each.value) && each.dir !== "auto") found.push(`field ${each.name}`);
    return found;
  });

async function holds(visitor, name) {
  const { page } = visitor;
  for (const [width, height] of [[1366, 768], [820, 1180]]) {
    await page.setViewportSize({ width, height });
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    const wide = await page.evaluate(() => {
      const out = [...document.querySelectorAll("main *")].filter((each) => each.getBoundingClientRect().right > innerWidth + 1 && !each.closest(".scroll") && !each.closest("[hidden]"));
      const broken = [];
      const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT, (node) => (node.parentElement.closest("button, nav a, th, label, legend") ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_SKIP));
      for (let node = walk.nextNode(); node; node = walk.nextNode())
        for (const word of node.textContent.matchAll(/[\p{L}]+/gu)) {
          const range = document.createRange();
          range.setStart(node, word.index);
          range.setEnd(node, word.index + word[0].length);
          if (new Set([...range.getClientRects()].map((each) => Math.round(each.top))).size > 1) broken.push(word[0]);
        }
      for (const each of document.querySelectorAll(".scroll")) if (each.scrollWidth > each.clientWidth) broken.push(`scrolls: ${each.getAttribute("aria-label")}`);
      return { broken, page: document.documentElement.scrollWidth - innerWidth, out: out.slice(0, 3).map((each) => each.outerHTML.slice(0, 120)) };
    });
    assert.ok(wide.page <= 0 && wide.out.length + wide.broken.length === 0, `${name} at ${width}: ${JSON.stringify(wide)}`);
    if (width < 1000) await picture(page, name);
  }
  assert.deepEqual(await loose(page), [], name);
  assert.equal(await page.locator("img[src=x]").count(), 0, name);
}

test("names of any script, length and content stay in their place and run nothing", { timeout: 240_000 }, async () => {
  const officer = await world.person("COL", "officer", "es");
  const { page, context, t } = officer;
  let ran = false;
  page.on("dialog", (dialog) => ((ran = true), void dialog.dismiss()));
  await capture(officer, world.captures.slice(2));
  const find = form(officer, "find");
  await labelled(find, t("officer:field.file")).fill("BOG-2026-0404");
  await labelled(find, t("officer:field.search_reasons")).fill(hostile);
  await tab(page, t("officer:register.title"));
  const register = form(officer, "register");
  const typed = { family_name: hostile, given_names: names.long, place_of_birth: names.hebrew, document_type: names.code, document_number: names.marks, encounter_place: `${names.arabic}\u202E\u2069\u200E\uFEFF 12` };
  for (const [name, value] of Object.entries(typed)) await labelled(register, capital(t(`words:element.${name}`))).fill(value);
  await labelled(register, capital(t("words:element.date_of_birth"))).fill("1990-04-30");
  await holds(officer, "register");
  const answer = page.waitForResponse("**/v1/persons");
  await button(register, t("officer:register.do")).click();
  const { person_id: person } = await (await answer).json();
  await page.getByText(t("officer:register.enrolled"), { exact: true }).first().waitFor();
  await tab(page, t("officer:find.title"));
  await button(find, t("officer:find.do")).click();
  await page.getByRole("table", { name: t("officer:find.caption") }).waitFor();
  await holds(officer, "candidates");
  await tab(page, t("officer:ask.title"));
  await labelled(form(officer, "ask"), t("officer:ask.legal_basis")).fill(hostile + names.long);
  await form(officer, "ask").locator("summary").click();
  await labelled(form(officer, "ask"), t("officer:ask.court")).fill(names.hebrew);
  await holds(officer, "ask");
  await labelled(form(officer, "ask"), t("officer:ask.legal_basis")).fill("م".repeat(300)); // 600 bytes
  assert.equal(await labelled(form(officer, "ask"), t("officer:ask.legal_basis")).evaluate((each) => each.validationMessage), t("frame:too_long"));

  const reader = await world.person("COL", "officer", "es");
  await reader.page.goto(`/persons/${person}`);
  await labelled(reader.page, t("officer:field.file")).fill("BOG-2026-0404");
  await button(reader.page, t("officer:person.look")).click();
  await reader.page.getByRole("button", { name: t("officer:person.open_of", { id: "" }) }).click();
  await reader.page.getByText(names.long).waitFor();
  const shown = await reader.page.locator("dd").allInnerTexts();
  for (const value of [hostile, names.long, names.hebrew, names.code, names.marks, `${names.arabic} 12`]) assert.ok(shown.includes(value), value);
  await holds(reader, "person");

  // What partners wrote, and a partner's node may send anything.
  const order = { court: turning, number: hostile, date: "2026-01-01", expires: "2026-02-01" };
  const grounds = { legal_basis: hostile + turning, subject_category: "suspect", aim: "identify", urgency: "routine", order };
  const { questions } = await call(reader.context, "GET", "/v1/questions?limit=1");
  await reader.page.route(`**/v1/questions/${questions[0].exchange_id}`, async (route) => {
    const of = await (await route.fetch()).json();
    const released = { ...typed, family_name: turning, date_of_birth: "1990-04-30" };
    await route.fulfill({ json: { ...of, state: "released", released, grounds, retention_until: of.expires } });
  });
  await reader.page.goto(`/questions/${questions[0].exchange_id}`);
  await reader.page.getByText(names.long).waitFor();
  await holds(reader, "question");
  await reader.page.goto("/notice");
  await reader.page.getByRole("article").waitFor();
  await reader.page.emulateMedia({ media: "print" });
  assert.equal(await reader.page.locator(".blanks span").first().evaluate((each) => getComputedStyle(each).borderBottomStyle), "solid", "a line to write on");
  await holds(reader, "notice");

  const supervisor = await world.person("USA", "supervisor", "es");
  await supervisor.page.route("**/v1/cases/*/card", async (route) => {
    const card = await (await route.fetch()).json();
    card.case.state = "confirmed"; // whichever of these tests ran before
    card.case.grounds = grounds;
    card.case.verdicts = [{ examiner: "examiner.demo", verdict: "confirm", reasons: turning + names.long + hostile, given: card.case.opened, marks: [12] }];
    await route.fulfill({ json: card });
  });
  await supervisor.page.goto(`/releases/${cases[0]}`);
  await labelled(supervisor.page, t("supervisor:card.facts")).fill(hostile + names.long);
  await holds(supervisor, "card");
  assert.equal(ran, false);
  for (const each of [officer, reader, supervisor]) {
    assert.deepEqual(each.errors, []);
    await each.context.close();
  }
});

function png(width, height) {
  const crcs = Array.from({ length: 256 }, (_, n) => Array.from({ length: 8 }).reduce((c) => (c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1), n));
  const chunk = (name, data) => {
    const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(~body.reduce((c, byte) => crcs[(c ^ byte) & 255] ^ (c >>> 8), ~0) >>> 0, body.length + 4);
    return out;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const rows = deflateSync(Buffer.alloc(1 << 20));
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", header), chunk("IDAT", rows), chunk("IEND", Buffer.alloc(0))]);
}

test("files that are none, or too much, are each refused in a plain sentence", { timeout: 240_000 }, async () => {
  const folder = join(world.folder, "files");
  mkdirSync(join(folder, "a folder"), { recursive: true });
  const made = (name, bytes) => (writeFileSync(join(folder, name), bytes), join(folder, name));
  const huge = made("huge.png", "");
  truncateSync(huge, 1 << 30); // no byte of it is on the disk
  const turned = `<img src=x onerror=alert(1)>\u202Egnp.exe`;
  const officer = await world.person("COL", "officer", "en");
  const { page, context, t } = officer;
  let ran = false;
  page.on("dialog", (dialog) => ((ran = true), void dialog.dismiss()));
  await page.addInitScript(() => {
    window.bytesRead = 0;
    const { arrayBuffer } = Blob.prototype;
    Blob.prototype.arrayBuffer = function () {
      window.bytesRead += this.size;
      return arrayBuffer.call(this);
    };
  });
  await page.goto("/capture");
  const input = page.locator("input[type=file]");
  const alert = page.getByRole("alert");
  const says = async (words) => {
    await alert.filter({ hasText: words }).first().waitFor();
    assert.equal(await page.locator("canvas").count(), 0);
  };

  await input.setInputFiles([huge, made("empty.png", "")]);
  await says(t("officer:files.too_large", { name: "huge.png", file: "16" }));
  await says(t("officer:files.empty", { name: "empty.png" }));
  await input.setInputFiles([made(turned.replace("/", "_"), "")]);
  await says(t("officer:files.empty", { name: turned.replace("\u202E", "\uFFFD") }));
  assert.deepEqual(await loose(page), []);
  assert.equal(await page.evaluate(() => window.bytesRead), 0);
  await picture(page, "files-refused");

  // Dropped as by a person's hand, so that the browser makes a directory of it.
  const devtools = await context.newCDPSession(page);
  const box = await page.locator(".drop").boundingBox();
  const drop = async (files) => {
    for (const type of ["dragEnter", "dragOver", "drop"])
      await devtools.send("Input.dispatchDragEvent", { type, x: box.x + 40, y: box.y + 20, data: { items: [], files, dragOperationsMask: 1 } });
  };
  await drop([join(folder, "a folder")]);
  await says(t("officer:files.folder", { name: "a folder" }));

  for (const [name, bytes, words] of [
    ["bomb.png", png(65_535, 65_535), t("reasons:code.too_large")],
    ["cut.png", png(3_000, 3_000), t("reasons:code.damaged_picture")],
    ["bomb.zip", Buffer.concat([Buffer.from("PK\x03\x04"), deflateSync(Buffer.alloc(8 << 20))]), t("reasons:code.not_a_picture")],
  ]) {
    await input.setInputFiles([made(name, bytes)]);
    await says(words);
    await button(page, t("officer:files.remove_of", { number: 1 })).click();
  }
  await input.setInputFiles(Array.from({ length: 50 }, (_, i) => made(`${i}.png`, "no picture")));
  await says(text("en", "officer:files.too_many_other", { count: 30, files: 20 }));
  assert.equal(await page.locator("tbody tr").count(), 20);
  assert.equal(ran, false);
  assert.deepEqual(officer.errors.filter((each) => !/status of 4(13|15|00|22)/.test(each)), []);
  await context.close();
});

// What somebody who listens has to go by.
async function canBeHeard({ page }, name) {
  const { headings, landmarks, nameless } = await page.evaluate(() => {
    const named = (field) =>
      field.labels?.length > 0 || field.getAttribute("aria-label") || (field.getAttribute("aria-labelledby") ?? "").split(" ").some((id) => document.getElementById(id)?.textContent);
    const count = (what) => document.querySelectorAll(what).length;
    return {
      headings: count("h1"),
      landmarks: { header: count("body > * > header, body > header"), nav: count("nav[aria-label]"), main: count("main") },
      nameless: [...document.querySelectorAll("input, select, textarea, canvas, [role=tabpanel], form, [role=region]")].filter((each) => !named(each)).map((each) => each.outerHTML.slice(0, 120)),
    };
  });
  assert.equal(headings, 1, `${name}: one h1`);
  assert.deepEqual(landmarks, { header: 1, nav: 1, main: 1 }, name);
  assert.deepEqual(nameless, [], name);
}

test("whoever listens hears where they are, what came of it, and what is wrong where", { timeout: 240_000 }, async () => {
  for (const role of ["officer", "examiner", "auditor"]) {
    const visitor = await world.person("USA", role, "es");
    const { page } = visitor;
    for (const link of (await page.getByRole("navigation").getByRole("link").all()).reverse()) {
      const name = await link.innerText();
      if ((await link.getAttribute("class")) === "here") continue;
      await link.focus();
      await page.keyboard.press("Enter");
      await page.waitForFunction((title) => document.activeElement?.tagName === "H1" && document.title.startsWith(title), name);
      await page.waitForFunction(() => !document.querySelector("main .waiting")); // a page may wait for several things
      assert.equal(await page.evaluate(() => document.activeElement?.tagName), "H1", name);
      await canBeHeard(visitor, `${role} ${name}`);
    }
    await visitor.context.close();
  }

  const officer = await world.person("COL", "officer", "en");
  const { page, context, t } = officer;
  await page.goto("/capture");
  await page.locator("main h1").waitFor();
  // A place that says what is put into it later: there before, and empty.
  const places = await page.evaluateHandle(() => new Set());
  const remember = () => page.evaluate((kept) => document.querySelectorAll("[aria-live=polite], [role=status]").forEach((each) => each.textContent === "" && kept.add(each)), places);
  const isHeard = (found) => found.evaluate((each, kept) => kept.has(each.closest("[aria-live=polite], [role=status]")), places);
  await remember();
  await page.locator("input[type=file]").setInputFiles([world.captures[0].file]);
  await page.locator("canvas").first().waitFor();
  assert.ok(await isHeard(page.locator("canvas").first()), "what the prints are worth");
  await remember();
  const find = form(officer, "find");
  const file = labelled(find, t("officer:field.file"));
  await file.fill("no digits");
  await button(find, t("officer:find.do")).click();
  assert.ok(await file.evaluate((each) => each === document.activeElement && each.matches(":invalid")), "the field that is wrong has the focus");
  assert.equal(await file.evaluate((each) => document.getElementById(each.getAttribute("aria-describedby"))?.textContent), t("officer:field.file_help"));
  await file.fill("BOG-2026-0405");
  await button(find, t("officer:find.do")).click();
  await page.getByRole("region", { name: t("officer:find.result") }).waitFor();
  assert.ok(await isHeard(page.getByRole("region", { name: t("officer:find.result") })), "whom a search found");
  await tab(page, t("officer:verify.title"));
  const verify = form(officer, "verify");
  await labelled(verify, t("officer:field.person")).fill("nobody-here");
  await button(verify, t("officer:verify.do")).click();
  await verify.getByRole("alert").waitFor();
  await tab(page, t("officer:register.title"));
  await form(officer, "register").getByLabel(capital(t("words:element.family_name"))).evaluate((each) => each.removeAttribute("maxlength"));
  const family = labelled(form(officer, "register"), capital(t("words:element.family_name")));
  await family.fill("ж".repeat(300));
  await button(form(officer, "register"), t("officer:register.do")).click();
  assert.ok(await family.evaluate((each) => each === document.activeElement && each.getAttribute("aria-invalid") === "true"));
  await canBeHeard(officer, "capture");
  await context.close();
});
