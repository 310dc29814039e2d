// Both languages say the same things: no text is missing, none is left over, none was left in the other language.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const folder = new URL("../src/locales/", import.meta.url);
const textsOf = (language, area) => JSON.parse(readFileSync(new URL(`${language}/${area}`, folder)));
const flat = (of, path = "") =>
  Object.entries(of).flatMap(([name, value]) => (typeof value === "string" ? [[path + name, value]] : flat(value, `${path}${name}.`)));

test("every text is there in Spanish and in English, and no other", () => {
  const areas = readdirSync(new URL("en/", folder));
  assert.ok(areas.length >= 6);
  assert.deepEqual(readdirSync(new URL("es/", folder)), areas);
  for (const area of areas) {
    const en = Object.fromEntries(flat(textsOf("en", area)));
    const es = Object.fromEntries(flat(textsOf("es", area)));
    assert.deepEqual(Object.keys(es).sort(), Object.keys(en).sort(), area);
    const same = Object.keys(en).filter((key) => en[key] === es[key] && /[a-z]{3,} [a-z]{2,}/i.test(en[key]));
    assert.deepEqual(same, [], `${area}: the same in both`);
    const holes = (text) => (text.match(/{{\w+}}/g) ?? []).sort().join();
    for (const key of Object.keys(en)) assert.equal(holes(es[key]), holes(en[key]), `${area}: ${key}`);
  }
});

// Whoever follows docs/console.md looks for these words on the screen.
test("what docs/console.md calls by name is on a page", () => {
  const page = readFileSync(new URL("../../../docs/console.md", import.meta.url), "utf8");
  const shown = new Set(readdirSync(new URL("en/", folder)).flatMap((area) => flat(textsOf("en", area)).map(([, words]) => words)));
  const named = [...page.matchAll(/(?<!\*)\*([^*\n]+)\*(?!\*)/g)].map((each) => each[1]);
  assert.ok(named.length >= 8, named.join());
  assert.deepEqual(named.filter((each) => !shown.has(each)), []);
});

// Whoever is refused, and whoever reads the log, is told why in their language.
test("every reason of docs/rules.md has its words", () => {
  const page = readFileSync(new URL("../../../docs/rules.md", import.meta.url), "utf8");
  const named = new Set([...page.matchAll(/^\|(?: (?:yes|no) \|)? `([a-z_]+)` \|/gm)].map((each) => each[1]));
  assert.ok(named.size >= 150, String(named.size));
  for (const language of ["en", "es"]) {
    const { reason } = textsOf(language, "reasons.json");
    assert.deepEqual([...named].filter((each) => !reason[each]), [], language);
  }
});

// Signs that turn words around, or that nobody sees, are shown as signs: `Said` does it, wherever somebody's words are shown.
test("no page but ui/say.tsx sets what people wrote apart by itself", () => {
  const source = new URL("../src/", import.meta.url);
  const files = readdirSync(source, { recursive: true }).filter((each) => each.endsWith(".tsx"));
  const own = files.filter((each) => readFileSync(new URL(each, source), "utf8").includes("<bdi")).sort();
  assert.deepEqual(own, ["pages/supervisor/AgreementText.tsx", "ui/say.tsx"]);
});
