// What was asked of partners, newest first.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { get, type Schema } from "../../app/api";
import { dateTime } from "../../app/i18n";
import { Field, Problem, Shown, Table, Tag, Waiting } from "../../ui/say";
import { useWords } from "../../ui/words";
import { usePages } from "../../app/use";
import "../../ui/forms.css";
import "./officer.css";

type State = Schema["QuestionState"];
const states: State[] = ["queued", "hit", "released", "no_hit", "not_confirmed", "refused", "expired"];
const kinds = { queued: "odd", hit: "odd", released: "good", no_hit: "plain", not_confirmed: "plain", refused: "bad", expired: "bad" } as const;

export function QuestionState({ of }: { of: State }) {
  const { t } = useTranslation("officer");
  return <Tag kind={kinds[of]}>{t(`question_state.${of}`)}</Tag>;
}

export function Questions() {
  const { t } = useTranslation(["officer", "frame"]);
  const { country, purpose } = useWords();
  const [state, setState] = useState<State | "">("");
  const list = usePages<Schema["Question"]>(
    async (after, signal, held) => {
      const page = await get<{ questions: Schema["Question"][]; next?: string }>("/v1/questions", { state, after, limit: 50 }, signal, held);
      return { items: page.questions, next: page.next };
    },
    [state],
    0,
    "questions",
  );
  return (
    <>
      <h1>{t("questions.title")}</h1>
      <div className="row bottom no-print">
        <Field label={t("questions.which")}>
          <select value={state} onChange={(event) => setState(event.target.value as State | "")}>
            <option value="">{t("questions.all")}</option>
            {states.map((each) => (
              <option key={each} value={each}>
                {t(`question_state.${each}`)}
              </option>
            ))}
          </select>
        </Field>
        <button type="button" onClick={list.again} disabled={list.busy}>
          {t("questions.again")}
        </button>
      </div>
      <Problem of={list.problem} again={list.again} />
      <Shown count={list.items?.length} />
      {!list.items && list.busy && <Waiting />}
      {list.items && (
        <Table
          caption={t("questions.caption")}
          empty={t("questions.none")}
          head={[t("questions.asked"), t("questions.state"), t("questions.file"), t("questions.partner"), t("questions.purpose"), t("questions.act")]}
          rows={list.items.map((each) => ({
            key: each.exchange_id,
            cells: [
              dateTime(each.asked),
              <QuestionState of={each.state} />,
              each.case_reference,
              country(each.partner),
              purpose(each.purpose),
              <Link href={`/questions/${each.exchange_id}`} aria-label={t("questions.open_of", { file: each.case_reference, country: country(each.partner) })}>
                {t("questions.open")}
              </Link>,
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
