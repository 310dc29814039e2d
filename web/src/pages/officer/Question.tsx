// How one question stands, and what the partner let go.
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { get, post, remove, type Schema } from "../../app/api";
import { isolated } from "../../app/foreign";
import { capital, dateTime, number } from "../../app/i18n";
import { hear } from "../../app/live";
import { useSession } from "../../app/session";
import { useAct, useRead } from "../../app/use";
import { Facts, Problem, TimeLeft, Waiting } from "../../ui/say";
import { useWords } from "../../ui/words";
import { Biographics } from "./Person";
import { QuestionState } from "./Questions";
import "../../ui/forms.css";
import "./officer.css";

const everySeconds = 5;

function OneQuestion({ id }: { id: string }) {
  const { t } = useTranslation(["officer", "frame"]);
  const { country, purpose, reason, category } = useWords();
  const { me } = useSession();
  const path = `/v1/questions/${encodeURIComponent(id)}`;
  const read = useRead((signal, held) => get<Schema["Question"]>(path, undefined, signal, held), [id]);
  const [isAsking, setIsAsking] = useState(false);
  const of = read.value;
  const isLive = of?.state === "queued" || of?.state === "hit";
  // Not by useRead's own clock: what was released would be read, and logged, once more when that stops.
  const { again } = read;
  useEffect(() => {
    if (!isLive || read.busy) return;
    return hear("questions", everySeconds, again);
  }, [isLive, read.busy, again]);
  const retry = useAct(async (key) => {
    await post(`${path}/retry`, undefined, key);
    again();
  });
  const cancel = useAct(async (key) => {
    await remove(path, undefined, key);
    setIsAsking(false);
    again();
  });
  const isOwn = me?.role === "officer";
  const grounds = of?.grounds;
  return (
    <>
      <h1>{t("question.title")}</h1>
      <Problem of={read.problem} again={again} />
      {!of && read.busy && <Waiting />}
      {of && (
        <>
          <div role="status" className="card">
            <p>
              <QuestionState of={of.state} />
            </p>
            <p>{t(`question.means.${of.state}`, { country: country(of.partner) })}</p>
            {of.state === "queued" && (
              <p>
                {t("question.ends")} <TimeLeft until={of.expires} />
              </p>
            )}
            {of.reasons && of.reasons.length > 0 && (
              <>
                <h2>{t("question.reasons")}</h2>
                <ul>
                  {of.reasons.map((each) => (
                    <li key={each}>{capital(reason(each))}.</li>
                  ))}
                </ul>
              </>
            )}
          </div>
          {of.state === "released" && (
            <section className="card" aria-label={t("question.released")}>
              <h2>{t("question.released")}</h2>
              <Biographics of={of.released ?? {}} />
              {of.retention_until && <p className="note">{t("question.kept_until", { until: dateTime(of.retention_until) })}</p>}
              <p>{t("question.purpose_bound", { purpose: purpose(of.purpose) })}</p>
            </section>
          )}
          <section aria-label={t("question.what_was_asked")}>
            <h2>{t("question.what_was_asked")}</h2>
            <Facts
              of={[
                [t("questions.partner"), country(of.partner)],
                [t("questions.purpose"), purpose(of.purpose)],
                [t("questions.file"), of.case_reference],
                [t("questions.asked"), dateTime(of.asked)],
                [t("ask.legal_basis"), grounds?.legal_basis],
                [t("ask.category"), grounds?.subject_category && category(grounds.subject_category)],
                [t("ask.aim"), grounds?.aim && t(`ask.aim_${grounds.aim}`)],
                [t("ask.urgency"), grounds?.urgency && t(`ask.${grounds.urgency}`)],
                [t("ask.age"), grounds?.age === undefined ? "" : number(grounds.age)],
                [t("ask.order"), grounds?.order && `${isolated(grounds.order.court)}, ${isolated(grounds.order.number)}, ${grounds.order.date} – ${grounds.order.expires}`],
                [t("question.reference"), of.reference],
                [t("question.number"), of.exchange_id],
                [t("question.agreement"), of.agreement_id],
              ]}
            />
          </section>
          <Problem of={retry.problem} />
          <Problem of={cancel.problem} />
          <div className="row no-print">
            {of.state === "queued" && isOwn && !isAsking && (
              <>
                <button type="button" disabled={retry.busy} onClick={() => void retry.run()}>
                  {t("question.retry")}
                </button>
                <button type="button" className="danger" onClick={() => setIsAsking(true)}>
                  {t("question.cancel")}
                </button>
              </>
            )}
            <button type="button" onClick={() => print()}>
              {t("frame:print")}
            </button>
            <Link href="/questions" className="button">
              {t("question.to_list")}
            </Link>
          </div>
          {isAsking && of.state === "queued" && (
            <div className="card no-print" role="group" aria-label={t("question.cancel_sure")}>
              <p>{t("question.cancel_sure")}</p>
              <div className="row">
                <button type="button" className="danger" autoFocus disabled={cancel.busy} onClick={() => void cancel.run()}>
                  {t("question.cancel")}
                </button>
                <button type="button" onClick={() => setIsAsking(false)}>
                  {t("question.leave_it")}
                </button>
              </div>
            </div>
          )}
        </>
      )}
    </>
  );
}

export function Question({ id }: Record<string, string>) {
  return <OneQuestion key={id} id={id ?? ""} />;
}
