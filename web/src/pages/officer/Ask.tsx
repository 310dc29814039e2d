// Ask a partner whether it has met this person. What leaves is said before it does.
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { get, post, type Schema } from "../../app/api";
import { useSession } from "../../app/session";
import { useAct, useRead } from "../../app/use";
import { Field, Problem, Waiting, Words } from "../../ui/say";
import { useWords } from "../../ui/words";
import type { Step } from "./Capture";
import { FileNumber } from "./fields";
import { hidesFromAll } from "./Register";

type Purpose = Schema["Purpose"];
const categories: Schema["SubjectCategory"][] = ["suspect", "convicted", "victim", "missing", "remains", "other"];

// Whoever is to be hidden from a country is not asked about there. Where it is not said yet from whom: nowhere.
function isHiddenFrom({ kind, from }: Step["hiding"], country: string): boolean {
  return kind !== "" && (from.length === 0 || hidesFromAll.some((each) => each === kind) || from.includes(country));
}

export function Ask({ samples, hiding, file, setFile }: Step) {
  const { t } = useTranslation("officer");
  const { country, purpose, category } = useWords();
  const { me } = useSession();
  const [, go] = useLocation();
  const agreements = useRead((signal) => get<{ agreements: Schema["Agreement"][] }>("/v1/agreements", undefined, signal), []);
  const [isUnasked, setIsUnasked] = useState(false); // the browser says it for a moment
  const [partner, setPartner] = useState("");
  // By country, for what a question can go to it now.
  const partners = new Map<string, Purpose[]>();
  for (const each of agreements.value?.agreements ?? []) {
    const other = each.parties.find((party) => party !== me?.country);
    if (other && each.used_for.length > 0 && !isHiddenFrom(hiding, other)) partners.set(other, [...new Set([...(partners.get(other) ?? []), ...each.used_for])]);
  }
  const ask = useAct(async (key: string, body: Schema["AskRequest"]) => {
    const question = await post<Schema["Question"]>("/v1/questions", body, key);
    go(`/questions/${question.exchange_id}`);
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const said = (name: string) => String(form.get(name) ?? "").trim();
    const order = { court: said("court"), number: said("number"), date: said("date"), expires: said("expires") };
    void ask.run({
      samples: samples(),
      partner,
      purpose: said("purpose") as Purpose,
      case_reference: file.trim(),
      legal_basis: said("legal_basis"),
      subject_category: said("subject_category") as Schema["SubjectCategory"],
      aim: said("aim") as Schema["Aim"],
      urgency: said("urgency") as Schema["Urgency"],
      ...(said("age") ? { age: Number(said("age")) } : {}),
      ...(Object.values(order).some(Boolean) ? { order } : {}),
    });
  };
  if (agreements.problem) return <Problem of={agreements.problem} again={agreements.again} />;
  if (!agreements.value) return <Waiting />;
  if (partners.size === 0) return <p className="note">{hiding.kind ? t("ask.hidden") : t("ask.no_partner")}</p>;
  return (
    <form onSubmit={submit} aria-label={t("ask.title")}>
      <p>{t("ask.what")}</p>
      <div className="grid fields">
        <Field label={t("ask.partner")}>
          <select required value={partner} onChange={(event) => setPartner(event.target.value)}>
            <option value="">{t("field.choose")}</option>
            {[...partners.keys()].map((each) => (
              <option key={each} value={each}>
                {country(each)}
              </option>
            ))}
          </select>
        </Field>
        <Field label={t("ask.purpose")} help={t("ask.purpose_help")}>
          <select name="purpose" required defaultValue="" key={partner}>
            <option value="">{t("field.choose")}</option>
            {(partners.get(partner) ?? []).map((each) => (
              <option key={each} value={each}>
                {purpose(each)}
              </option>
            ))}
          </select>
        </Field>
        <FileNumber value={file} set={setFile} />
        <Field label={t("ask.legal_basis")} help={t("ask.legal_basis_help")}>
          <Words name="legal_basis" required />
        </Field>
        <Field label={t("ask.category")}>
          <select name="subject_category" required defaultValue="">
            <option value="">{t("field.choose")}</option>
            {categories.map((each) => (
              <option key={each} value={each}>
                {category(each)}
              </option>
            ))}
          </select>
        </Field>
        <Field label={t("ask.aim")}>
          <select name="aim" defaultValue="identify">
            <option value="identify">{t("ask.aim_identify")}</option>
            <option value="more_data">{t("ask.aim_more_data")}</option>
          </select>
        </Field>
        <Field label={t("ask.urgency")}>
          <select name="urgency" defaultValue="routine">
            <option value="routine">{t("ask.routine")}</option>
            <option value="urgent">{t("ask.urgent")}</option>
          </select>
        </Field>
        <Field label={t("ask.age")} help={t("ask.age_help")}>
          <input name="age" type="number" min="0" max="130" step="1" />
        </Field>
      </div>
      <details>
        <summary>{t("ask.order")}</summary>
        <p className="quiet">{t("ask.order_help")}</p>
        <div className="grid fields">
          <Field label={t("ask.court")}>
            <Words name="court" />
          </Field>
          <Field label={t("ask.order_number")}>
            <Words name="number" />
          </Field>
          <Field label={t("ask.order_date")}>
            <input name="date" type="date" />
          </Field>
          <Field label={t("ask.order_expires")}>
            <input name="expires" type="date" />
          </Field>
        </div>
      </details>
      <div className="grid two">
        <section className="card" aria-label={t("ask.leaves")}>
          <h3>{t("ask.leaves")}</h3>
          <ul>
            <li>{t("ask.leaves_prints", { count: samples().length })}</li>
            <li>{t("ask.leaves_purpose")}</li>
            <li>{t("ask.leaves_grounds")}</li>
          </ul>
        </section>
        <section className="card" aria-label={t("ask.stays")}>
          <h3>{t("ask.stays")}</h3>
          <ul>
            <li>{t("ask.stays_name")}</li>
            <li>{t("ask.stays_officer")}</li>
            <li>{t("ask.stays_rest")}</li>
          </ul>
        </section>
      </div>
      <p>{t("ask.then")}</p>
      {hiding.kind && <p className="note">{t("ask.hidden")}</p>}
      <label className="choice">
        <input type="checkbox" required aria-describedby={isUnasked ? "ask-unasked" : undefined} onInvalid={() => setIsUnasked(true)} onChange={() => setIsUnasked(false)} />
        <span>{t("ask.does_not_flee", { country: partner ? country(partner) : "…" })}</span>
      </label>
      {isUnasked && (
        <p id="ask-unasked" role="alert" className="problem">
          {t("ask.unasked")}
        </p>
      )}
      <Problem of={ask.problem} />
      <button className="first" disabled={ask.busy}>
        {t("ask.do")}
      </button>
      {ask.busy && <Waiting />}
    </form>
  );
}
