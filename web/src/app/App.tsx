import { Suspense, use, useEffect, useLayoutEffect, useState } from "react";
import { createPortal } from "react-dom";
import { useTranslation } from "react-i18next";
import { Link, matchRoute, Redirect, Route, Switch, useLocation, useRouter } from "wouter";
import { Problem, Waiting } from "../ui/say";
import { areasIn, type Language } from "./i18n";
import { pagesOf } from "./pages";
import { listen } from "./live";
import { useSession, type Me } from "./session";
import { SignIn } from "./SignIn";
import { LanguageChoice, ThemeChoice } from "./choices";
import { ClockNote } from "./ClockNote";

// Whoever goes on to another page by keyboard, or listens, is taken to its heading, or where its code or what it shows has
// still to come to its beginning, and from there to the heading, unless they went on by themselves.
function useFocusAt(at: string) {
  useEffect(() => {
    const page = document.getElementById("page");
    if (!page) return;
    const toHeading = () => {
      for (const heading of page.querySelectorAll("h1")) {
        heading.tabIndex = -1;
        heading.focus(); // not of one that is hidden: of the page before, while the next one's code comes
        if (document.activeElement === heading) return true;
      }
      return false;
    };
    if (toHeading()) return;
    page.focus();
    const watch = new MutationObserver(() => {
      const isLeft = document.activeElement !== page && document.activeElement !== document.body;
      if (isLeft || toHeading()) watch.disconnect();
    });
    watch.observe(page, { childList: true, subtree: true });
    return () => watch.disconnect();
  }, [at]);
}

function Frame({ me }: { me: Me }) {
  const { t, i18n } = useTranslation();
  use(areasIn(i18n.language as Language));
  const session = useSession();
  const [at] = useLocation();
  const mine = pagesOf(me);
  const { parser } = useRouter();
  const here = mine.find((page) => matchRoute(parser, page.path, at)[0]);
  const section = mine.filter((page) => page.menu && `${at}/`.startsWith(`${page.path}/`)).sort((a, b) => b.path.length - a.path.length)[0];
  useEffect(() => {
    document.title = here ? `${t(here.title as never)} · Puente` : "Puente";
  }, [here, me, t]);
  useEffect(listen, []);
  useFocusAt(at);
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
              <Link key={page.path} href={page.path} className={page === section ? "here" : ""} aria-current={page === section ? "page" : undefined}>
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
        <ClockNote />
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
  const { me, kept, problem, leaving, ask } = useSession();
  // Of who was signed in nothing is in the document, until they are again.
  const [place] = useState(() => document.createElement("div"));
  const isIn = Boolean(me);
  useLayoutEffect(() => {
    if (!isIn) return;
    document.body.append(place);
    document.getElementById("page")?.focus();
    return () => place.remove();
  }, [isIn, place]);
  if (leaving) return <main className="alone" role="status">{t("leaving")}</main>;
  return (
    <>
      {kept &&
        createPortal(
          <Suspense fallback={<Waiting />}>
            <Frame key={kept.user} me={kept} />
          </Suspense>,
          place,
        )}
      {!me && (problem ? <main className="alone">{<Problem of={problem} again={ask} />}</main> : me === undefined ? <main className="alone">{<Waiting />}</main> : <SignIn />)}
    </>
  );
}
