// A draft: what a form holds of an agreement, and the document that it makes. Pure computing, no React.
import { own, type Members } from "./agreementFile";
import { formatOf, names, partsOf, type Line, type Part } from "./terms";

export type PartyDraft = { country: string; name: string; signing_key: string; sealing_key: string; certificate_sha256: string; message_versions: string; utc_offset_minutes: string };
export type ClauseDraft = {
  key: number;
  purpose: string;
  may_ask: [boolean, boolean]; // of the parties, as they stand
  release: string[];
  modalities: string[];
  subject_categories: string[];
  aims: string[];
  onward_transfer: string;
  needs_order: boolean;
  own_nationals: boolean;
  galleries: string;
  score_floors: Record<string, string>;
  retention_days: string;
  daily_quota: string;
  person_quota: string;
  response_hours: string;
  age_from: string;
  age_to: string;
  impact_assessment_sha256: string;
};
export type Draft = { id: string; replaces: string; valid_from: string; valid_until: string; parties: [PartyDraft, PartyDraft]; clauses: ClauseDraft[] };

let keys = 0;
// The least that a clause can say, and the shortest times: what is more, somebody has to choose.
export const leastClause = (): ClauseDraft => ({
  key: ++keys,
  purpose: "",
  may_ask: [true, false],
  release: [],
  modalities: ["finger"],
  subject_categories: [],
  aims: ["identify"],
  onward_transfer: "never",
  needs_order: true,
  own_nationals: false,
  galleries: "main",
  score_floors: { finger: "60", face: "60", iris: "60" },
  retention_days: "1",
  daily_quota: "1",
  person_quota: "1",
  response_hours: "24",
  age_from: "18",
  age_to: "130",
  impact_assessment_sha256: "",
});
const noParty = (country: string): PartyDraft => ({ country, name: "", signing_key: "", sealing_key: "", certificate_sha256: "", message_versions: "", utc_offset_minutes: "" });

const dayMs = 86_400_000;
const iso = (ms: number) => new Date(ms).toISOString().slice(0, 10);

export const leastDraft = (country: string): Draft => ({
  id: "",
  replaces: "",
  valid_from: iso(Date.now() + dayMs),
  valid_until: iso(Date.now() + 91 * dayMs),
  parties: [noParty(country), noParty("")],
  clauses: [leastClause()],
});

// What a line says, as a form has it; `other` where it cannot be read.
const said = <T>(lines: Line[], key: string, other: T, make: (value: Line["value"]) => T | undefined): T => {
  const line = lines.find((each) => each.key === key);
  return (line && make(line.value)) ?? other;
};
const textOf = (lines: Line[], key: string, other = "") => said(lines, key, other, (value) => (value.is === "text" ? value.text : value.is === "number" ? String(value.n) : value.is === "numbers" ? value.numbers.join(" ") : value.is === "names" ? value.names.join(" ") : undefined));
const listOf = (lines: Line[], key: string, other: string[]) => said(lines, key, other, (value) => (value.is === "names" ? value.names : undefined));
const flagOf = (lines: Line[], key: string, other: boolean) => said(lines, key, other, (value) => (value.is === "flag" ? value.yes : undefined));

export function partyOf(lines: Line[]): PartyDraft {
  const of = (key: string, other = "") => textOf(lines, key, other);
  return { country: of("country"), name: of("name"), signing_key: of("signing_key"), sealing_key: of("sealing_key"), certificate_sha256: of("certificate_sha256"), message_versions: of("message_versions", "1"), utc_offset_minutes: of("utc_offset_minutes") };
}
// A party.json, as a node wrote it; null: it is none.
export function partyOfFile(of: Members): PartyDraft | null {
  const part = partsOf({ format: "puente-agreement/1", parties: [of] }).find((each) => each.kind === "party");
  return part && part.lines.every((line) => line.value.is !== "missing" && line.value.is !== "unreadable") ? partyOf(part.lines) : null;
}

function clauseOf({ lines }: Part, countries: string[]): ClauseDraft {
  const least = leastClause();
  const of = (key: keyof ClauseDraft & string) => textOf(lines, key, least[key] as string);
  const asks = listOf(lines, "may_ask", []);
  return {
    key: least.key,
    purpose: of("purpose"),
    may_ask: [asks.includes(countries[0] ?? "?"), asks.includes(countries[1] ?? "?")],
    release: listOf(lines, "release", least.release),
    modalities: listOf(lines, "modalities", least.modalities),
    subject_categories: listOf(lines, "subject_categories", least.subject_categories),
    aims: listOf(lines, "aims", least.aims),
    onward_transfer: of("onward_transfer"),
    needs_order: flagOf(lines, "needs_order", least.needs_order),
    own_nationals: flagOf(lines, "own_nationals", least.own_nationals),
    galleries: of("galleries"),
    score_floors: Object.fromEntries(names.modality.map((each) => [each, textOf(lines, `score_floors.${each}`, "60")])),
    retention_days: of("retention_days"),
    daily_quota: of("daily_quota"),
    person_quota: of("person_quota"),
    response_hours: of("response_hours"),
    age_from: textOf(lines, "ages.from", least.age_from),
    age_to: textOf(lines, "ages.to", least.age_to),
    impact_assessment_sha256: of("impact_assessment_sha256"),
  };
}

// A copy: under another id, from where the older one ends, or from tomorrow, for as long as it is for. `least`: something
// of it could not be copied, or the older one has no conditions yet: there stands the least.
export function draftFrom(of: Members, takesItsPlace: boolean): { draft: Draft; least: boolean } {
  const parts = partsOf(of);
  const general = parts[0]!.lines;
  const time = (key: string) => said(general, key, NaN, (value) => (value.is === "time" ? Date.parse(value.iso) : undefined));
  const id = textOf(general, "id");
  const from = Math.max(Date.now() + dayMs, takesItsPlace ? 0 : time("valid_until") || 0);
  const long = time("valid_until") - time("valid_from");
  const parties = parts.filter((part) => part.kind === "party").slice(0, 2).map((part) => partyOf(part.lines));
  const clauses = parts.filter((part) => part.kind === "clause" && !part.twice);
  const draft: Draft = {
    id: nextId(id),
    replaces: takesItsPlace ? id : "",
    valid_from: iso(from),
    valid_until: iso(from + (Number.isNaN(long) || long < dayMs ? 90 * dayMs : long)),
    parties: [parties[0] ?? noParty(""), parties[1] ?? noParty("")],
    clauses: clauses.length === 0 ? [leastClause()] : clauses.map((part) => clauseOf(part, parties.map((each) => each.country))),
  };
  const least = formatOf(of) < 3 || parts.some((part) => part.kind === "rest" || part.twice || part.lines.some((line) => line.value.is === "missing" || line.value.is === "unreadable"));
  return { draft, least };
}

// usa-col-2 after usa-col-1; usa-col-2027 after usa-col-2026.
const nextId = (id: string) => {
  const [, stem, digits] = /^(.*?)(\d{1,9})$/.exec(id) ?? [];
  const next = digits === undefined ? `${id}-2` : `${stem}${String(Number(digits) + 1).padStart(digits.length, "0")}`;
  return id === "" || next.length > 64 ? "" : next;
};

const words = (text: string) => text.split(/[\s,]+/).filter(Boolean);
const whole = (text: string): unknown => (/^-?\d{1,9}$/.test(text.trim()) ? Number(text) : text);

// In format 3: no newer clause is written without its conditions.
export function documentOf(draft: Draft): Members {
  const countries = draft.parties.map((each) => each.country);
  return {
    format: "puente-agreement/3",
    id: draft.id,
    ...(draft.replaces === "" ? {} : { replaces: draft.replaces }),
    valid_from: draft.valid_from,
    valid_until: draft.valid_until,
    parties: draft.parties.map((each) => ({ ...each, message_versions: words(each.message_versions).map(whole), utc_offset_minutes: whole(each.utc_offset_minutes) })),
    purposes: draft.clauses.map(({ key: _key, age_from, age_to, may_ask, galleries, score_floors, ...rest }) => ({
      ...rest,
      may_ask: countries.filter((_, i) => may_ask[i]),
      galleries: words(galleries),
      score_floors: Object.fromEntries(rest.modalities.map((each) => [each, whole(score_floors[each] ?? "")])),
      ages: { from: whole(age_from), to: whole(age_to) },
      retention_days: whole(rest.retention_days),
      daily_quota: whole(rest.daily_quota),
      person_quota: whole(rest.person_quota),
      response_hours: whole(rest.response_hours),
      review_required: true,
    })),
    signatures: [],
  };
}

export type Fault = { part: Part; line: Line } | { rule: "dates" | "same_country" | "same_key" | "versions" | "replaces_itself" | "ages" | "twice" };

// What the programs of both countries would refuse in it.
export function faultsOf(document: Members): Fault[] {
  const faults: Fault[] = [];
  const parts = partsOf(document);
  for (const part of parts) for (const line of part.lines) if (line.value.is === "unreadable" || line.value.is === "missing") faults.push({ part, line });
  const lines = parts[0]!.lines;
  const [a, b] = (document.parties as Members[]) ?? [];
  const rule = (name: Extract<Fault, { rule: string }>["rule"], broken: unknown) => broken && faults.push({ rule: name });
  rule("dates", !(Date.parse(String(document.valid_from)) < Date.parse(String(document.valid_until))));
  rule("replaces_itself", textOf(lines, "replaces", "-") === textOf(lines, "id"));
  rule("same_country", a?.country && a.country === b?.country);
  rule("same_key", ["signing_key", "sealing_key", "certificate_sha256"].some((key) => a?.[key] && a[key] === b?.[key]));
  rule("versions", [a, b].some((each) => !(each?.message_versions as unknown[]).includes(3)));
  rule("twice", parts.some((part) => part.kind === "clause" && part.twice));
  rule("ages", (document.purposes as Members[]).some((each) => Number(own(each.ages as Members, "from")) > Number(own(each.ages as Members, "to"))));
  return faults;
}
