// An unsigned draft: from one of the list, from a file, or from the least. The person saves it as a file; it is signed
// elsewhere, at the keys of both countries, and this page says how.
import { useEffect, useRef, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { get } from "../../app/api";
import { useSession } from "../../app/session";
import { useRead } from "../../app/use";
import { save as keep } from "../../ui/save";
import { Field, Problem, Waiting } from "../../ui/say";
import { TextChoice } from "./AgreementCompare";
import { readText, type Opened } from "./agreementFile";
import { useShown } from "./AgreementText";
import { Comparison, type Agreement } from "./Comparison";
import { documentOf, draftFrom, faultsOf, leastClause, leastDraft, type Draft, type Fault } from "./draft";
import { ClauseFields, PartyFields } from "./DraftFields";
import { names } from "./terms";
import "./supervisor.css";

const fileOf = (id: string) => `${id.replaceAll(":", "-")}.json`; // a colon is no part of a file's name everywhere

function Begin({ country, list, begun }: { country: string; list: Agreement[]; begun(draft: Draft, least: boolean, base: Opened | null): void }) {
  const { t } = useTranslation("agreements");
  const [base, setBase] = useState<Opened | null>(null);
  const [replaces, setReplaces] = useState(true);
  const copy = () => {
    if (!base) return;
    const { draft, least } = draftFrom(base.of, replaces);
    begun(draft, least, base);
  };
  return (
    <div className="two">
      <section className="card" aria-labelledby="draft-least">
        <h2 id="draft-least">{t("draft.least")}</h2>
        <p>{t("draft.least_help")}</p>
        <button type="button" className="first" onClick={() => begun(leastDraft(country), false, null)}>
          {t("draft.begin_least")}
        </button>
      </section>
      <section className="card" aria-labelledby="draft-copy">
        <h2 id="draft-copy">{t("draft.copy")}</h2>
        <p>{t("draft.copy_help")}</p>
        <TextChoice label={t("draft.copy_of")} list={list} chosen={setBase} />
        <label className="choice">
          <input type="checkbox" checked={replaces} onChange={(event) => setReplaces(event.target.checked)} /> {t("draft.takes_place")}
        </label>
        <button type="button" disabled={!base} onClick={copy}>
          {t("draft.begin_copy")}
        </button>
      </section>
    </div>
  );
}

function Saved({ text, draft, base, list }: { text: string; draft: Draft; base: Opened | null; list: Agreement[] }) {
  const { t, i18n } = useTranslation("agreements");
  const [copied, setCopied] = useState("");
  const [now, setNow] = useState<Opened | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
    void readText(fileOf(draft.id), text).then((read) => setNow(typeof read === "string" ? null : read));
  }, [text, draft.id]);
  const file = fileOf(draft.id);
  const commands = [
    `puente agreement show ${file} --language ${i18n.language}`,
    ...draft.parties.map(({ country }) => `puente agreement sign ${file} --country ${country} --key ${country.toLowerCase()}/keys/signing.key`),
    `puente agreement check ${file}`,
  ].join("\n");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied("copied");
    } catch {
      setCopied("not_copied");
    }
  };
  return (
    <section className="card" aria-labelledby="draft-saved">
      <h2 id="draft-saved" ref={heading} tabIndex={-1}>
        {t("draft.saved", { file })}
      </h2>
      <p>{t("draft.sign")}</p>
      <pre className="unknown" tabIndex={0} aria-label={t("draft.commands")}>
        {commands}
      </pre>
      <p>{t("draft.then")}</p>
      <details>
        <summary>{t("draft.text")}</summary>
        <Field label={t("draft.text_label")}>
          <textarea readOnly rows={12} className="digest" value={text} />
        </Field>
        <button type="button" onClick={() => void copy()}>
          {t("draft.copy_text")}
        </button>
        <p role="status">{copied && t(`draft.${copied}`)}</p>
      </details>
      {base && now && (
        <>
          <h3>{t("draft.beside_base")}</h3>
          <Comparison older={base} newer={now} list={list} />
        </>
      )}
    </section>
  );
}

function Faults({ of }: { of: Fault[] }) {
  const { t } = useTranslation("agreements");
  const shown = useShown();
  return (
    <ul>
      {of.map((each, i) => (
        <li key={i}>{"rule" in each ? t(`draft.fault.${each.rule}`) : t("draft.fault_in", { part: shown.part(each.part), line: shown.ofLine(each.line) })}</li>
      ))}
    </ul>
  );
}

function Form({ begin, least, base, list, again }: { begin: Draft; least: boolean; base: Opened | null; list: Agreement[]; again(): void }) {
  const { t } = useTranslation(["agreements", "supervisor"]);
  const [draft, setDraft] = useState(begin);
  const [faults, setFaults] = useState<Fault[]>([]);
  const [saved, setSaved] = useState<{ text: string; draft: Draft } | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const problem = useRef<HTMLDivElement>(null);
  useEffect(() => heading.current?.focus(), []);
  useEffect(() => problem.current?.focus(), [faults]);
  const isOpen = draft !== begin && !saved;
  useEffect(() => {
    if (!isOpen) return;
    const leaving = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", leaving);
    return () => removeEventListener("beforeunload", leaving);
  }, [isOpen]);
  const set = (to: Partial<Draft>) => (setDraft((of) => ({ ...of, ...to })), setSaved(null));
  const setParty = (i: number, to: Partial<Draft["parties"][number]>) => (setDraft((of) => ({ ...of, parties: of.parties.map((each, at) => (at === i ? { ...each, ...to } : each)) as Draft["parties"] })), setSaved(null));
  const setClause = (key: number, to: Partial<Draft["clauses"][number]>) => (setDraft((of) => ({ ...of, clauses: of.clauses.map((each) => (each.key === key ? { ...each, ...to } : each)) })), setSaved(null));
  const save = (event: FormEvent) => {
    event.preventDefault();
    const document = documentOf(draft);
    const found: Fault[] = faultsOf(document);
    setFaults(found);
    setSaved(null);
    if (found.length > 0) return;
    const text = `${JSON.stringify(document, null, 2)}\n`;
    keep(fileOf(draft.id), text);
    setSaved({ text, draft });
  };
  const date = (name: "valid_from" | "valid_until") => (
    <Field label={t(`line.${name}`)} help={t("draft.date_help")}>
      <input type="date" required min="2000-01-01" max="9999-12-31" value={draft[name]} onChange={(event) => set({ [name]: event.target.value })} />
    </Field>
  );
  const id = (name: "id" | "replaces", help: string) => (
    <Field label={t(`line.${name}`)} help={t(help)}>
      <input required={name === "id"} pattern="[A-Za-z0-9._:\-]{1,64}" title={t("draft.id_help")} autoComplete="off" autoCapitalize="none" spellCheck={false} value={draft[name]} onChange={(event) => set({ [name]: event.target.value })} />
    </Field>
  );
  const listed = list.some((each) => each.id === draft.id);
  return (
    <>
      <form onSubmit={save} aria-label={t("draft.title")}>
        <h2 ref={heading} tabIndex={-1}>
          {t("draft.whole")}
        </h2>
        {least && <p className="note">{t("draft.least_where_unread")}</p>}
        <div className="grid">
          {id("id", "draft.id_help")}
          {id("replaces", "draft.replaces_help")}
          {date("valid_from")}
          {date("valid_until")}
        </div>
        {listed && <p className="problem">{t("draft.id_taken", { id: draft.id })}</p>}
        <h2>{t("draft.parties")}</h2>
        <p>{t("draft.parties_help")}</p>
        <div className="two">
          {draft.parties.map((each, i) => (
            <PartyFields key={i} of={each} number={i + 1} set={(to) => setParty(i, to)} />
          ))}
        </div>
        <h2>{t("draft.clauses")}</h2>
        {draft.clauses.map((each, i) => (
          <ClauseFields
            key={each.key}
            of={each}
            number={i + 1}
            countries={draft.parties.map((party) => party.country)}
            taken={draft.clauses.map((other) => other.purpose)}
            set={(to) => setClause(each.key, to)}
            remove={draft.clauses.length > 1 ? () => set({ clauses: draft.clauses.filter((other) => other !== each) }) : undefined}
          />
        ))}
        <p>
          <button type="button" disabled={draft.clauses.length >= names.purpose.length} onClick={() => set({ clauses: [...draft.clauses, leastClause()] })}>
            {t("draft.add_clause")}
          </button>
        </p>
        {faults.length > 0 && (
          <div role="alert" className="problem" tabIndex={-1} ref={problem}>
            <strong>{t("draft.not_yet")}</strong>
            <Faults of={faults} />
          </div>
        )}
        <div className="row">
          <button className="first">{t("draft.save")}</button>
          <button type="button" onClick={again}>
            {t("draft.again")}
          </button>
        </div>
      </form>
      {saved && <Saved {...saved} base={base} list={list} />}
    </>
  );
}

export function AgreementDraft() {
  const { t } = useTranslation("agreements");
  const { me } = useSession();
  const read = useRead((signal) => get<{ agreements: Agreement[] }>("/v1/agreements", undefined, signal), []);
  const [begun, setBegun] = useState<{ begin: Draft; least: boolean; base: Opened | null } | null>(null);
  const list = read.value?.agreements;
  return (
    <>
      <p className="no-print">
        <Link href="/agreements">{t("all")}</Link>
      </p>
      <h1>{t("draft.title")}</h1>
      <p>{t("draft.lead")}</p>
      <Problem of={read.problem} again={read.again} />
      {!list && read.busy && <Waiting />}
      {list && me && !begun && <Begin country={me.country} list={list} begun={(begin, least, base) => setBegun({ begin, least, base })} />}
      {list && begun && <Form {...begun} list={list} again={() => setBegun(null)} />}
    </>
  );
}
