// The queue: hits that partners' questions made here, those with least time left first.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { get, type Schema } from "../../app/api";
import { dateTime } from "../../app/i18n";
import { Field, Problem, Shown, Table, Tag, TimeLeft, Waiting } from "../../ui/say";
import { useWords } from "../../ui/words";
import "../../ui/forms.css";
import { usePages } from "../../app/use";

type Item = Schema["Case"];
const states: Schema["CaseState"][] = ["open", "confirmed", "cleared", "released", "rejected", "inconclusive", "withdrawn", "expired"];
const kinds = { open: "odd", confirmed: "good", cleared: "good", released: "good", rejected: "plain", inconclusive: "plain", withdrawn: "plain", expired: "bad" } as const;

export function CaseState({ of }: { of: Schema["CaseState"] }) {
  const { t } = useTranslation("examiner");
  return <Tag kind={kinds[of]}>{t(`state.${of}`)}</Tag>;
}

export function Cases() {
  const { t } = useTranslation(["examiner", "frame"]);
  const { purpose, country } = useWords();
  const [state, setState] = useState<Schema["CaseState"] | "">("open");
  const list = usePages<Item>(
    async (after, signal, held) => {
      const page = await get<{ cases: Item[]; next?: string }>("/v1/cases", { state, after, limit: 50 }, signal, held);
      return { items: page.cases, next: page.next };
    },
    [state],
    15,
  );
  const mine = (each: Item) => {
    const own = each.state === "open" ? each.verdicts?.[0] : undefined;
    if (own) return <Tag kind="good">{t(`verdict.${own.verdict}`)}</Tag>;
    if (each.probe_locked) return <Tag kind="odd">{t("queue.locked")}</Tag>;
    return each.state === "open" ? t("queue.to_mark") : t("queue.over");
  };
  return (
    <>
      <h1>{t("queue.title")}</h1>
      <div className="row bottom no-print">
        <Field label={t("queue.which")}>
          <select value={state} onChange={(event) => setState(event.target.value as Schema["CaseState"] | "")}>
            <option value="">{t("queue.all")}</option>
            {states.map((each) => (
              <option key={each} value={each}>
                {t(`state.${each}`)}
              </option>
            ))}
          </select>
        </Field>
        <button type="button" onClick={list.again} disabled={list.busy}>
          {t("queue.again")}
        </button>
      </div>
      <Problem of={list.problem} again={list.again} />
      <Shown count={list.items?.length} />
      {!list.items && list.busy && <Waiting />}
      {list.items && (
        <Table
          caption={t("queue.caption")}
          empty={t("queue.none")}
          head={[t("queue.case"), t("queue.state"), t("queue.time"), t("queue.purpose"), t("queue.partner"), t("queue.doubts"), t("queue.you")]}
          rows={list.items.map((each) => ({
            key: each.case_id,
            cells: [
              <Link href={`/cases/${each.case_id}`}>{each.case_id}</Link>,
              <CaseState of={each.state} />,
              each.state === "open" ? <TimeLeft until={each.expires} /> : dateTime(each.decided ?? each.expires),
              purpose(each.purpose),
              country(each.partner),
              each.doubts?.length ? each.doubts.map((doubt) => <div key={doubt}>{t(`doubt.${doubt}.short`)}</div>) : t("queue.no_doubts"),
              mine(each),
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
