// What pages share in asking the node: something that is read, and something that is done.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { newKey, Refusal, type Held } from "./api";
import { hear, type What } from "./live";

export type Read<T> = { value: T | undefined; problem: Refusal | null; busy: boolean; again(): void };

// Reads once, whenever `deps` change, and by itself (app/live.ts) when the node says that `what` is another now, or every
// `everySeconds` while somebody is here. `held` is what this hook was answered, and goes with it.
export function useRead<T>(read: (signal: AbortSignal, held: Held) => Promise<T>, deps: unknown[], everySeconds = 0, what?: What): Read<T> {
  const [value, setValue] = useState<T>();
  const [problem, setProblem] = useState<Refusal | null>(null);
  const [busy, setBusy] = useState(true);
  const [turn, setTurn] = useState(0);
  const how = useRef(read);
  how.current = read;
  const held = useMemo<Held>(() => new Map(), deps);
  useEffect(() => {
    const stop = new AbortController();
    let isReading = false;
    let isWanted = false; // once more, after what is being read: that may be of before
    const once = () => {
      if (isReading) return void (isWanted = true);
      isReading = true;
      how.current(stop.signal, held).then(
        (got) => {
          if (stop.signal.aborted) return;
          setValue(got);
          setProblem(null);
          ended();
        },
        (failure) => {
          if (stop.signal.aborted) return;
          setProblem(failure instanceof Refusal ? failure : new Refusal(0, "internal", String(failure)));
          ended();
        },
      );
    };
    const ended = () => {
      setBusy(false);
      isReading = false;
      if (isWanted) {
        isWanted = false;
        once();
      }
    };
    setBusy(true); // not when it reads by itself: nobody waits for that, and no button is to lose the focus
    once();
    const stopHearing = everySeconds || what ? hear(what, everySeconds, once) : () => {};
    return () => {
      stop.abort();
      stopHearing();
    };
  }, [...deps, turn, everySeconds, what]);
  return { value, problem, busy, again: useCallback(() => setTurn((n) => n + 1), []) };
}

export type Act<A extends unknown[]> = { run(...given: A): Promise<boolean>; busy: boolean; problem: Refusal | null; clear(): void };

async function untilAnswered(act: () => Promise<void>) {
  for (let left = 60; ; --left) {
    try {
      return await act();
    } catch (failure) {
      if (left === 0 || !(failure instanceof Refusal) || !failure.isUnderWay) throw failure;
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

// Refused, and so not done. Not where the node did not get to look at it: then an earlier try of it may have been done.
const isSettled = ({ status, isUnderWay }: Refusal) => status !== 0 && status < 500 && status !== 401 && status !== 429 && !isUnderWay;

// Does something once at a time. A try that the link cut is repeated under the same key, if it is the same act: the node
// does it once.
export function useAct<A extends unknown[]>(act: (key: string, ...given: A) => Promise<void>): Act<A> {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Refusal | null>(null);
  const running = useRef(false);
  const key = useRef("");
  const last = useRef("");
  const run = async (...given: A) => {
    if (running.current) return false;
    running.current = true;
    setBusy(true);
    setProblem(null);
    const what = JSON.stringify(given, (_, value: unknown) => (value instanceof FormData ? [...value] : value));
    if (!key.current || what !== last.current) key.current = newKey();
    last.current = what;
    try {
      await untilAnswered(() => act(key.current, ...given));
      key.current = "";
      return true;
    } catch (failure) {
      const refusal = failure instanceof Refusal ? failure : new Refusal(0, "internal", String(failure));
      if (isSettled(refusal)) key.current = ""; // the next try is another act
      setProblem(refusal);
      return false;
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return { run, busy, problem, clear: () => setProblem(null) };
}

// A list by pages. What was read anew begins again at its first page, and is read again by itself while that is all.
export function usePages<T, Cursor extends string | number = string>(
  readPage: (after: Cursor | undefined, signal?: AbortSignal, held?: Held) => Promise<{ items: T[]; next?: Cursor | undefined }>,
  deps: unknown[],
  everySeconds = 0,
  what?: What,
) {
  const [later, setLater] = useState<{ of: string; items: T[]; next?: Cursor | undefined } | null>(null);
  const of = JSON.stringify(deps);
  const more = later?.of === of ? later : null;
  const first = useRead(async (signal, held) => ({ of, ...(await readPage(undefined, signal, held)) }), deps, more ? 0 : everySeconds, more ? undefined : what);
  const shown = first.value?.of === of ? first.value : undefined; // not the list of another filter
  const next = more ? more.next : shown?.next;
  const goOn = useAct(async () => {
    if (next === undefined) return;
    const page = await readPage(next);
    setLater({ of, items: [...(more?.items ?? []), ...page.items], next: page.next });
  });
  return {
    items: shown && [...shown.items, ...(more?.items ?? [])],
    problem: first.problem ?? goOn.problem,
    busy: first.busy || goOn.busy,
    hasMore: next !== undefined,
    goOn: () => void goOn.run(),
    again: () => {
      setLater(null);
      first.again();
    },
  };
}
