// Two agreements side by side: of the list, or from files.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { get } from "../../app/api";
import { useSession } from "../../app/session";
import { useRead } from "../../app/use";
import { Field, Problem, Waiting } from "../../ui/say";
import { openedBy } from "./agreementFile";
import { Comparison, OpenText, TextOf, type Agreement, type Side } from "./Comparison";
import "./supervisor.css";

const file = "file "; // no agreement's id: it has a space

// One of the list, or a file. Of one of the list the text is asked for, for the node gives none out.
export function TextChoice({ label, list, user, chosen }: { label: string; list: Agreement[]; user: string; chosen(side: Side | null): void }) {
  const { t } = useTranslation("agreements");
  const [choice, setChoice] = useState("");
  const listed = list.find((each) => each.id === choice);
  const text = listed && openedBy(user).get(listed.sha256);
  const choose = (id: string) => {
    const of = list.find((each) => each.id === id);
    const opened = of && openedBy(user).get(of.sha256);
    setChoice(id);
    chosen(opened ? { opened } : of ? { listed: of } : null);
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
      {listed && !text && <TextOf key={listed.id} of={listed} user={user} found={(opened) => chosen({ opened })} />}
      {listed && text && <p>{t("text_known")}</p>}
      {choice === file && <OpenText label={t("open")} help={t("open_help")} opened={(opened) => chosen(opened && { opened })} />}
    </div>
  );
}

export function AgreementCompare() {
  const { t } = useTranslation(["agreements", "supervisor"]);
  const { me } = useSession();
  const read = useRead((signal) => get<{ agreements: Agreement[] }>("/v1/agreements", undefined, signal), []);
  const [older, setOlder] = useState<Side | null>(null);
  const [newer, setNewer] = useState<Side | null>(null);
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
      {list && me && (
        <>
          <div className="two no-print">
            <TextChoice label={t("compare.older")} list={list} user={me.user} chosen={setOlder} />
            <TextChoice label={t("compare.newer")} list={list} user={me.user} chosen={setNewer} />
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
