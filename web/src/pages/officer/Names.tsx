// Who is known here by a name, or by papers: a search as one by prints is.
import { Fragment, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { post, type Schema } from "../../app/api";
import { nodeTime } from "../../app/clock";
import { capital, dateTime, day } from "../../app/i18n";
import { useAct } from "../../app/use";
import { Field, Problem, Said, Table, Waiting, Words } from "../../ui/say";
import { useWords } from "../../ui/words";
import { PersonLink } from "./Candidates";
import { Receipts, type Done } from "./Receipt";
import { SearchWhy, UrgentNumber, useWhy, type Why } from "./SearchWhy";
import "../../ui/forms.css";
import "./officer.css";

type Biographic = Schema["Biographic"];
type Known = { person_id: string; encounter_id: string; created: string; biographic: Biographic };
type Answer = { encounters: Known[]; more: boolean; case_reference: string; receipt: Schema["Receipt"] };
const sought = ["document_number", "family_name", "given_names", "date_of_birth"] as const;
type Sought = Partial<Record<(typeof sought)[number], string>>;

const isEnough = (of: Sought) => Boolean(of.document_number || (of.family_name && (of.given_names || of.date_of_birth)));

function Found({ of, isUrgent }: { of: Answer; isUrgent: boolean }) {
  const { t } = useTranslation("officer");
  const { country, element } = useWords();
  const stated = (words: (string | undefined)[]) => words
      .filter((each) => each)
      .map((each, i) => (
        <Fragment key={i}>
          {i > 0 && " "}
          <Said>{each ?? ""}</Said>
        </Fragment>
      ));
  return (
    <section className="result" aria-label={t("find.result")}>
      {isUrgent && <UrgentNumber of={of.case_reference} />}
      <h2>{of.encounters.length > 0 ? t("names.found", { count: of.encounters.length }) : t("names.nobody")}</h2>
      <p>{of.encounters.length > 0 ? t("names.hint") : t("names.nobody_hint")}</p>
      {of.more && <p className="note">{t("names.more", { count: of.encounters.length })}</p>}
      {of.encounters.length > 0 && (
        <Table
          caption={t("names.caption")}
          head={[t("found.person"), t("names.name"), capital(element("date_of_birth")), t("names.papers"), t("person.created")]}
          rows={of.encounters.map(({ person_id, encounter_id, created, biographic }) => ({
            key: `${person_id} ${encounter_id}`,
            cells: [
              <PersonLink id={person_id} />,
              stated([biographic.family_name, biographic.given_names]),
              biographic.date_of_birth ? day(`${biographic.date_of_birth}T12:00:00`) : "",
              stated([biographic.document_type, biographic.document_number, biographic.document_issuer && country(biographic.document_issuer)]),
              dateTime(created),
            ],
          }))}
        />
      )}
    </section>
  );
}

export function Names() {
  const { t } = useTranslation("officer");
  const { element } = useWords();
  const [file, setFile] = useState("");
  const { why, ...urgency } = useWhy(file);
  const [found, setFound] = useState<{ answer: Answer; isUrgent: boolean } | null>(null);
  const [isTooLittle, setIsTooLittle] = useState(false);
  const [done, setDone] = useState<Done[]>([]);
  const search = useAct(async (_key, whom: Sought, given: Why) => {
    setFound(null);
    const answer = await post<Answer>("/v1/names", { ...whom, ...given });
    setFound({ answer, isUrgent: "urgent" in given });
    const outcome = t("names.outcome", { count: answer.encounters.length });
    setDone((before) => [{ what: t("names.done"), outcome, file: answer.case_reference, when: nodeTime(), receipt: answer.receipt }, ...before]);
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const whom: Sought = Object.fromEntries(sought.map((name) => [name, String(form.get(name)).trim()]).filter(([, value]) => value));
    setIsTooLittle(!isEnough(whom));
    if (isEnough(whom)) void search.run(whom, why(form));
  };
  const text = (name: (typeof sought)[number]) => (
    <Field label={capital(element(name))}>
      <Words name={name} spellCheck={false} />
    </Field>
  );
  return (
    <>
      <div className="no-print">
        <h1>{t("names.title")}</h1>
        <form onSubmit={submit} className="panel" aria-label={t("names.title")}>
          <p>{t("names.what")}</p>
          <fieldset>
            <legend>{t("names.by_papers")}</legend>
            <div className="grid fields">{text("document_number")}</div>
          </fieldset>
          <fieldset>
            <legend>{t("names.by_name")}</legend>
            <p className="quiet">{t("names.by_name_help")}</p>
            <div className="grid fields">
              {text("family_name")}
              {text("given_names")}
              <Field label={capital(element("date_of_birth"))}>
                <input name="date_of_birth" type="date" min="1900-01-01" />
              </Field>
            </div>
          </fieldset>
          <SearchWhy file={file} setFile={setFile} {...urgency} />
          {isTooLittle && (
            <p role="alert" className="problem">
              {t("names.too_little")}
            </p>
          )}
          <Problem of={search.problem} />
          <button className="first" disabled={search.busy}>
            {t("find.do")}
          </button>
        </form>
        {search.busy && <Waiting />}
        <div role="status">{found && <Found of={found.answer} isUrgent={found.isUrgent} />}</div>
      </div>
      <Receipts of={done} />
    </>
  );
}
