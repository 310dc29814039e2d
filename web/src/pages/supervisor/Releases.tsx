// Cases that wait for a second person, those with least time left before all others.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { get, type Schema } from "../../app/api";
import { dateTime } from "../../app/i18n";
import { Field, Problem, Shown, Table, Tag, TimeLeft, Waiting } from "../../ui/say";
import "./supervisor.css";
import { usePages } from "../../app/use";

type Case = Schema["Case"];

// "" lists all.
const choices = ["confirmed", "open", "cleared", "released", "withdrawn", "rejected", "inconclusive", "expired", ""] as const;
const tags: Record<Case["state"], "plain" | "good" | "odd" | "bad"> = {
  open: "plain",
  confirmed: "odd",
  cleared: "good",
  released: "good",
  rejected: "plain",
  inconclusive: "plain",
  expired: "bad",
  withdrawn: "plain",
};

export function CaseTag({ state }: { state: Case["state"] }) {
  const { t } = useTranslation("supervisor");
  return <Tag kind={tags[state]}>{t(`state.${state}`)}</Tag>;
}

function Examined({ of }: { of: Case }) {
  const { t } = useTranslation("supervisor");
  if (of.examined) return <>{t("releases.agreeing", of.examined)}</>;
  if (of.verdicts)
    return (
      <ul className="mark-list">
        {of.verdicts.map((each) => (
          <li key={each.examiner}>
            {each.examiner}: {t(`verdict.${each.verdict}`)}
          </li>
        ))}
      </ul>
    );
  return <>{of.state === "open" ? t("releases.not_examined") : (of.examiner ?? "")}</>;
}

export function Releases() {
  const { t } = useTranslation(["supervisor", "frame"]);
  const [state, setState] = useState<(typeof choices)[number]>("confirmed");
  const list = usePages<Case>(
    async (after, signal, held) => {
      const page = await get<{ cases: Case[]; next?: string }>("/v1/cases", { state, after, limit: 100 }, signal, held);
      return { items: page.cases, next: page.next };
    },
    [state],
    0,
    "cases",
  );
  return (
    <>
      <h1>{t("releases.title")}</h1>
      <p>{t("releases.lead")}</p>
      <div className="row no-print">
        <Field label={t("releases.show")}>
          <select value={state} onChange={(event) => setState(event.target.value as typeof state)}>
            {choices.map((each) => (
              <option key={each} value={each}>
                {each === "" ? t("releases.all") : t(`state.${each}`)}
              </option>
            ))}
          </select>
        </Field>
        <button type="button" onClick={list.again}>
          {t("refresh")}
        </button>
      </div>
      <Problem of={list.problem} again={list.again} />
      <Shown count={list.items?.length} />
      {!list.items && list.busy && <Waiting />}
      {list.items && (
        <Table
          caption={state === "" ? t("releases.all") : t("releases.caption", { state: t(`state.${state}`) })}
          empty={t("releases.none")}
          head={[t("releases.time"), t("releases.partner"), t("releases.purpose"), t("releases.file"), t("releases.state"), t("releases.examiners"), t("releases.card")]}
          rows={list.items.map((each) => ({
            key: each.case_id,
            cells: [
              each.state === "confirmed" || each.state === "open" ? <TimeLeft until={each.expires} /> : dateTime(each.cleared ?? each.decided ?? each.expires),
              each.partner,
              t(`words:purpose.${each.purpose}`),
              each.partner_case_reference ?? "",
              <CaseTag state={each.state} />,
              <Examined of={each} />,
              each.state === "open" ? (
                ""
              ) : (
                <Link href={`/releases/${encodeURIComponent(each.case_id)}`} aria-label={t("releases.open_of", { id: each.case_id })}>
                  {t("releases.open")}
                </Link>
              ),
            ],
          }))}
        />
      )}
      {list.hasMore && (
        <button type="button" onClick={list.goOn} disabled={list.busy}>
          {t("frame:more")}
        </button>
      )}
    </>
  );
}
