// The one way to the node. Types come from openapi/puente.yaml; nothing here is kept, not even in memory longer than
// its page. The session is a cookie that no script can read; each call carries that session's own token
// (csrf) beside it, so that a page goes on as nobody else, and what changes something a key by which a second try is the
// same act.
import { heardAt } from "./clock";
import type { components } from "./openapi";

export type Schema = components["schemas"];

export class Refusal extends Error {
  constructor(
    readonly status: number, // 0: the node did not answer
    readonly code: string, // as core/result.h names it
    message: string,
    readonly said: unknown = null, // the whole answer
    readonly reasons: string[] = [], // of a refusal by policy, as docs/rules.md names them
    readonly isUnderWay = false, // an earlier try with the same key: its answer comes with it
  ) {
    super(message);
  }
}

// A page that nobody is signed in at asks for nothing but that: what is kept for who was (session.tsx) must not go on as
// whoever has a session in this browser.
const theDoor = ["/v1/me", "/v1/sign-in"];

let csrf = "";
let signedOut: () => void = () => {};

export function useSession(token: string, onSignedOut: () => void) {
  csrf = token;
  signedOut = onSignedOut;
}

// What was answered before, by address, to who asks again and again: not sent once more while it is the same.
export type Held = Map<string, { tag: string; value: unknown }>;

type Wish = { body?: unknown; key?: string; signal?: AbortSignal; query?: Record<string, string | number | undefined>; tag?: string | undefined };

function address(path: string, query: Wish["query"]): string {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== "");
  if (given.length === 0) return path;
  return path + "?" + given.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join("&");
}

async function send(method: string, path: string, wish: Wish): Promise<Response> {
  if (!csrf && !theDoor.includes(path)) throw new Refusal(401, "unauthenticated", "");
  const headers: Record<string, string> = {};
  if (wish.body !== undefined) headers["content-type"] = "application/json";
  if (csrf) headers["x-puente-csrf"] = csrf; // of a GET too: another's session in this browser is not this page's
  if (wish.key) headers["idempotency-key"] = wish.key;
  if (wish.tag) headers["if-none-match"] = wish.tag;
  let response: Response;
  try {
    response = await fetch(address(path, wish.query), {
      method,
      headers,
      body: wish.body === undefined ? null : JSON.stringify(wish.body),
      cache: "no-store",
      credentials: "same-origin",
      redirect: "error",
      signal: wish.signal ?? null,
    });
  } catch (failure) {
    if (wish.signal?.aborted) throw failure;
    throw new Refusal(0, "unavailable", "");
  }
  heardAt(response.headers.get("date"));
  if (response.ok || (response.status === 304 && wish.tag)) return response;
  const said = await response.json().catch(() => null);
  const isUnderWay = response.status === 409 && response.headers.has("retry-after");
  const refusal = new Refusal(response.status, said?.error?.code ?? "internal", said?.error?.message ?? "", said, said?.reasons ?? [], isUnderWay);
  if (response.status === 401 && path !== "/v1/sign-in") signedOut();
  throw refusal;
}

export async function call<T>(method: string, path: string, wish: Wish = {}): Promise<T> {
  const response = await send(method, path, wish);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

export async function get<T>(path: string, query?: Wish["query"], signal?: AbortSignal, held?: Held): Promise<T> {
  const before = held?.get(address(path, query));
  const response = await send("GET", path, { query, signal, tag: before?.tag });
  if (response.status === 304 && before) {
    await response.text(); // or the browser keeps the connection for it
    return before.value as T;
  }
  const value: unknown = response.status === 204 ? undefined : await response.json();
  const tag = response.headers.get("etag");
  if (tag) held?.set(address(path, query), { tag, value });
  return value as T;
}
// `key`: newKey() once an act, the same for a second try of it.
export const post = <T>(path: string, body?: unknown, key?: string) => call<T>("POST", path, { body, key });
export const remove = <T>(path: string, body?: unknown, key?: string) => call<T>("DELETE", path, { body, key });

export async function getText(path: string): Promise<string> {
  return (await send("GET", path, {})).text();
}

// A picture, as bytes in memory: never an address that a browser would cache.
export async function getPicture(path: string, query?: Wish["query"], signal?: AbortSignal): Promise<ImageBitmap> {
  return createImageBitmap(await (await send("GET", path, { query, signal })).blob());
}

export function newKey(): string {
  return crypto.randomUUID();
}
