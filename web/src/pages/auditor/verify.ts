// The log, verified from its first entry by nothing but what the node serves and keys that somebody else gave. Pure
// computing, no React: what docs/formats/log.md asks of a verifier, as far as the API shows it. Needs WebCrypto alone,
// so that it also runs in Node.

export type Served = { index: number; opened: Record<string, unknown> | null; [member: string]: unknown };
export type Page = { entries: Served[]; next?: number };

// ---- canonical JSON (RFC 8785)

// What JSON.parse has made inexact: another program's bytes cannot be made again from it.
export class Inexact extends Error {}

export function canonical(value: unknown): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) throw new Inexact(String(value));
    return JSON.stringify(value); // numbers of RFC 8785 are those of ECMAScript
  }
  if (Array.isArray(value)) return "[" + value.map(canonical).join(",") + "]";
  if (typeof value === "object") {
    const members = value as Record<string, unknown>;
    // sort() of strings compares UTF-16 code units, as RFC 8785 wants
    return "{" + Object.keys(members).sort().map((name) => JSON.stringify(name) + ":" + canonical(members[name])).join(",") + "}";
  }
  throw new Inexact(typeof value);
}

// The bytes that the log hashes: all members of an entry but the two that the API adds.
export function leafOf(entry: Served): string {
  const { index: _index, opened: _opened, ...leaf } = entry;
  return canonical(leaf);
}

// ---- hashes (RFC 6962)

export type Bytes = Uint8Array<ArrayBuffer>;
const encoder = new TextEncoder();
export const utf8 = (text: string): Bytes => Uint8Array.from(encoder.encode(text));

export function join(...parts: Bytes[]): Bytes {
  const out = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

export const leafHash = (leaf: Bytes) => sha256(join(new Uint8Array([0]), leaf));
const nodeHash = (left: Bytes, right: Bytes) => sha256(join(new Uint8Array([1]), left, right));
export const hex = (bytes: Bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
export const same = (a: Bytes, b: Bytes) => a.length === b.length && a.every((byte, i) => byte === b[i]);

export function fromBase64(text: string): Bytes | null {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return null;
  const out = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  return toBase64(out) === text ? out : null; // one spelling only
}
export const toBase64 = (bytes: Bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));

const digestBytes = 32;

class Level {
  private bytes = new Uint8Array(digestBytes * 1024);
  count = 0;
  push(hash: Bytes) {
    if ((this.count + 1) * digestBytes > this.bytes.length) {
      const wider = new Uint8Array(this.bytes.length * 2);
      wider.set(this.bytes);
      this.bytes = wider;
    }
    this.bytes.set(hash, this.count++ * digestBytes);
  }
  at(index: number): Bytes {
    if (index < 0 || index >= this.count) throw new RangeError("no such hash");
    return this.bytes.slice(index * digestBytes, (index + 1) * digestBytes);
  }
}

// Keeps the hash of each complete subtree. A tree of 2^32 leaves does not fit a browser: 32-bit shifts are not used.
export class Tree {
  private levels: Level[] = [new Level()];
  get size() {
    return this.levels[0]?.count ?? 0;
  }
  async append(hash: Bytes) {
    let carried = hash;
    for (let height = 0; ; ++height) {
      const level = (this.levels[height] ??= new Level());
      level.push(carried);
      if (level.count % 2 === 1) return;
      carried = await nodeHash(level.at(level.count - 2), carried);
    }
  }
  // Of the leaves from `first` on, 2^height of them, where all are here.
  subtree(first: number, height: number): Bytes | null {
    const index = first / 2 ** height;
    const level = this.levels[height];
    return level && Number.isInteger(index) && index < level.count ? level.at(index) : null;
  }
  async root(size = this.size): Promise<Bytes> {
    return (await this.range(0, size)) ?? sha256(new Uint8Array());
  }
  // The hash of the leaves [first, end), as RFC 6962 splits them; null where they are none, or not all here.
  async range(first: number, end: number): Promise<Bytes | null> {
    if (end <= first || end > this.size) return null;
    const peaks: Bytes[] = [];
    for (let at = first; at < end; ) {
      let height = 0;
      while (at % 2 ** (height + 1) === 0 && at + 2 ** (height + 1) <= end) ++height;
      const peak = this.subtree(at, height);
      if (!peak) return null;
      peaks.push(peak);
      at += 2 ** height;
    }
    let root = peaks.pop() ?? null;
    while (root) {
      const left = peaks.pop();
      if (!left) return root;
      root = await nodeHash(left, root);
    }
    return null;
  }
}

// ---- signed notes, checkpoints and keys (C2SP signed-note, tlog-checkpoint, tlog-cosignature)

export type Key = { name: string; id: string; kind: "log" | "overseer"; key: Bytes };
export type KeyProblem = "malformed" | "unknown_kind" | "other_id";

export async function readKey(text: string): Promise<Key | KeyProblem> {
  const parts = /^([\x21-\x2a\x2c-\x7e]{1,255})\+([0-9a-f]{8})\+(.+)$/.exec(text.trim());
  const [, name, id, base64] = parts ?? [];
  const material = base64 === undefined ? null : fromBase64(base64);
  if (name === undefined || id === undefined || material?.length !== 33) return "malformed";
  const kind = material[0] === 1 ? "log" : material[0] === 4 ? "overseer" : null;
  if (!kind) return "unknown_kind";
  if (hex((await sha256(join(utf8(name + "\n"), material))).slice(0, 4)) !== id) return "other_id";
  return { name, id, kind, key: material.slice(1) };
}

type Signature = { name: string; id: string; bytes: Bytes };
export type Note = { text: string; signatures: Signature[] };
export type Checkpoint = { origin: string; size: number; root: Bytes };

const dash = "\u2014 ";

export function readNote(text: string): Note | null {
  const blank = text.lastIndexOf("\n\n");
  if (blank < 0 || !text.endsWith("\n") || text.length > 16384) return null;
  const signatures: Signature[] = [];
  for (const line of text.slice(blank + 2, -1).split("\n")) {
    const space = line.indexOf(" ", dash.length);
    if (!line.startsWith(dash) || space < 0) return null;
    const bytes = fromBase64(line.slice(space + 1));
    if (!bytes || bytes.length < 5) return null;
    signatures.push({ name: line.slice(dash.length, space), id: hex(bytes.slice(0, 4)), bytes: bytes.slice(4) });
  }
  return { text: text.slice(0, blank + 1), signatures };
}

export function readCheckpoint(note: Note): Checkpoint | null {
  const [origin, size, root] = note.text.split("\n");
  const digest = fromBase64(root ?? "");
  if (!origin || !/^(0|[1-9][0-9]{0,15})$/.test(size ?? "") || digest?.length !== digestBytes) return null;
  return { origin, size: Number(size), root: digest };
}

// null: this browser knows no Ed25519.
async function verifies(key: Bytes, message: Bytes, signature: Bytes): Promise<boolean | null> {
  let imported: CryptoKey;
  try {
    imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
  } catch (failure) {
    if (failure instanceof DOMException && failure.name === "NotSupportedError") return null;
    return false; // 32 bytes that are no key
  }
  return crypto.subtle.verify({ name: "Ed25519" }, imported, signature, message);
}

export type Signed = { state: "good"; seconds?: number } | { state: "bad" | "missing" | "unsupported" };

export async function checkSignature(note: Note, key: Key): Promise<Signed> {
  let out: Signed = { state: "missing" };
  for (const line of note.signatures) {
    if (line.name !== key.name || line.id !== key.id) continue;
    const timed = key.kind === "overseer";
    if (line.bytes.length !== (timed ? 72 : 64)) return { state: "bad" };
    const seconds = timed ? new DataView(line.bytes.buffer, line.bytes.byteOffset).getBigUint64(0) : 0n;
    if (seconds > 2n ** 53n) return { state: "bad" };
    const message = timed ? `cosignature/v1\ntime ${seconds}\n${note.text}` : note.text;
    const good = await verifies(key.key, utf8(message), timed ? line.bytes.slice(8) : line.bytes);
    if (good === null) return { state: "unsupported" };
    if (!good) return { state: "bad" };
    out = timed ? { state: "good", seconds: Number(seconds) } : { state: "good" };
  }
  return out;
}

// ---- a proof of one entry (C2SP tlog-proof)

export type Proof = { index: number; hashes: Bytes[]; note: Note };

export function readProof(text: string): Proof | null {
  const blank = text.indexOf("\n\n");
  const lines = text.slice(0, Math.max(blank, 0)).split("\n");
  if (lines.shift() !== "c2sp.org/tlog-proof@v1") return null;
  if (lines[0]?.startsWith("extra ")) lines.shift();
  const index = /^index (0|[1-9][0-9]{0,15})$/.exec(lines.shift() ?? "")?.[1];
  const hashes = lines.map(fromBase64);
  const note = readNote(text.slice(blank + 2));
  if (index === undefined || !note || hashes.length > 63 || hashes.some((hash) => hash?.length !== digestBytes)) return null;
  return { index: Number(index), hashes: hashes as Bytes[], note };
}

// ---- the whole

export type Sources = {
  checkpoint(): Promise<string>;
  proof(index: number): Promise<string>;
  page(first: number): Promise<Page>;
};

// One thing that was looked at. `differs` is a finding, `skipped` was not done at all, `remark` is for a person to judge.
export type Finding = {
  what:
    | "checkpoint_form"
    | "entries_numbered"
    | "times_in_order"
    | "root"
    | "node_signature"
    | "overseer_signature"
    | "overseer_root"
    | "overseer_clock"
    | "details";
  state: "agrees" | "differs" | "skipped" | "remark";
  why: string; // chooses the sentence, together with `what` and `state`
  values: Record<string, string | number>;
};

export type Report = {
  findings: Finding[];
  entries: number; // read and hashed, from the first
  size: number; // of the checkpoint
  origin: string;
  root: string; // computed here, base64
  stopped: boolean;
};

const minuteMs = 60_000;
const backMaxMs = 2 * minuteMs; // as docs/formats/log.md: older versions wrote who came a moment later a moment earlier

type Told = { seconds: number; key: string };

class Verification {
  private findings: Finding[] = [];
  private tree = new Tree();
  private newest = "";
  private timeBack: { index: number; time: string; before: string } | null = null;
  private gap: { index: number; got: number | null } | null = null;
  private unreadable: number | null = null;
  private details = { agree: 0, erased: 0, inexact: 0, closed: 0, firstClosed: -1, firstInexact: -1, differs: -1 };
  private clock: { index: number; time: string; seen: string; order: "before" | "after" } | null = null;
  private told: Told[] = []; // good cosignatures under the note that overseers have seen
  private seen: { note: Note; checkpoint: Checkpoint } | null = null;

  constructor(
    private from: Sources,
    private keys: Key[],
    private progress: (done: number, of: number) => void,
    private stop: AbortSignal,
  ) {}

  private say(what: Finding["what"], state: Finding["state"], why: string, values: Finding["values"] = {}) {
    this.findings.push({ what, state, why, values });
  }

  async run(): Promise<Report> {
    // What overseers have seen is asked for first: the log that grows meanwhile has all that it names.
    const proof = readProof(await this.from.proof(0));
    const shown = proof && readCheckpoint(proof.note);
    // The proof's note is an overseer's when one has cosigned, else the newest of the node alone.
    if (proof && shown && proof.note.signatures.some((line) => line.name !== shown.origin)) this.seen = { note: proof.note, checkpoint: shown };
    const note = readNote(await this.from.checkpoint());
    const head = note && readCheckpoint(note);
    if (!note || !head) {
      this.say("checkpoint_form", "differs", "malformed");
      return this.report({ origin: "", size: 0, root: new Uint8Array() });
    }
    await this.checkNode(note, head);
    await this.checkOverseers(head);
    await this.readAll(head);
    if (this.stop.aborted) return this.report(head);
    await this.checkRoots(head);
    this.sayEntries();
    this.sayDetails();
    return this.report(head);
  }

  private async report(head: Checkpoint): Promise<Report> {
    return {
      findings: this.findings,
      entries: this.tree.size,
      size: head.size,
      origin: head.origin,
      root: toBase64(await this.tree.root()),
      stopped: this.stop.aborted,
    };
  }

  private async checkNode(note: Note, head: Checkpoint) {
    const mine = this.keys.filter((key) => key.kind === "log");
    const [key] = mine;
    if (!key) return this.say("node_signature", "skipped", "no_key", { origin: head.origin });
    const values = { key: key.name, origin: head.origin };
    if (mine.length > 1) return this.say("node_signature", "differs", "several_keys", values);
    if (key.name !== head.origin) return this.say("node_signature", "differs", "other_log", values);
    const signed = await checkSignature(note, key);
    if (signed.state === "unsupported") return this.say("node_signature", "skipped", "unsupported", values);
    this.say("node_signature", signed.state === "good" ? "agrees" : "differs", signed.state, values);
  }

  private async checkOverseers(head: Checkpoint) {
    const overseers = this.keys.filter((key) => key.kind === "overseer");
    const seen = this.seen;
    if (overseers.length === 0) return this.say("overseer_signature", "skipped", "no_key");
    if (!seen) return this.say("overseer_signature", "skipped", "none_served", { count: overseers.length });
    const values = { size: seen.checkpoint.size };
    if (seen.checkpoint.origin !== head.origin) this.say("overseer_signature", "differs", "other_log", { ...values, origin: seen.checkpoint.origin });
    for (const key of overseers) {
      const signed = await checkSignature(seen.note, key);
      const named = { ...values, key: key.name };
      if (signed.state === "good") {
        this.told.push({ seconds: signed.seconds ?? 0, key: key.name });
        this.say("overseer_signature", "agrees", "good", { ...named, time: new Date((signed.seconds ?? 0) * 1000).toISOString() });
      } else if (signed.state === "bad") this.say("overseer_signature", "differs", "bad", named);
      else this.say("overseer_signature", "skipped", signed.state, named);
    }
    const [mine] = this.keys.filter((key) => key.kind === "log");
    if (mine && mine.name === seen.checkpoint.origin && (await checkSignature(seen.note, mine)).state === "bad")
      this.say("overseer_signature", "differs", "not_of_log", values);
  }

  private async readAll(head: Checkpoint) {
    this.progress(0, head.size);
    while (this.tree.size < head.size && !this.stop.aborted) {
      const page = await this.from.page(this.tree.size);
      const wanted = page.entries.slice(0, head.size - this.tree.size);
      const leaves = await Promise.all(wanted.map((entry) => this.leaf(entry)));
      for (const [i, entry] of wanted.entries()) {
        const hash = leaves[i];
        if (entry.index !== this.tree.size || !hash) {
          if (!hash && entry.index === this.tree.size) this.unreadable = entry.index;
          else this.gap = { index: this.tree.size, got: entry.index };
          return;
        }
        this.checkTime(entry);
        await this.tree.append(hash);
      }
      await Promise.all(wanted.map((entry) => this.checkDetails(entry)));
      this.progress(this.tree.size, head.size);
      if (wanted.length === 0) {
        this.gap = { index: this.tree.size, got: null };
        return;
      }
    }
  }

  private async leaf(entry: Served): Promise<Bytes | null> {
    try {
      return await leafHash(utf8(leafOf(entry)));
    } catch (failure) {
      if (failure instanceof Inexact) return null;
      throw failure;
    }
  }

  private checkTime(entry: Served) {
    const time = typeof entry.time === "string" ? entry.time : "";
    const now = Date.parse(time);
    if (!(now < Date.parse(this.newest))) this.newest = Number.isNaN(now) ? this.newest : time;
    else if (!this.timeBack && Date.parse(this.newest) - now > backMaxMs) this.timeBack = { index: entry.index, time, before: this.newest };
    if (this.clock || !this.seen) return;
    // What an overseer had seen was written before; what it had not seen yet was not written long before.
    for (const { seconds } of this.told) {
      const seen = new Date(seconds * 1000).toISOString();
      if (entry.index < this.seen.checkpoint.size && now > seconds * 1000 + backMaxMs) this.clock = { index: entry.index, time, seen, order: "after" };
      if (entry.index >= this.seen.checkpoint.size && now < seconds * 1000 - backMaxMs) this.clock = { index: entry.index, time, seen, order: "before" };
    }
  }

  private async checkDetails(entry: Served) {
    const count = this.details;
    if (entry.opened === null || entry.opened === undefined) return void ++count.erased;
    if (typeof entry.opened.damaged === "string" && entry.opened.salt === undefined) {
      if (count.firstClosed < 0 || entry.index < count.firstClosed) count.firstClosed = entry.index;
      return void ++count.closed;
    }
    try {
      if (hex(await sha256(utf8(canonical(entry.opened)))) === entry.details) return void ++count.agree;
      if (count.differs < 0 || entry.index < count.differs) count.differs = entry.index;
    } catch (failure) {
      if (!(failure instanceof Inexact)) throw failure;
      if (count.firstInexact < 0 || entry.index < count.firstInexact) count.firstInexact = entry.index;
      ++count.inexact;
    }
  }

  private async checkRoots(head: Checkpoint) {
    if (this.gap || this.unreadable !== null) {
      this.say("root", "skipped", "not_all_read", { entries: this.tree.size, size: head.size });
    } else {
      const equal = same(await this.tree.root(), head.root);
      if (equal) this.say("root", "agrees", "equal", { size: head.size });
      else await this.sayDifference({ size: head.size });
    }
    const seen = this.seen;
    if (!seen) return;
    const values = { size: seen.checkpoint.size, entries: this.tree.size };
    // Without a good signature nobody but the node says that this is what an overseer saw.
    const vouched = this.told.length > 0;
    if (seen.checkpoint.size > head.size) return this.say("overseer_root", "differs", "cut_off", { ...values, entries: head.size });
    if (seen.checkpoint.size > this.tree.size) return this.say("overseer_root", "skipped", "not_all_read", values);
    if (!same(await this.tree.root(seen.checkpoint.size), seen.checkpoint.root)) return this.say("overseer_root", "differs", "rewritten", values);
    this.say("overseer_root", vouched ? "agrees" : "skipped", vouched ? "equal" : "not_vouched", values);
    if (!vouched) return;
    if (this.clock) this.say("overseer_clock", "remark", this.clock.order, this.clock);
    else this.say("overseer_clock", "agrees", "fits");
  }

  // Which entry: the node's own proofs say what its tree holds beside each one. At most some forty of them.
  private async sayDifference(values: Finding["values"]) {
    const index = await this.firstDifference();
    if (index === null) this.say("root", "differs", "no_entry_named", values);
    else this.say("root", "differs", "first_entry", { ...values, index });
  }

  private async firstDifference(): Promise<number | null> {
    let index = 0;
    for (let tries = 0; tries < 200 && index < this.tree.size && !this.stop.aborted; ++tries) {
      const proof = readProof(await this.from.proof(index));
      const of = proof && readCheckpoint(proof.note);
      const mine = this.tree.subtree(index, 0);
      if (!proof || !of || !mine || of.size <= index) return null;
      const climbed = await climb(mine, index, of.size, proof.hashes);
      if (!climbed || !same(climbed.root, of.root)) return index;
      // This entry is the one of their tree, and so are all before it: go on at the nearest part that is not.
      let next: number | null = null;
      for (const part of climbed.rights) {
        const own = await this.tree.range(part.first, Math.min(part.end, this.tree.size));
        if (part.end <= this.tree.size && own && same(own, part.hash)) continue;
        next = part.first;
        break;
      }
      if (next === null) {
        if (of.size >= this.tree.size) return null;
        next = of.size; // the proof was of a smaller tree: what an overseer has seen of it
      }
      index = next;
    }
    return null;
  }

  private sayEntries() {
    if (this.unreadable !== null) this.say("entries_numbered", "skipped", "inexact", { index: this.unreadable });
    else if (this.gap && this.gap.got !== null) this.say("entries_numbered", "differs", "gap", { index: this.gap.index, got: this.gap.got });
    else if (this.gap) this.say("entries_numbered", "differs", "missing", { index: this.gap.index });
    else this.say("entries_numbered", "agrees", "all", { entries: this.tree.size });
    if (this.timeBack) this.say("times_in_order", "differs", "back", this.timeBack);
    else this.say("times_in_order", "agrees", "in_order", { entries: this.tree.size });
  }

  private sayDetails() {
    const { agree, erased, inexact, closed, firstClosed, firstInexact, differs } = this.details;
    if (differs >= 0) this.say("details", "differs", "first_entry", { index: differs });
    if (closed > 0) this.say("details", "differs", "closed", { index: firstClosed, count: closed });
    if (inexact > 0) this.say("details", "skipped", "inexact", { index: firstInexact, count: inexact });
    if (erased > 0) this.say("details", "skipped", "erased", { count: erased });
    if (agree > 0 && differs < 0) this.say("details", "agrees", "equal", { count: agree });
  }
}

type Part = { first: number; end: number; hash: Bytes };

// From a leaf to the root by an inclusion proof (RFC 9162 2.1.3.2), and which parts to the right of the leaf the proof's
// hashes stand for, the nearest first.
async function climb(leaf: Bytes, index: number, size: number, proof: Bytes[]): Promise<{ root: Bytes; rights: Part[] } | null> {
  // Exact beyond 32 bits.
  const half = Math.floor;
  let at = index;
  let last = size - 1;
  let first = index; // of the part that `hash` stands for
  let width = 1;
  let hash = leaf;
  const rights: Part[] = [];
  for (const sibling of proof) {
    if (last === 0) return null;
    if (at % 2 === 1 || at === last) {
      while (at % 2 === 0 && at !== 0) {
        at = half(at / 2);
        last = half(last / 2);
        width *= 2;
      }
      hash = await nodeHash(sibling, hash);
      first = (at - 1) * width;
    } else {
      rights.push({ first: (at + 1) * width, end: Math.min((at + 2) * width, size), hash: sibling });
      hash = await nodeHash(hash, sibling);
      first = at * width;
    }
    at = half(at / 2);
    last = half(last / 2);
    width *= 2;
  }
  return last === 0 && first === 0 ? { root: hash, rights } : null;
}

export function verifyLog(from: Sources, keys: Key[], progress: (done: number, of: number) => void, stop: AbortSignal): Promise<Report> {
  return new Verification(from, keys, progress, stop).run();
}
