// What was said of some prints is shown beside those alone: of others it would be somebody else's answer.
import { useState } from "react";

export function useOfPrints<T>(prints: string): [T | null, (value: T | null) => void] {
  const [kept, setKept] = useState<{ prints: string; value: T } | null>(null);
  const set = (value: T | null) => setKept(value === null ? null : { prints, value }); // as they were when it was asked
  return [kept?.prints === prints ? kept.value : null, set];
}
