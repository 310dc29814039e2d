// What the node says by itself (/v1/events): that something is another now, and four times a minute that it is there.
// A page that is seen has one connection for it, since a browser has six for all its pages of a node.
import { isSomebodyHere } from "./here";

export type What = "agreements" | "questions" | "cases" | "watchlist";
type News = What | "here" | "opened"; // opened: what was said before then was not heard

const silentAfterMs = 40_000; // two of its signs and a half
const openAgainMs = 30_000; // where the node refuses, or was not there

const listeners = new Set<(news: News) => void>();
let heardMs = 0;

export const isLive = () => Date.now() - heardMs < silentAfterMs;

// Asks when `what` is another now. With a time also at the node's signs, and by the clock where it does not speak; never
// while nobody is here: what was said meanwhile is asked for when somebody is.
export function hear(what: What | undefined, everySeconds: number, ask: () => void): () => void {
  let isMissed = false;
  let askedMs = Date.now();
  const askNow = () => {
    askedMs = Date.now();
    isMissed = false;
    ask();
  };
  const isTime = () => everySeconds > 0 && Date.now() - askedMs > (everySeconds - 5) * 1000; // the node's signs are no clock
  const listener = (news: News) => {
    if (what !== undefined && (news === what || news === "opened")) isMissed = true;
    if (isSomebodyHere() && (isMissed || (news === "here" && isTime()))) askNow();
  };
  listeners.add(listener);
  const timer = everySeconds ? setInterval(() => !isLive() && isSomebodyHere() && askNow(), everySeconds * 1000) : 0;
  return () => {
    listeners.delete(listener);
    clearInterval(timer);
  };
}

// For as long as somebody is signed in.
export function listen(): () => void {
  let source: EventSource | null = null;
  let timer = 0;
  const tell = (news: News) => {
    heardMs = Date.now();
    for (const each of [...listeners]) each(news);
  };
  const close = () => {
    clearTimeout(timer);
    source?.close();
    source = null;
    heardMs = 0;
  };
  const open = () => {
    close();
    if (document.visibilityState !== "visible") return;
    const opened = new EventSource("/v1/events");
    source = opened;
    opened.onopen = () => tell("opened");
    opened.addEventListener("here", () => tell("here"));
    opened.addEventListener("changed", (event: MessageEvent<string>) => tell(event.data as What));
    // Whoever is refused, it does not try again by itself.
    opened.onerror = () => {
      if (opened.readyState === EventSource.CLOSED) timer = window.setTimeout(openLater, openAgainMs);
    };
  };
  const openLater = () => {
    if (isSomebodyHere()) open();
    else timer = window.setTimeout(openLater, openAgainMs);
  };
  document.addEventListener("visibilitychange", open);
  open();
  return () => {
    document.removeEventListener("visibilitychange", open);
    close();
  };
}
