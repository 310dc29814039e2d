// Prometheus' text, as far as /metrics uses it. Pure: what cannot be read is left out.
export type Sample = { labels: Record<string, string>; value: number };
export type Bucket = { upTo: number; count: number }; // of its own, not of all below it
export type Family = { name: string; help: string; kind: string; samples: Sample[]; buckets: Bucket[]; sum: number; count: number };

const line = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g;

const numberOf = (text: string) => (text === "+Inf" ? Infinity : text === "-Inf" ? -Infinity : Number(text));

function labelsOf(text: string): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [, name, value] of text.matchAll(label)) if (name !== undefined && value !== undefined) out[name] = value.replace(/\\(.)/g, (_, char: string) => (char === "n" ? "\n" : char));
  return out;
}

export function parseMetrics(text: string): Family[] {
  const families = new Map<string, Family>();
  const family = (name: string): Family => {
    const known = families.get(name);
    if (known) return known;
    const made: Family = { name, help: "", kind: "untyped", samples: [], buckets: [], sum: 0, count: 0 };
    families.set(name, made);
    return made;
  };
  for (const each of text.split("\n")) {
    const [, what, about, rest] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(each) ?? [];
    if (about !== undefined && rest !== undefined) {
      if (what === "HELP") family(about).help = rest;
      else family(about).kind = rest;
      continue;
    }
    const [, name, labels, value] = line.exec(each) ?? [];
    if (name === undefined || value === undefined) continue;
    const number = numberOf(value);
    const whole = families.get(name.replace(/_(bucket|sum|count)$/, ""));
    if (whole?.kind === "histogram" && whole.name !== name) {
      if (name.endsWith("_sum")) whole.sum = number;
      else if (name.endsWith("_count")) whole.count = number;
      else whole.buckets.push({ upTo: numberOf(labelsOf(labels ?? "").le ?? ""), count: number });
    } else family(name).samples.push({ labels: labelsOf(labels ?? ""), value: number });
  }
  for (const each of families.values()) {
    const below = each.buckets.map((bucket) => bucket.count);
    each.buckets = each.buckets.map((bucket, i) => ({ upTo: bucket.upTo, count: Math.max(0, bucket.count - (below[i - 1] ?? 0)) }));
  }
  return [...families.values()];
}
