// What a newer text lets happen that the older one does not, and what no more, as src/policy/compare.cc has it. Pure
// computing, no React. What cannot be read on either side is said to be so, and counts as if it gave more.
import type { Line, Part, Value } from "./terms";

export type Gives = "more" | "less" | "both" | "neither" | "unclear";
export type Way = "same" | "new" | "gone" | "longer" | "shorter" | "higher" | "lower" | "later" | "earlier" | "names" | "other" | "unclear";
export type Change = { line: Line; before?: Value | undefined; after?: Value | undefined; way: Way; gives: Gives; come: string[]; gone: string[] };
export type PartChanges = { part: Part; way: "same" | "new" | "gone" | "changed"; gives: Gives; changes: Change[] };

const isUnread = (value: Value) => value.is === "unreadable" || value.is === "missing";
const size = (value: Value): number =>
  value.is === "number" ? value.n : value.is === "time" ? Date.parse(value.iso) : value.is === "flag" ? Number(value.yes) : value.is === "names" ? Number(value.names[0] === "with_consent") : 0;

function both(line: Line, before: Value, after: Value): Change {
  const change = { line, before, after, come: [] as string[], gone: [] as string[] };
  if (JSON.stringify(before) === JSON.stringify(after)) return { ...change, way: "same", gives: isUnread(after) ? "unclear" : "neither" };
  if (isUnread(before) || isUnread(after) || before.is !== after.is) return { ...change, way: "unclear", gives: "unclear" };
  if (before.is === "names" && after.is === "names" && before.of !== "onward" && line.key !== "purpose") {
    change.come = after.names.filter((each) => !before.names.includes(each));
    change.gone = before.names.filter((each) => !after.names.includes(each));
    if (change.come.length + change.gone.length === 0) return { ...change, way: "same", gives: "neither" }; // another order
    return { ...change, way: "names", gives: change.come.length === 0 ? "less" : change.gone.length === 0 ? "more" : "both" };
  }
  if (before.is === "numbers" && after.is === "numbers" && String([...before.numbers].sort()) === String([...after.numbers].sort())) return { ...change, way: "same", gives: "neither" };
  const grew = size(after) > size(before);
  if (before.is === "time" && size(after) === size(before)) return { ...change, way: "same", gives: "neither" }; // written in another way
  const gives = line.more === undefined ? "neither" : grew === (line.more === "up") ? "more" : "less";
  if (after.is === "time") return { ...change, way: grew ? "later" : "earlier", gives };
  if (after.is !== "number" || after.unit === "minutes") return { ...change, way: "other", gives };
  if (after.unit === "days" || after.unit === "hours") return { ...change, way: grew ? "longer" : "shorter", gives };
  return { ...change, way: grew ? "higher" : "lower", gives };
}

// A condition that one of the two does not have, as texts of an older format have none. What is not said limits nothing.
function alone(line: Line, isNew: boolean): Change {
  const change = { line, before: isNew ? undefined : line.value, after: isNew ? line.value : undefined, come: [], gone: [] };
  const way = isNew ? ("new" as const) : ("gone" as const);
  if (isUnread(line.value)) return { ...change, way, gives: "unclear" };
  const limitsNothing = (line.key === "own_nationals" && size(line.value) === 1) || (line.key === "needs_order" && size(line.value) === 0);
  if (line.more === undefined || limitsNothing || line.key.startsWith("score_floors.")) return { ...change, way, gives: "neither" };
  return { ...change, way, gives: isNew ? "less" : "more" };
}

function linesBetween(before: Line[], after: Line[]): Change[] {
  const changes = after.map((line) => {
    const old = before.find((each) => each.key === line.key);
    return old ? both(line, old.value, line.value) : alone(line, true);
  });
  for (const line of before) if (!after.some((each) => each.key === line.key)) changes.push(alone(line, false));
  return changes;
}

const sum = (changes: Change[]): Gives => {
  const all = new Set(changes.map((each) => each.gives));
  if (all.has("unclear")) return "unclear";
  if (all.has("both") || (all.has("more") && all.has("less"))) return "both";
  return all.has("more") ? "more" : all.has("less") ? "less" : "neither";
};

export function differences(before: Part[], after: Part[]): PartChanges[] {
  const out = after.map((part): PartChanges => {
    const old = before.find((each) => each.key === part.key);
    if (!old) {
      const changes = part.lines.map((line) => ({ line, after: line.value, way: "new" as const, gives: isUnread(line.value) ? ("unclear" as const) : ("neither" as const), come: [], gone: [] }));
      return { part, way: "new", gives: part.kind === "rest" || part.twice || sum(changes) === "unclear" ? "unclear" : "more", changes };
    }
    const changes = linesBetween(old.lines, part.lines);
    const isSame = changes.every((each) => each.way === "same");
    return { part, way: isSame ? "same" : "changed", gives: part.twice ? "unclear" : sum(changes), changes };
  });
  for (const part of before) {
    if (after.some((each) => each.key === part.key)) continue;
    const changes = part.lines.map((line) => ({ line, before: line.value, way: "gone" as const, gives: "neither" as const, come: [], gone: [] }));
    out.push({ part, way: "gone", gives: "less", changes });
  }
  return out;
}
