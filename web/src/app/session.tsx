// Who is signed in. The node alone knows; this asks it.
import { createContext, useCallback, useContext, useEffect, useState, type ReactNode } from "react";
import { awayMs, leaveAfterMs } from "./here";
import { get, post, Refusal, useSession as tellApi, type Schema } from "./api";

export type Me = Schema["Me"];

type Session = {
  me: Me | null | undefined; // undefined: not asked yet; null: nobody
  ended: boolean; // somebody was, and the node no longer knows them
  problem: Refusal | null;
  signIn(user: string, password: string, code: string): Promise<void>;
  signOut(): Promise<void>;
  ask(): void;
};

const Context = createContext<Session | null>(null);

export function SessionProvider({ children }: { children: ReactNode }) {
  const [me, setMe] = useState<Me | null>();
  const [ended, setEnded] = useState(false);
  const [problem, setProblem] = useState<Refusal | null>(null);

  const became = useCallback((who: Me | null) => {
    tellApi(who?.csrf ?? "", () => {
      tellApi("", () => {});
      setEnded(true);
      setMe(null);
    });
    if (who) setEnded(false);
    setProblem(null);
    setMe(who);
  }, []);

  const ask = useCallback(() => {
    get<Me>("/v1/me").then(became, (failure: Refusal) => {
      if (failure.status === 401) became(null);
      else setProblem(failure);
    });
  }, [became]);
  useEffect(ask, [ask]);
  // The page that the back button brings out of the browser's memory asks anew.
  useEffect(() => {
    const shown = (event: PageTransitionEvent) => event.persisted && location.reload();
    addEventListener("pageshow", shown);
    return () => removeEventListener("pageshow", shown);
  }, []);

  const signIn = async (user: string, password: string, code: string) => {
    became(await post<Me>("/v1/sign-in", { user, password, ...(code ? { code } : {}) }));
  };
  // Whoever left the screen is signed out by it, as the node does by itself at their next request.
  useEffect(() => {
    if (!me) return;
    const timer = setInterval(() => awayMs() > leaveAfterMs && void post("/v1/sign-out").finally(() => location.assign("/")), 15_000);
    return () => clearInterval(timer);
  }, [me]);

  const signOut = async () => {
    await post("/v1/sign-out").catch(() => {});
    location.assign("/"); // nothing of the last person stays in memory
  };
  return <Context value={{ me, ended, problem, signIn, signOut, ask }}>{children}</Context>;
}

export function useSession(): Session {
  const session = useContext(Context);
  if (!session) throw new Error("no SessionProvider above");
  return session;
}
