// What an agreement may say (docs/formats/agreement.md), member by member: what is of that shape is read, what is not is
// kept as it stands, and nothing of the text is left out. Pure computing, no React.
import { isMembers, own, raw, type Members } from "./agreementFile";

export const names = {
  purpose: ["traveller_facilitation", "border_identification", "trafficking_investigation", "serious_crime_investigation", "missing_person_search"],
  element: ["family_name", "given_names", "date_of_birth", "sex", "nationality", "place_of_birth", "document_type", "document_number", "document_issuer", "encounter_date", "encounter_place"],
  modality: ["finger", "face", "iris"],
  category: ["suspect", "convicted", "victim", "missing", "remains", "other"],
  aim: ["identify", "more_data"],
  onward: ["never", "with_consent"],
} as const;
export type Group = keyof typeof names;

export const patterns = {
  id: /^[A-Za-z0-9._:-]{1,64}$/,
  country: /^[A-Z]{3}$/,
  key: /^[A-Za-z0-9+/]{43}=$/,
  sha256: /^[0-9a-fA-F]{64}$/,
  format: /^puente-agreement\/[123]$/,
  name: /^[^\p{Cc}]{1,200}$/u,
} as const;

export type Unit = "days" | "hours" | "questions" | "files" | "years" | "score" | "minutes";
export type Value =
  | { is: "number"; unit: Unit; n: number }
  | { is: "flag"; yes: boolean }
  | { is: "names"; of: Group | null; names: string[] }
  | { is: "numbers"; numbers: number[] }
  | { is: "text"; text: string }
  | { is: "time"; iso: string }
  | { is: "unreadable"; raw: string } // there, and not what it should be
  | { is: "missing" }; // not there, and should be

type Read = (value: unknown) => Value | null; // null: not of this shape

const whole = (unit: Unit, from: number, to: number): Read => (value) =>
  Number.isInteger(value) && (value as number) >= from && (value as number) <= to ? { is: "number", unit, n: value as number } : null;
const flag: Read = (value) => (typeof value === "boolean" ? { is: "flag", yes: value } : null);
const text = (pattern: RegExp): Read => (value) => (typeof value === "string" && pattern.test(value) ? { is: "text", text: value } : null);
const several = (of: Group | null, pattern: RegExp, atLeast: number, atMost: number): Read => (value) =>
  Array.isArray(value) &&
  value.length >= atLeast &&
  value.length <= atMost &&
  new Set(value).size === value.length &&
  value.every((each) => typeof each === "string" && (of ? (names[of] as readonly string[]).includes(each) : pattern.test(each)))
    ? { is: "names", of, names: value as string[] }
    : null;
const listed = (of: Group, atLeast: number) => several(of, /./, atLeast, names[of].length);
const one = (of: Group): Read => (value) =>
  typeof value === "string" && (names[of] as readonly string[]).includes(value) ? { is: "names", of, names: [value] } : null;
const time: Read = (value) => {
  if (typeof value !== "string" || !/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{3})?Z)?$/.test(value)) return null;
  const ms = Date.parse(value);
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(value.slice(0, 19).replace(/Z$/, ""))) return null; // 30 February
  return { is: "time", iso: value };
};
const versions: Read = (value) =>
  Array.isArray(value) && value.length >= 1 && value.length <= 8 && new Set(value).size === value.length && value.every((each) => Number.isInteger(each) && each >= 1 && each <= 1000)
    ? { is: "numbers", numbers: value as number[] }
    : null;

// `more`: which way gives more, or keeps longer. `within`: the member is an object that has these.
type Member = { name: string; label: string; read?: Read; within?: Member[]; more?: "up" | "down"; since?: 2 | 3; may_lack?: true };

const general: Member[] = [
  { name: "format", label: "format", read: text(patterns.format) },
  { name: "id", label: "id", read: text(patterns.id) },
  { name: "replaces", label: "replaces", read: text(patterns.id), may_lack: true },
  { name: "valid_from", label: "valid_from", read: time, more: "down" },
  { name: "valid_until", label: "valid_until", read: time, more: "up" },
];
const ofParty: Member[] = [
  { name: "country", label: "country", read: text(patterns.country) },
  { name: "name", label: "authority", read: text(patterns.name) },
  { name: "utc_offset_minutes", label: "day_begins", read: whole("minutes", -720, 840), since: 3 },
  { name: "message_versions", label: "message_versions", read: versions, since: 2 },
  { name: "signing_key", label: "signing_key", read: text(patterns.key) },
  { name: "sealing_key", label: "sealing_key", read: text(patterns.key) },
  { name: "certificate_sha256", label: "certificate", read: text(patterns.sha256) },
];
const ofClause: Member[] = [
  { name: "purpose", label: "purpose", read: one("purpose") },
  { name: "may_ask", label: "may_ask", read: several(null, patterns.country, 1, 2), more: "up" },
  { name: "release", label: "release", read: listed("element", 0), more: "up" },
  { name: "retention_days", label: "retention", read: whole("days", 1, 3650), more: "up" },
  { name: "onward_transfer", label: "onward", read: one("onward"), more: "up", since: 3 },
  { name: "daily_quota", label: "daily_quota", read: whole("questions", 1, 1_000_000), more: "up" },
  { name: "person_quota", label: "person_quota", read: whole("files", 1, 1_000_000), more: "up", since: 3 },
  { name: "modalities", label: "modalities", read: listed("modality", 1), more: "up" },
  { name: "subject_categories", label: "categories", read: listed("category", 1), more: "up", since: 3 },
  { name: "aims", label: "aims", read: listed("aim", 1), more: "up", since: 3 },
  {
    name: "ages",
    label: "ages",
    since: 3,
    within: [
      { name: "from", label: "age_from", read: whole("years", 0, 130), more: "down" },
      { name: "to", label: "age_to", read: whole("years", 0, 130), more: "up" },
    ],
  },
  { name: "needs_order", label: "needs_order", read: flag, more: "down", since: 3 },
  { name: "own_nationals", label: "own_nationals", read: flag, more: "up", since: 3 },
  { name: "galleries", label: "galleries", read: several(null, patterns.id, 1, 16), more: "up", since: 3 },
  {
    name: "score_floors",
    label: "score_floors",
    since: 3,
    within: names.modality.map((each) => ({ name: each, label: `score_${each}`, read: whole("score", 0, 300), more: "down", may_lack: true })),
  },
  { name: "response_hours", label: "response", read: whole("hours", 1, 1440), more: "up", since: 3 },
  { name: "review_required", label: "review", read: (value) => (value === true ? { is: "flag", yes: true } : null), more: "down" },
  { name: "impact_assessment_sha256", label: "assessment", read: text(patterns.sha256), since: 3 },
];

// `label` is null for what this console has no words for.
export type Line = { key: string; label: string | null; value: Value; more?: "up" | "down" | undefined };
// `twice`: another part says that it is the same. `rest`: no party or clause at all, shown as it stands.
export type Part = { key: string; kind: "general" | "party" | "clause" | "rest"; name: string | null; twice: boolean; lines: Line[] };

// A member whose name is chosen by whoever wrote the text is never taken for one of ours.
const unknownKey = (name: string) => `? ${name}`;
export const unknownName = (line: Line) => raw(line.key.slice(2));

function linesOf(of: Members, members: Member[], format: number, prefix = ""): Line[] {
  const lines: Line[] = [];
  for (const each of members) {
    const key = prefix + each.name;
    const value = own(of, each.name);
    if (value === undefined) {
      if (!each.may_lack && (each.since ?? 1) <= format) lines.push({ key, label: each.label, value: { is: "missing" }, more: each.more });
    } else if (each.within && isMembers(value)) {
      lines.push(...linesOf(value, each.within, format, `${key}.`));
    } else {
      lines.push({ key, label: each.label, value: each.read?.(value) ?? { is: "unreadable", raw: raw(value) }, more: each.more });
    }
  }
  for (const name of Object.keys(of))
    if (!members.some((each) => each.name === name)) lines.push({ key: unknownKey(prefix + name), label: null, value: { is: "unreadable", raw: raw(of[name]) } });
  return lines;
}

export const formatOf = (of: Members): number => (patterns.format.test(String(own(of, "format"))) ? Number(String(of.format).at(-1)) : 3);

// All that the text says, but its signatures. Parties go by their country, clauses by their purpose.
export function partsOf(of: Members): Part[] {
  const format = formatOf(of);
  const { parties, purposes, signatures: _signatures, ...rest } = of;
  const parts: Part[] = [{ key: "general", kind: "general", name: null, twice: false, lines: linesOf(rest, general, format) }];
  const add = (kind: "party" | "clause", all: unknown, by: string, members: Member[]) => {
    if (!Array.isArray(all)) {
      const value: Value = all === undefined ? { is: "missing" } : { is: "unreadable", raw: raw(all) };
      parts.push({ key: kind, kind: "rest", name: kind, twice: false, lines: [{ key: kind, label: kind, value }] });
      return;
    }
    all.forEach((each: unknown, i) => {
      if (!isMembers(each)) return parts.push({ key: `${kind} ${i}`, kind: "rest", name: kind, twice: false, lines: [{ key: kind, label: kind, value: { is: "unreadable", raw: raw(each) } }] });
      const name = own(each, by);
      const key = typeof name === "string" ? `${kind}:${name}` : `${kind} ${i}`;
      const twice = parts.some((other) => other.key === key);
      return parts.push({ key: twice ? `twice ${i} ${key}` : key, kind, name: typeof name === "string" ? name : null, twice, lines: linesOf(each, members, format) });
    });
  };
  add("party", parties, "country", ofParty);
  add("clause", purposes, "purpose", ofClause);
  return parts;
}

export const countriesOf = (of: Members): string[] =>
  partsOf(of).flatMap((part) => (part.kind === "party" && part.name !== null ? [part.name] : []));
export const purposesOf = (of: Members): string[] =>
  partsOf(of).flatMap((part) => (part.kind === "clause" && part.name !== null ? [part.name] : []));
export const signersOf = (of: Members): string[] | null => {
  const all = own(of, "signatures");
  if (!Array.isArray(all) || all.length === 0) return null;
  return all.map((each: unknown) => (isMembers(each) && typeof own(each, "country") === "string" ? String(each.country) : "?"));
};
