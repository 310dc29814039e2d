// Two countries' nodes and an overseer, as `puente demo` starts them, and a browser that looks at their consoles. What a
// page is called is read from the texts that it shows: a test says the key.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "playwright-core";

const program = process.env.PUENTE;
export const pictures = process.env.PUENTE_PICTURES;
const here = new URL("../src/locales/", import.meta.url);
const areas = ["frame", "officer", "examiner", "supervisor", "auditor", "administrator", "agreements", "words", "reasons"];
const textsOf = (language) =>
  Object.fromEntries(areas.map((area) => [area, JSON.parse(readFileSync(new URL(`${language}/${area}.json`, here)))]));
const texts = { en: textsOf("en"), es: textsOf("es") };

// text("es", "officer:find.do", { n: 3 })
export function text(language, key, parts = {}) {
  const [area, path] = key.split(":");
  const found = path.split(".").reduce((at, name) => at?.[name], texts[language][area]);
  if (typeof found !== "string") throw new Error(`no such text: ${key}`);
  return found.replace(/{{(\w+)}}/g, (_, name) => parts[name]);
}

// As a label or a sentence begins with it.
export const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);

export class World {
  static async start() {
    const world = new World();
    world.folder = mkdtempSync(join(tmpdir(), "puente-console-"));
    world.demo = spawn(program, ["demo", "--people", "60", "--dir", join(world.folder, "demo")], {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, LC_ALL: "C.UTF-8", LANG: "C.UTF-8" },
    });
    world.ended = new Promise((resolve) => world.demo.once("exit", resolve));
    world.countries = {};
    world.codes = {};
    await new Promise((resolve, reject) => {
      world.ended.then((code) => reject(new Error(`puente demo ended with ${code}`)));
      createInterface({ input: world.demo.stdout }).on("line", (line) => {
        const place = line.match(/^(USA|COL) {2}(https:\S+)\/ {2}officer\.demo.* (\S+)$/);
        if (place) world.countries[place[1]] = { url: place[2], password: place[3] };
        const code = line.match(/^(USA|COL) {2}(\S+) {2}\S+ (\d{6})$/);
        if (code) world.codes[`${code[1]} ${code[2]}`] = code[3];
        if (line.startsWith("Up until")) resolve();
      });
    });
    world.captures = ["RIGHT_THUMB", "RIGHT_INDEX", "LEFT_THUMB", "LEFT_INDEX"].map((position) => ({
      position,
      file: join(world.folder, "demo", "capture", `${position}.png`),
    }));
    world.browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-dev-shm-usage"],
    });
    world.used = {};
    world.servers = [];
    mkdirSync(pictures, { recursive: true });
    return world;
  }

  async stop() {
    await this.browser?.close();
    for (const each of this.servers) each.kill("SIGTERM");
    this.demo.kill("SIGTERM");
    await this.ended;
    rmSync(this.folder, { recursive: true, force: true });
  }

  data = (country) => join(this.folder, "demo", country);

  // Ends the process that serves a country, however it was started, and waits until it has ended.
  async stopNode(country, signal) {
    const wanted = ["node", "serve", "--data", this.data(country)].join("\0");
    const read = (pid, what) => {
      try {
        return readFileSync(`/proc/${pid}/${what}`, "utf8");
      } catch {
        return ""; // ended meanwhile
      }
    };
    const pid = readdirSync("/proc").find((each) => /^\d+$/.test(each) && read(each, "cmdline").split("\0").slice(1).join("\0").startsWith(`${wanted}\0`));
    if (!pid) throw new Error(`nothing serves ${country}`);
    process.kill(Number(pid), signal);
    while (/\) [^Z ] /.test(read(pid, "stat"))) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  async startNode(country) {
    const server = spawn(program, ["node", "serve", "--data", this.data(country)], { stdio: ["ignore", "pipe", "ignore"] });
    this.servers.push(server);
    await new Promise((resolve, reject) => {
      server.once("exit", (code) => reject(new Error(`the node of ${country} ended with ${code}`)));
      createInterface({ input: server.stdout }).on("line", (line) => line.includes('"ready"') && resolve());
    });
  }

  // One more user, with the demonstration's password. A role with an authenticator has none.
  addUser(country, name, role) {
    const run = (what, input) => {
      const { status, stderr } = spawnSync(program, ["node", "user", ...what], { input, encoding: "utf8" });
      if (status !== 0) throw new Error(`puente node user ${what.join(" ")}: ${stderr}`);
    };
    const certified = role === "examiner" ? ["--certified-until", new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10)] : [];
    run(["add", "--data", this.data(country), "--name", name, "--role", role, ...certified]);
    run(["password", "--data", this.data(country), "--name", name], `${this.countries[country].password}\n`);
    return name;
  }

  // A code is good once: of one that was used the next is waited for.
  async code(who) {
    for (;;) {
      this.demo.stdin.write("\n");
      await new Promise((resolve) => setTimeout(resolve, 500));
      if (this.codes[who] && this.codes[who] !== this.used[who]) return (this.used[who] = this.codes[who]);
    }
  }

  // A window of somebody's own, nobody signed in yet. What it runs into by itself is kept in `errors`.
  async visitor(country, language, { width = 1366, height = 768, theme = "light" } = {}) {
    const context = await this.browser.newContext({
      ignoreHTTPSErrors: true,
      baseURL: this.countries[country].url,
      locale: language,
      viewport: { width, height },
      colorScheme: theme,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000); // a machine may be busy
    const errors = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error" && !/status of (401|403|404|409)/.test(message.text())) errors.push(message.text());
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(this.countries[country].url) && !request.url().startsWith("blob:"))
        errors.push(`asked elsewhere: ${request.url()}`);
    });
    const asked = new Set();
    page.on("request", (request) => request.url().endsWith("/v1/events") || asked.add(request));
    for (const end of ["requestfinished", "requestfailed"]) page.on(end, (request) => asked.delete(request));
    return { page, context, errors, asked, language, country, theme, t: (key, parts) => text(language, key, parts) };
  }

  async person(country, role, language, options) {
    const visitor = await this.visitor(country, language, options);
    await this.signIn(visitor, role, options?.user);
    return visitor;
  }

  async signIn(visitor, role, user = `${role}.demo`) {
    await visitor.page.goto("/");
    await this.signInHere(visitor, role, user);
  }

  async signInHere(visitor, role, user = `${role}.demo`) {
    const { page, t, country } = visitor;
    await page.getByLabel(t("frame:sign_in.user"), { exact: true }).fill(user);
    await page.getByLabel(t("frame:sign_in.password"), { exact: true }).fill(this.countries[country].password);
    if (role === "supervisor" || role === "administrator")
      await page.getByLabel(t("frame:sign_in.code"), { exact: true }).fill(await this.code(`${country} ${user}`));
    await page.getByRole("button", { name: t("frame:sign_in.do"), exact: true }).click();
    await page.getByRole("button", { name: t("frame:sign_out") }).waitFor();
  }
}

// Until nothing is asked for. Not Playwright's networkidle: a page always waits for the node's events.
export async function idle({ page, asked }) {
  for (let quiet = 0; quiet < 5; quiet = (asked?.size ?? 0) === 0 ? quiet + 1 : 0) await page.waitForTimeout(100);
}

// Whether whoever uses a screen reader, or no mouse, can use what is shown; and a picture to be looked at.
export async function look(visitor, name) {
  const { page, language } = visitor;
  await idle(visitor);
  const themes = visitor.theme === "dark" ? ["dark", "light"] : ["light", "dark"]; // last as it was
  const violations = [];
  for (const theme of themes.reverse()) {
    await page.emulateMedia({ colorScheme: theme });
    const axe = new AxeBuilder({ page });
    const { violations: found } = await (theme === themes[0] ? axe.withRules(["color-contrast"]) : axe.withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])).analyze();
    violations.push(...found);
    await page.screenshot({ path: join(pictures, `${name}-${language}${theme === "dark" ? "-dark" : ""}.png`), fullPage: true });
  }
  const faults = violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
  if (faults.length > 0) throw new Error(`${name}: ${faults.join("\n")}`);
}
