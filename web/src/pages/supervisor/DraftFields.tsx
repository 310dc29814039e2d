// The fields of a draft: a party, and a clause.
import { useState, type ChangeEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Field } from "../../ui/say";
import { hex, sha256 } from "../auditor/verify";
import { OpenText } from "./Comparison";
import { partyOfFile, type ClauseDraft, type PartyDraft } from "./draft";
import { names, type Group } from "./terms";

type Setter<T> = (to: Partial<T>) => void;

export function PartyFields({ of, number, set }: { of: PartyDraft; number: number; set: Setter<PartyDraft> }) {
  const { t } = useTranslation("agreements");
  const [noParty, setNoParty] = useState(false);
  const text = (name: keyof PartyDraft, label: string, pattern: string, help?: string) => (
    <Field label={t(label)} {...(help ? { help: t(help) } : {})}>
      <input className="wide" required pattern={pattern} maxLength={200} title={t("draft.as_in_party")} autoComplete="off" spellCheck={false} value={of[name]} onChange={(event) => set({ [name]: event.target.value })} />
    </Field>
  );
  return (
    <fieldset>
      <legend>{t("draft.party", { number })}</legend>
      <OpenText
        label={t("draft.party_file")}
        help={t("draft.party_file_help")}
        opened={(file) => {
          const party = file && partyOfFile(file.of);
          setNoParty(file !== null && !party);
          if (party) set({ ...party, utc_offset_minutes: party.utc_offset_minutes || of.utc_offset_minutes });
        }}
      />
      {noParty && (
        <p role="alert" className="problem">
          {t("draft.no_party")}
        </p>
      )}
      {text("country", "line.country", "[A-Z]{3}", "draft.country_help")}
      {text("name", "line.authority", ".*\\S.*")}
      {text("utc_offset_minutes", "draft.utc_offset", "-?[0-9]{1,3}", "draft.utc_offset_help")}
      {text("message_versions", "line.message_versions", "[0-9 ,]+", "draft.versions_help")}
      {text("signing_key", "line.signing_key", "[A-Za-z0-9+\\/]{43}=")}
      {text("sealing_key", "line.sealing_key", "[A-Za-z0-9+\\/]{43}=")}
      {text("certificate_sha256", "line.certificate", "[0-9a-fA-F]{64}")}
    </fieldset>
  );
}

function Boxes({ label, all, on, set }: { label: string; all: [string, ReactNode][]; on: readonly string[]; set(to: string[]): void }) {
  return (
    <fieldset>
      <legend>{label}</legend>
      <div className="boxes">
        {all.map(([name, words]) => (
          <label key={name} className="choice">
            <input type="checkbox" checked={on.includes(name)} onChange={(event) => set(all.map(([each]) => each).filter((each) => (each === name ? event.target.checked : on.includes(each))))} /> {words}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export function ClauseFields({ of, number, countries, taken, set, remove }: { of: ClauseDraft; number: number; countries: string[]; taken: string[]; set: Setter<ClauseDraft>; remove?: (() => void) | undefined }) {
  const { t } = useTranslation(["agreements", "supervisor"]);
  const boxes = (name: "release" | "modalities" | "subject_categories" | "aims", group: Group, label: string) => (
    <Boxes label={t(label)} all={names[group].map((each) => [each, t(`words:${group}.${each}`)])} on={of[name]} set={(to) => set({ [name]: to })} />
  );
  const count = (name: keyof ClauseDraft, label: string, min: number, max: number) => (
    <Field label={t(label)}>
      <input type="number" required min={min} max={max} step={1} value={String(of[name])} onChange={(event) => set({ [name]: event.target.value })} />
    </Field>
  );
  const fingerprint = async (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    if (file) set({ impact_assessment_sha256: hex(await sha256(new Uint8Array(await file.arrayBuffer()))) });
  };
  return (
    <fieldset className="card">
      <legend>{t("draft.clause", { number })}</legend>
      <div className="grid ends">
        <Field label={t("line.purpose")}>
          <select required value={of.purpose} onChange={(event) => set({ purpose: event.target.value })}>
            <option value="">{t("choose")}</option>
            {names.purpose.map((each) => (
              <option key={each} value={each} disabled={each !== of.purpose && taken.includes(each)}>
                {t(`words:purpose.${each}`)}
              </option>
            ))}
          </select>
        </Field>
        {count("retention_days", "draft.retention", 1, 3650)}
        {count("response_hours", "draft.response", 1, 1440)}
        {count("daily_quota", "draft.daily_quota", 1, 1_000_000)}
        {count("person_quota", "draft.person_quota", 1, 1_000_000)}
        {count("age_from", "line.age_from", 0, 130)}
        {count("age_to", "line.age_to", 0, 130)}
        <Field label={t("line.onward")}>
          <select value={of.onward_transfer} onChange={(event) => set({ onward_transfer: event.target.value })}>
            {names.onward.map((each) => (
              <option key={each} value={each}>
                {t(`words:onward.${each}`)}
              </option>
            ))}
          </select>
        </Field>
      </div>
      <Boxes label={t("line.may_ask")} all={["0", "1"].map((i) => [i, countries[Number(i)] || t("draft.party", { number: Number(i) + 1 })])} on={["0", "1"].filter((i) => of.may_ask[Number(i)])} set={(to) => set({ may_ask: [to.includes("0"), to.includes("1")] })} />
      {boxes("release", "element", "line.release")}
      {boxes("subject_categories", "category", "line.categories")}
      {boxes("aims", "aim", "line.aims")}
      {boxes("modalities", "modality", "line.modalities")}
      <div className="grid">
        {names.modality
          .filter((each) => of.modalities.includes(each))
          .map((each) => (
            <Field key={each} label={t(`line.score_${each}`)} help={t("draft.score_help")}>
              <input type="number" required min={0} max={300} step={1} value={of.score_floors[each] ?? ""} onChange={(event) => set({ score_floors: { ...of.score_floors, [each]: event.target.value } })} />
            </Field>
          ))}
        <Field label={t("line.galleries")} help={t("draft.galleries_help")}>
          <input required pattern="[A-Za-z0-9._:,\- ]+" maxLength={1100} spellCheck={false} value={of.galleries} onChange={(event) => set({ galleries: event.target.value })} />
        </Field>
      </div>
      <label className="choice">
        <input type="checkbox" checked={of.needs_order} onChange={(event) => set({ needs_order: event.target.checked })} /> {t("line.needs_order")}
      </label>
      <label className="choice">
        <input type="checkbox" checked={of.own_nationals} onChange={(event) => set({ own_nationals: event.target.checked })} /> {t("draft.own_nationals")}
      </label>
      <p>{t("draft.review")}</p>
      <div className="two">
        <Field label={t("line.assessment")} help={t("draft.assessment_help")}>
          <input className="wide" required pattern="[0-9a-fA-F]{64}" title={t("draft.assessment_help")} spellCheck={false} autoComplete="off" value={of.impact_assessment_sha256} onChange={(event) => set({ impact_assessment_sha256: event.target.value })} />
        </Field>
        <Field label={t("draft.assessment_file")} help={t("draft.assessment_file_help")}>
          <input type="file" onChange={(event) => void fingerprint(event)} />
        </Field>
      </div>
      {remove && (
        <button type="button" className="danger" onClick={remove}>
          {t("draft.remove_clause", { number })}
        </button>
      )}
    </fieldset>
  );
}
