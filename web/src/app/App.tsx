import { Suspense, use, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link, Redirect, Route, Switch, useLocation } from "wouter";
import { Problem, Waiting } from "../ui/say";
import { areasIn, type Language } from "./i18n";
import { pagesOf } from "./pages";
import { listen } from "./live";
import { useSession, type Me } from "./session";
import { SignIn } from "./SignIn";
import { LanguageChoice, ThemeChoice } from "./choices";

function Frame({ me }: { me: Me }) {
  const { t, i18n } = useTranslation();
  use(areasIn(i18n.language as Language));
  const session = useSession();
  const [at] = useLocation();
  const mine = pagesOf(me);
  const here = mine.find((page) => page.path === at);
  useEffect(() => {
    document.title = here ? `${t(here.title as never)} · Puente` : "Puente";
  }, [here, t]);
  useEffect(listen, []);
  // Whoever goes on to another page by keyboard, or listens, is taken to its beginning.
  useEffect(() => document.getElementById("page")?.focus(), [at]);
  return (
    <>
      <a className="skip" href="#page" onClick={(event) => (event.preventDefault(), document.getElementById("page")?.focus())}>
        {t("skip")}
      </a>
      <header className="bar">
        <Link href="/" className="mark">
          <img src="/icon.svg" alt="" width="28" height="28" /> Puente <span className="country">{me.country}</span>
        </Link>
        <nav aria-label={t("menu")}>
          {mine
            .filter((page) => page.menu)
            .map((page) => (
              <Link key={page.path} href={page.path} className={(active) => (active ? "here" : "")}>
                {t(page.title as never)}
              </Link>
            ))}
        </nav>
        <div className="who">
          <LanguageChoice />
          <ThemeChoice />
          <span>
            {me.user} · {t(`role.${me.role}`)}
          </span>
          <button type="button" onClick={() => void session.signOut()}>
            {t("sign_out")}
          </button>
        </div>
      </header>
      <main id="page" tabIndex={-1}>
        <Suspense fallback={<Waiting />}>
          <Switch>
          <Route path="/">{mine[0] ? <Redirect to={mine.find((page) => page.menu)?.path ?? "/none"} replace /> : t("nothing")}</Route>
          {mine.map((page) => (
            <Route key={page.path} path={page.path}>
              {(parts) => <page.Show {...(parts as Record<string, string>)} />}
            </Route>
          ))}
          <Route>
            <h1>{t("not_found")}</h1>
          </Route>
        </Switch>
        </Suspense>
      </main>
    </>
  );
}

export function App() {
  const { t } = useTranslation();
  const { me, problem, leaving, ask } = useSession();
  if (leaving) return <main className="alone" role="status">{t("leaving")}</main>;
  if (me)
    return (
      <Suspense fallback={<Waiting />}>
        <Frame key={me.user} me={me} />
      </Suspense>
    );
  if (problem) return <main className="alone">{<Problem of={problem} again={ask} />}</main>;
  if (me === undefined) return <main className="alone">{<Waiting />}</main>;
  return <SignIn />;
}
