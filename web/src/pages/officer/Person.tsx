// What is held of somebody. Reading is a search: it names a file, and stands in the log.
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { get, type Schema } from "../../app/api";
import { capital, dateTime, day, number } from "../../app/i18n";
import { useAct } from "../../app/use";
import { Facts, Field, Problem, Table, Waiting } from "../../ui/say";
import { useWords } from "../../ui/words";
import { elements, FileNumber, idPattern } from "./fields";
import "../../ui/forms.css";
import "./officer.css";

type Encounters = { person_id: string; encounters: { encounter_id: string; created: string; retention_until: string }[] };

export function Biographics({ of }: { of: Schema["Biographic"] }) {
  const { t } = useTranslation("officer");
  const { element, country } = useWords();
  const shown = (name: string, value: string) => {
    if (name === "sex") return t(`sex.${value}`, { defaultValue: value });
    if (name === "nationality" || name === "document_issuer") return country(value);
    return name.endsWith("_date") || name === "date_of_birth" ? day(`${value}T12:00:00`) : value;
  };
  const all = elements.flatMap((name) => (of[name] ? [[name, of[name]] as const] : []));
  if (all.length === 0) return <p className="quiet">{t("person.no_biographic")}</p>;
  return <Facts of={all.map(([name, value]) => [capital(element(name)), shown(name, value)])} />;
}

function OneEncounter({ of }: { of: Schema["Encounter"] }) {
  const { t } = useTranslation("officer");
  const { place, country } = useWords();
  return (
    <section className="card" aria-label={t("person.encounter")}>
      <h2>
        {t("person.encounter")} <small>{of.encounter_id}</small>
      </h2>
      <Facts
        of={[
          [t("person.created"), dateTime(of.created)],
          [t("person.kept_until"), dateTime(of.retention_until)],
          [t("person.hidden_from"), of.withheld_from.length > 0 ? of.withheld_from.map(country).join(", ") : t("person.hidden_from_nobody")],
        ]}
      />
      <h3>{t("person.biographic")}</h3>
      <Biographics of={of.biographic} />
      <Table
        caption={t("person.samples")}
        head={[t("person.kind"), t("person.place"), t("person.size")]}
        rows={of.samples.map((each, i) => ({ key: String(i), cells: [t(`modality.${each.modality}`), place(each.position), t("person.kib", { size: number(Math.ceil(each.bytes / 1024)) })] }))}
      />
      {Object.entries(of.missing).map(([position, why]) => (
        <p key={position}>
          {place(position)}: {t(`missing.${why}`)}
        </p>
      ))}
    </section>
  );
}

function OnePerson({ given }: { given: string }) {
  const { t } = useTranslation(["officer", "frame"]);
  const [, go] = useLocation();
  const [file, setFile] = useState("");
  const [found, setFound] = useState<Encounters | null>(null);
  const [open, setOpen] = useState<Schema["Encounter"] | null>(null);
  const look = useAct(async (_key, id: string) => {
    setFound(null);
    setOpen(null);
    setFound(await get<Encounters>(`/v1/persons/${encodeURIComponent(id)}`, { case_reference: file.trim() }));
  });
  const read = useAct(async (_key, encounter: string) => {
    setOpen(await get<Schema["Encounter"]>(`/v1/persons/${encodeURIComponent(found?.person_id ?? "")}/encounters/${encodeURIComponent(encounter)}`));
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    void look.run(given || String(new FormData(event.currentTarget).get("person")).trim());
  };
  return (
    <>
      <h1>
        {t("person.title")} {given && <small>{given}</small>}
      </h1>
      <form onSubmit={submit} className="card no-print" aria-label={t("person.look")}>
        <p>{t("person.why_file")}</p>
        {!given && (
          <Field label={t("field.person")} help={t("field.person_help")}>
            <input name="person" required pattern={idPattern} maxLength={64} autoComplete="off" spellCheck={false} />
          </Field>
        )}
        <FileNumber value={file} set={setFile} />
        <Problem of={look.problem} />
        <div className="row">
          <button className="first" disabled={look.busy}>
            {t("person.look")}
          </button>
          {given && (
            <button type="button" onClick={() => go("/persons")}>
              {t("person.another")}
            </button>
          )}
        </div>
      </form>
      {look.busy && <Waiting />}
      <div role="status">
        {found && (
          <Table
            caption={t("person.encounters", { id: found.person_id })}
            head={[t("person.encounter"), t("person.created"), t("person.kept_until"), t("person.act")]}
            rows={found.encounters.map((each) => ({
              key: each.encounter_id,
              cells: [
                each.encounter_id,
                dateTime(each.created),
                dateTime(each.retention_until),
                <button type="button" disabled={read.busy} onClick={() => void read.run(each.encounter_id)} aria-label={t("person.open_of", { id: each.encounter_id })}>
                  {t("person.open")}
                </button>,
              ],
            }))}
          />
        )}
      </div>
      <Problem of={read.problem} />
      {read.busy && <Waiting />}
      <div aria-live="polite">{open && <OneEncounter of={open} />}</div>
    </>
  );
}

export function Person({ id }: Record<string, string>) {
  return <OnePerson key={id ?? ""} given={id ?? ""} />;
}
