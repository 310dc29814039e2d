// The pictures of one case. Each fetch is a look that stands in the log: each is fetched once, and held in memory as
// long as the page of its case is open.
import { useCallback, useEffect, useRef, useState } from "react";
import { getPicture, Refusal } from "../../app/api";

export type Kind = "probe_clean" | "probe" | "reference";
export type Pictures = { of(pair: number, kind: Kind): ImageBitmap | null; problem(pair: number, kind: Kind): Refusal | null; look(pair: number, kind: Kind): void };

export function usePictures(caseId: string): Pictures {
  const [held, setHeld] = useState<Record<string, ImageBitmap | Refusal>>({});
  const asked = useRef(new Set<string>());
  const stop = useRef(new AbortController());
  const kept = useRef<ImageBitmap[]>([]);
  useEffect(() => {
    stop.current = new AbortController();
    return () => {
      stop.current.abort();
      for (const each of kept.current) each.close();
    };
  }, []);
  const look = useCallback(
    (pair: number, kind: Kind) => {
      const name = `${kind} ${pair}`;
      if (asked.current.has(name)) return;
      asked.current.add(name);
      const { signal } = stop.current;
      getPicture(`/v1/cases/${encodeURIComponent(caseId)}/pictures/${pair}`, { kind }, signal).then(
        (picture) => {
          if (signal.aborted) return picture.close();
          kept.current.push(picture);
          setHeld((before) => ({ ...before, [name]: picture }));
        },
        (failure) => {
          if (signal.aborted) return;
          asked.current.delete(name); // a look that failed is tried again
          setHeld((before) => ({ ...before, [name]: failure instanceof Refusal ? failure : new Refusal(0, "internal", String(failure)) }));
        },
      );
    },
    [caseId],
  );
  const at = (pair: number, kind: Kind) => held[`${kind} ${pair}`];
  return {
    of: (pair, kind) => {
      const one = at(pair, kind);
      return one instanceof ImageBitmap ? one : null;
    },
    problem: (pair, kind) => {
      const one = at(pair, kind);
      return one instanceof Refusal ? one : null;
    },
    look,
  };
}
