// A text that somebody opened: what can be read of it as an agreement, and which one it is. Pure computing, no React.
// The file may be anything, made by anybody.
import { canonical, hex, sha256, utf8 } from "../auditor/verify";

export type Members = Record<string, unknown>;
export type Opened = { name: string; text: string; of: Members; sha256: string };
export type Wrong = "too_large" | "no_json" | "twice" | "too_deep" | "no_text";

export const textBytesMax = 65536;
const depthMax = 12; // an agreement has four

export const isMembers = (value: unknown): value is Members => typeof value === "object" && value !== null && !Array.isArray(value);
export const own = (of: Members, name: string): unknown => (Object.hasOwn(of, name) ? of[name] : undefined);

// JSON.parse keeps the last of two members of one name, and others may keep the first: such a text says two things.
function faultOf(json: string): Wrong | null {
  const open: (Set<string> | null)[] = [];
  for (const [token, isName] of json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g)) {
    if (token === "{" || token === "[") {
      if (open.push(token === "{" ? new Set() : null) > depthMax) return "too_deep";
    } else if (token === "}" || token === "]") {
      open.pop();
    } else if (isName) {
      const names = open.at(-1);
      const name = JSON.parse(token.slice(0, -isName.length)) as string;
      if (names?.has(name)) return "twice";
      names?.add(name);
    }
  }
  return null;
}

export async function readText(name: string, text: string): Promise<Opened | Wrong> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "no_json";
  }
  if (!isMembers(value)) return "no_json";
  const fault = faultOf(text);
  if (fault) return fault;
  const { signatures: _signatures, ...terms } = value;
  // Numbers that no bytes can be made of again: whatever it says, it is the text of no agreement.
  const digest = await Promise.resolve().then(() => sha256(utf8(canonical(terms)))).then(hex, () => "");
  return { name, text, of: value, sha256: digest };
}

export async function readFile(file: File): Promise<Opened | Wrong> {
  if (file.size > textBytesMax) return "too_large";
  try {
    return await readText(file.name, new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await file.arrayBuffer()));
  } catch {
    return "no_text";
  }
}

// What cannot be seen, or moves what stands beside it, is shown by its number: direction marks, controls, heaps of accents.
const unseen = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}|(?<=\p{M}\p{M})\p{M}/gu;
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
export function seen(text: string): string {
  const shown = text.replace(unseen, (each) => `[U+${each.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}]`);
  return rightToLeft.test(shown) ? `\u2068${shown}\u2069` : shown;
}

// A value that is not what it should be, as it stands.
export const raw = (value: unknown) => seen(JSON.stringify(value) ?? String(value));
