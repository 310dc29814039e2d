// Two agreements side by side: of the list, or from files.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { get } from "../../app/api";
import { useRead } from "../../app/use";
import { Field, Problem, Waiting } from "../../ui/say";
import type { Opened } from "./agreementFile";
import { Comparison, OpenText, TextOf, type Agreement } from "./Comparison";
import "./supervisor.css";

const file = "file "; // no agreement's id: it has a space

// One of the list, or a file.
export function TextChoice({ label, list, chosen }: { label: string; list: Agreement[]; chosen(text: Opened | null): void }) {
  const { t } = useTranslation("agreements");
  const [choice, setChoice] = useState("");
  const listed = list.find((each) => each.id === choice);
  const choose = (id: string) => {
    setChoice(id);
    chosen(null);
  };
  return (
    <div className="card">
      <Field label={label}>
        <select value={choice} onChange={(event) => choose(event.target.value)}>
          <option value="">{t("choose")}</option>
          {list.map((each) => (
            <option key={each.id} value={each.id}>
              {each.id}
            </option>
          ))}
          <option value={file}>{t("a_file")}</option>
        </select>
      </Field>
      {listed && <TextOf key={listed.id} of={listed} found={chosen} />}
      {choice === file && <OpenText label={t("open")} help={t("open_help")} opened={chosen} />}
    </div>
  );
}

export function AgreementCompare() {
  const { t } = useTranslation(["agreements", "supervisor"]);
  const read = useRead((signal) => get<{ agreements: Agreement[] }>("/v1/agreements", undefined, signal), []);
  const [older, setOlder] = useState<Opened | null>(null);
  const [newer, setNewer] = useState<Opened | null>(null);
  const list = read.value?.agreements;
  return (
    <>
      <p className="no-print">
        <Link href="/agreements">{t("all")}</Link>
      </p>
      <h1>{t("compare.title")}</h1>
      <p>{t("compare.lead")}</p>
      <Problem of={read.problem} again={read.again} />
      {!list && read.busy && <Waiting />}
      {list && (
        <>
          <div className="two no-print">
            <TextChoice label={t("compare.older")} list={list} chosen={setOlder} />
            <TextChoice label={t("compare.newer")} list={list} chosen={setNewer} />
          </div>
          <section aria-labelledby="comparison">
            <h2 id="comparison">{t("compare.result")}</h2>
            {older && newer ? <Comparison older={older} newer={newer} list={list} heading="h3" /> : <p>{t("compare.choose_both")}</p>}
          </section>
        </>
      )}
    </>
  );
}
