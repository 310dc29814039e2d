// Register somebody, or another encounter of somebody known.
import { useRef, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "../../app/api";
import { nodeMs } from "../../app/clock";
import { capital } from "../../app/i18n";
import { useAct } from "../../app/use";
import { Facts, Field, Problem, Tag, Waiting, Words } from "../../ui/say";
import { useWords } from "../../ui/words";
import { Candidates, PersonLink } from "./Candidates";
import type { Step } from "./Capture";
import { useOfPrints } from "./ofPrints";
import { enrol } from "./enrol";
import { CountryOptions, elements, idPattern } from "./fields";
import { QualityList, Remarks } from "./Prints";

type Biographic = Schema["Biographic"];
type Answer = Schema["EnrolAnswer"];
const classes: Schema["ProtectionClass"][] = ["asylum", "refugee", "withholding", "torture", "trafficking_victim", "victim_of_crime", "minor", "humanitarian_source"];
export const hidesFromAll: Schema["ProtectionClass"][] = ["victim_of_crime", "humanitarian_source"];

// Here and at the node, whose days are those of UTC, by the node's clock: the earlier of both is in nobody's future.
function today(): string {
  const now = new Date(nodeMs());
  const here = `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, "0")}-${String(now.getDate()).padStart(2, "0")}`;
  const utc = now.toISOString().slice(0, 10);
  return here < utc ? here : utc;
}

function ageOn(day: string, birth: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(birth)) return null;
  return Number(day.slice(0, 4)) - Number(birth.slice(0, 4)) - (day.slice(5) < birth.slice(5) ? 1 : 0);
}

function Hiding({ kind, setKind, from, setFrom }: { kind: string; setKind(to: string): void; from: string[]; setFrom(to: string[]): void }) {
  const { t } = useTranslation("officer");
  const { country } = useWords();
  const isOfAll = hidesFromAll.some((each) => each === kind);
  // To choose is to add: a country that only looked chosen would find the person.
  const add = (next: string) => {
    if (next && !from.includes(next)) setFrom([...from, next]);
  };
  return (
    <fieldset>
      <legend>{t("register.hide")}</legend>
      <p className="quiet">{t("register.hide_what")}</p>
      <Field label={t("register.class")} help={t("register.class_help")}>
        <select value={kind} onChange={(event) => setKind(event.target.value)}>
          <option value="">{t("register.not_hidden")}</option>
          {classes.map((each) => (
            <option key={each} value={each}>
              {t(`protection.${each}`)}
            </option>
          ))}
        </select>
      </Field>
      {kind && isOfAll && <p className="note">{t("register.hidden_from_all")}</p>}
      {kind && !isOfAll && (
        <>
          <Field label={t("register.from")} help={t("register.add_country")}>
            <select value="" onChange={(event) => add(event.target.value)}>
              <CountryOptions />
            </select>
          </Field>
          {from.length === 0 ? (
            <p className="note">{t("register.from_nobody")}</p>
          ) : (
            <ul>
              {from.map((each) => (
                <li key={each}>
                  {country(each)}{" "}
                  <button type="button" aria-label={t("register.remove_country", { country: country(each) })} onClick={() => setFrom(from.filter((one) => one !== each))}>
                    ×
                  </button>
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </fieldset>
  );
}

function Result({ of, again }: { of: Answer; again(how: { person_id?: string; enrol_if_known?: boolean; best_prints?: boolean }): void }) {
  const { t } = useTranslation("officer");
  const { country } = useWords();
  const known = of.known_as[0];
  return (
    <section className="result" aria-label={t("register.result")}>
      <h3>{of.enrolled ? <Tag kind="good">{t("register.enrolled")}</Tag> : <Tag kind="bad">{t("register.not_enrolled")}</Tag>}</h3>
      {of.enrolled && (
        <Facts
          of={[
            [t("field.person"), <PersonLink id={of.person_id} />],
            [t("person.encounter"), of.encounter_id],
            [t("person.hidden_from"), of.withheld_from.length > 0 ? of.withheld_from.map(country).join(", ") : t("person.hidden_from_nobody")],
          ]}
        />
      )}
      {of.reasons.map((each) => (
        <p key={each} className="note">
          <strong>{t(`register.why.${each}`, { defaultValue: each.replaceAll("_", " ") })}</strong> {t(`register.so.${each}`, { defaultValue: "" })}
        </p>
      ))}
      {!of.enrolled && of.withheld_from.length > 0 && <p className="note">{t("register.hidden_all_the_same", { countries: of.withheld_from.map(country).join(", ") })}</p>}
      {of.known_as.length > 0 && <Candidates of={of.known_as} caption={t("register.known_as")} />}
      {!of.enrolled && known && of.reasons.includes("already_known") && (
        <div className="row">
          <button type="button" onClick={() => again({ person_id: known.person_id })}>
            {t("register.as_known", { id: known.person_id })}
          </button>
          <button type="button" className="danger" onClick={() => again({ enrol_if_known: true })}>
            {t("register.as_new")}
          </button>
        </div>
      )}
      {!of.enrolled && of.reasons.includes("capture_again") && (
        <button type="button" onClick={() => again({ best_prints: true })}>
          {t("register.best_now")}
        </button>
      )}
      <Remarks leftOut={of.left_out} remarks={of.remarks} warnings={of.warnings} />
      <QualityList of={of.quality} />
    </section>
  );
}

export function Register({ samples, prints, hiding, setHiding, done }: Step) {
  const { t } = useTranslation("officer");
  const { element } = useWords();
  const form = useRef<HTMLFormElement>(null);
  const [birth, setBirth] = useState("");
  const [met, setMet] = useState(today);
  const [mayBeChild, setMayBeChild] = useState(false);
  const { kind, from } = hiding;
  const setKind = (to: string) => setHiding({ ...hiding, kind: to });
  const setFrom = (to: string[]) => setHiding({ ...hiding, from: to });
  const [answer, setAnswer] = useOfPrints<Answer>(prints);
  const age = ageOn(met || today(), birth);
  const needsGuardian = age === null ? mayBeChild : age >= 6 && age < 18;

  const register = useAct(async (key: string, body: Schema["EnrolRequest"]) => {
    setAnswer(null);
    const got = await enrol(body, key);
    setAnswer(got);
    done({
      what: got.enrolled ? t("register.done") : t("register.tried"),
      outcome: got.enrolled ? got.person_id : got.reasons.map((each) => t(`register.why.${each}`, { defaultValue: each.replaceAll("_", " ") })).join(" "),
      receipt: got.receipt,
    });
  });
  const run = (more: Partial<Schema["EnrolRequest"]> = {}) => {
    if (!form.current) return;
    const given = new FormData(form.current);
    const said = (name: string) => String(given.get(name) ?? "").trim();
    const biographic = Object.fromEntries(elements.map((name) => [name, said(name)]).filter(([, value]) => value)) as Biographic;
    const hides = classes.find((each) => each === kind);
    const person = said("person_id");
    const guardian = said("guardian");
    // What the node takes for not given is left out, or the log would hold it.
    void register.run({
      samples: samples(),
      ...(Object.keys(biographic).length > 0 ? { biographic } : {}),
      ...(person ? { person_id: person } : {}),
      ...(needsGuardian && guardian ? { guardian } : {}),
      ...(hides ? { class: hides, withheld_from: hidesFromAll.includes(hides) ? [] : from } : {}),
      ...(given.get("best_prints") ? { best_prints: true } : {}),
      ...more,
    } as Schema["EnrolRequest"]);
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    run();
  };
  const text = (name: keyof Biographic) => (
    <Field label={capital(element(name))}>
      <Words name={name} />
    </Field>
  );
  return (
    <>
      <form ref={form} onSubmit={submit} aria-label={t("register.title")}>
        <p>{t("register.what")}</p>
        <fieldset>
          <legend>{t("register.who")}</legend>
          <div className="grid fields">
            {text("family_name")}
            {text("given_names")}
            <Field label={capital(element("date_of_birth"))} help={age !== null && age < 6 ? t("register.too_young") : t("register.birth_help")}>
              <input name="date_of_birth" type="date" min="1900-01-01" max={today()} value={birth} onChange={(event) => setBirth(event.target.value)} />
            </Field>
            <Field label={capital(element("sex"))}>
              <select name="sex" defaultValue="">
                <option value="">{t("field.not_stated")}</option>
                <option value="F">{t("sex.F")}</option>
                <option value="M">{t("sex.M")}</option>
                <option value="X">{t("sex.X")}</option>
              </select>
            </Field>
            <Field label={capital(element("nationality"))}>
              <select name="nationality" defaultValue="">
                <CountryOptions hasOthers />
              </select>
            </Field>
            {text("place_of_birth")}
            {text("document_type")}
            {text("document_number")}
            <Field label={capital(element("document_issuer"))}>
              <select name="document_issuer" defaultValue="">
                <CountryOptions hasOthers />
              </select>
            </Field>
            <Field label={capital(element("encounter_date"))}>
              <input name="encounter_date" type="date" min="1900-01-01" max={today()} value={met} onChange={(event) => setMet(event.target.value)} />
            </Field>
            {text("encounter_place")}
            <Field label={t("register.known_id")} help={t("register.known_id_help")}>
              <input name="person_id" pattern={idPattern} maxLength={64} autoComplete="off" spellCheck={false} />
            </Field>
          </div>
          {age === null && (
            <label className="choice">
              <input type="checkbox" checked={mayBeChild} onChange={(event) => setMayBeChild(event.target.checked)} />
              {t("register.may_be_child")}
            </label>
          )}
          {needsGuardian && (
            <Field label={t("register.guardian")} help={t("register.guardian_help")}>
              <Words name="guardian" required />
            </Field>
          )}
        </fieldset>
        <Hiding kind={kind} setKind={setKind} from={from} setFrom={setFrom} />
        <label className="choice">
          <input type="checkbox" name="best_prints" />
          <span>
            {t("register.best")}
            <small>{t("register.best_help")}</small>
          </span>
        </label>
        <Problem of={register.problem} />
        <button className="first" disabled={register.busy || (age !== null && age < 6) || (kind !== "" && from.length === 0 && !hidesFromAll.some((each) => each === kind))}>
          {t("register.do")}
        </button>
      </form>
      {register.busy && <Waiting />}
      <div role="status">{answer && <Result of={answer} again={run} />}</div>
    </>
  );
}
