// What time it is. The node's counts, by the Date of its answers: a computer at a post may be years off, and what it takes
// for today would be sent, and shown, as true. Of the browser's own the time zone alone is used.
import { useEffect, useState, useSyncExternalStore } from "react";

const tellFromMinutes = 5;

let aheadMs = 0; // the browser's clock, of the node's
const listeners = new Set<() => void>();

export function heardAt(date: string | null) {
  const at = Date.parse(date ?? "");
  if (Number.isNaN(at)) return;
  aheadMs = Date.now() - at;
  for (const each of listeners) each();
}

export const nodeMs = () => Date.now() - aheadMs;
export const nodeTime = () => new Date(nodeMs()).toISOString();

// In minutes; 0 where it is so little that nobody need be told.
function ahead(): number {
  const minutes = Math.round(aheadMs / 60_000);
  return Math.abs(minutes) < tellFromMinutes ? 0 : minutes;
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export const useClockAhead = () => useSyncExternalStore(subscribe, ahead);

// Shown again as time passes, for what says how much of it is left.
export function useNodeMs(everySeconds: number): number {
  const [, setTurn] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTurn((n) => n + 1), everySeconds * 1000);
    return () => clearInterval(timer);
  }, [everySeconds]);
  useClockAhead();
  return nodeMs();
}
