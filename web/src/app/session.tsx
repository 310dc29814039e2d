// Who is signed in. The node alone knows; this asks it.
import { createContext, useCallback, useContext, useEffect, useRef, useState, type ReactNode } from "react";
import { flushSync } from "react-dom";
import { awayMs, leaveAfterMs } from "./here";
import { get, post, Refusal, useSession as tellApi, type Schema } from "./api";

export type Me = Schema["Me"];

type Session = {
  me: Me | null | undefined; // undefined: not asked yet; null: nobody
  kept: Me | null; // whose page is in memory: who is signed in, or for a while who was
  ended: boolean; // somebody was, and the node no longer knows them
  problem: Refusal | null;
  leaving: boolean; // signing out: nothing is shown any more
  signIn(user: string, password: string, code: string): Promise<void>;
  signOut(): Promise<void>;
  ask(): void;
};

// A node that was started anew knows no session. Whoever was in the middle of something finds it again by signing in,
// nobody else does.
const keptForMs = 10 * 60_000;
export const keptForMinutes = keptForMs / 60_000;
const isSame = (one: Me, other: Me) => one.user === other.user && one.role === other.role && one.country === other.country;

const leavingMark = "leaving";
const Context = createContext<Session | null>(null);

export function SessionProvider({ children }: { children: ReactNode }) {
  const [me, setMe] = useState<Me | null>();
  const [kept, setKept] = useState<Me | null>(null);
  const [ended, setEnded] = useState(false);
  const [problem, setProblem] = useState<Refusal | null>(null);
  const [leaving, setLeaving] = useState(false);
  const keptSinceMs = useRef(0);

  const became = useCallback((who: Me | null) => {
    tellApi(who?.csrf ?? "", () => {
      tellApi("", () => {});
      keptSinceMs.current = Date.now();
      setEnded(true);
      setMe(null);
    });
    if (who) setEnded(false);
    setProblem(null);
    setKept(who);
    setMe(who);
  }, []);

  const ask = useCallback(() => {
    get<Me>("/v1/me").then(became, (failure: Refusal) => {
      if (failure.status !== 401) return setProblem(failure);
      localStorage.removeItem(leavingMark); // nobody is left to sign out
      became(null);
    });
  }, [became]);
  useEffect(ask, [ask]);
  // The page that the back button brings out of the browser's memory asks anew.
  useEffect(() => {
    const shown = (event: PageTransitionEvent) => event.persisted && location.reload();
    addEventListener("pageshow", shown);
    return () => removeEventListener("pageshow", shown);
  }, []);

  // Nothing of the last person stays in memory, and no page of theirs asks whether it may go.
  const startAnew = useCallback(() => {
    flushSync(() => setKept(null));
    location.assign("/");
  }, []);

  // What is shown goes first, whatever the link does: then the page asks until the node has answered, also after it was
  // opened anew.
  const signOut = useCallback(async () => {
    localStorage.setItem(leavingMark, "yes");
    setLeaving(true);
    for (;;) {
      const failure = await post("/v1/sign-out").then(
        () => null,
        (each: Refusal) => each,
      );
      if (failure === null || failure.status === 401) break;
      await new Promise((resolve) => setTimeout(resolve, 2_000));
    }
    localStorage.removeItem(leavingMark);
    startAnew();
  }, [startAnew]);
  useEffect(() => {
    if (!me) return;
    if (localStorage.getItem(leavingMark)) void signOut();
    // Whoever left the screen is signed out by it, as the node does by itself at their next request.
    const timer = setInterval(() => awayMs() > leaveAfterMs && void signOut(), 15_000);
    return () => clearInterval(timer);
  }, [me, signOut]);
  useEffect(() => {
    if (me || !kept) return;
    const timer = setInterval(() => Math.abs(Date.now() - keptSinceMs.current) > keptForMs && startAnew(), 5_000);
    return () => clearInterval(timer);
  }, [me, kept, startAnew]);

  const signIn = async (user: string, password: string, code: string) => {
    localStorage.removeItem(leavingMark);
    const who = await post<Me>("/v1/sign-in", { user, password, ...(code ? { code } : {}) });
    if (kept && !isSame(kept, who)) startAnew();
    else became(who);
  };
  return <Context value={{ me, kept, ended, problem, leaving, signIn, signOut, ask }}>{children}</Context>;
}

export function useSession(): Session {
  const session = useContext(Context);
  if (!session) throw new Error("no SessionProvider above");
  return session;
}
