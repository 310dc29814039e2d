import { useEffect, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { get, Refusal, type Schema } from "./api";
import { LanguageChoice, ThemeChoice } from "./choices";
import { ClockNote } from "./ClockNote";
import { keptForMinutes, useSession } from "./session";
import { useRead } from "./use";
import { Field, Problem } from "../ui/say";

// Why somebody whom another system vouches for was sent back; the node knows these three.
const reasons = ["unauthenticated", "denied", "unavailable"] as const;
function sentBack() {
  const why = new URLSearchParams(location.search).get("sign-in");
  return why === null ? null : (reasons.find((each) => each === why) ?? "other");
}

export function SignIn() {
  const { t } = useTranslation();
  const session = useSession();
  const [why, setWhy] = useState(sentBack);
  useEffect(() => {
    if (sentBack()) history.replaceState(null, "", location.pathname); // opened again it is a page like any
  }, []);
  const ways = useRead(() => get<Schema["SignInWays"]>("/v1/sign-in"), []);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Refusal | null>(null);
  useEffect(() => {
    document.title = `${t("sign_in.title")} · Puente`;
  }, [t]);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    setBusy(true);
    setProblem(null);
    setWhy(null);
    try {
      await session.signIn(String(given.get("user")).trim(), String(given.get("password")), String(given.get("code")).replace(/\s/g, ""));
    } catch (failure) {
      setProblem(failure as Refusal);
      (form.elements.namedItem("password") as HTMLInputElement).value = "";
      (form.elements.namedItem("code") as HTMLInputElement).value = "";
      setBusy(false);
    }
  };
  return (
    <main className="alone sign-in" id="page">
      <div className="row end">
        <LanguageChoice />
        <ThemeChoice />
      </div>
      <h1>
        <img src="/icon.svg" alt="" width="40" height="40" /> Puente <span className="country">{ways.value?.country}</span>
      </h1>
      <div role="status">{session.ended && <p className="note">{t("sign_in.ended", { minutes: keptForMinutes })}</p>}</div>
      <ClockNote />
      {problem && (problem.status === 401 ? <p role="alert" className="problem">{t("sign_in.refused")}</p> : <Problem of={problem} />)}
      {ways.problem && <Problem of={ways.problem} again={ways.again} />}
      {why && <p role="alert" className="problem">{why === "other" ? t("problem.internal") : t(`sign_in.sent_back.${why}`)}</p>}
      {ways.value?.provider && (
        <>
          <a className="button first" href="/v1/sign-in/provider">
            {t("sign_in.by_provider", { name: ways.value.provider.name })}
          </a>
          <p className="quiet">{t("sign_in.or_password")}</p>
        </>
      )}
      <form aria-label={t("sign_in.title")} onSubmit={(event) => void submit(event)}>
        <Field label={t("sign_in.user")}>
          <input name="user" required maxLength={64} autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus />
        </Field>
        <Field label={t("sign_in.password")}>
          <input name="password" type="password" required maxLength={256} autoComplete="current-password" />
        </Field>
        <Field label={t("sign_in.code")} help={t("sign_in.code_help")}>
          <input name="code" inputMode="numeric" pattern="[0-9 ]*" maxLength={8} autoComplete="one-time-code" />
        </Field>
        <button className="first" disabled={busy}>
          {t("sign_in.do")}
        </button>
      </form>
    </main>
  );
}
