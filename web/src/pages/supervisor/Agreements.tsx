// The law as this node keeps it: which texts are in force, until when; and a supervisor's acts on them.
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { get, post } from "../../app/api";
import { dateTime, day, number } from "../../app/i18n";
import { useSession } from "../../app/session";
import { useRead } from "../../app/use";
import { Facts, Field, Problem, Tag, Waiting } from "../../ui/say";
import { seen, type Opened } from "./agreementFile";
import { AgreementText } from "./AgreementText";
import { BesideInForce, OpenText, type Agreement } from "./Comparison";
import { ExchangedWays, QuotasLeft } from "./Exchanged";
import { daysUntil, ReasonsForm } from "./shared";
import "./supervisor.css";

type Step = "suspend" | "resume" | "terminate";

const soonDays = 60;
const tags: Record<Agreement["standing"], "plain" | "good" | "odd" | "bad"> = {
  in_force: "good",
  begins_later: "plain",
  ended: "plain",
  replaced: "plain",
  suspended: "odd",
  terminated: "bad",
};

function StepForm({ step, of, done, cancel }: { step: Step; of: Agreement; done(): void; cancel(): void }) {
  const { t } = useTranslation(["supervisor", "frame"]);
  return (
    <ReasonsForm
      title={t(`agreements.${step}_of`, { id: of.id })}
      submit={t(`agreements.${step}`)}
      danger={step !== "resume"}
      act={(key, reasons) => post(`/v1/agreements/${encodeURIComponent(of.id)}/${step}`, { reasons }, key)}
      done={done}
      cancel={cancel}
    >
      <p>{t(`agreements.${step}_help`)}</p>
      {step === "terminate" && (
        <Field label={t("agreements.type_id", { id: of.id })} help={t("agreements.type_id_help")}>
          <input name="id" required pattern={of.id.replaceAll(".", "\\.")} autoComplete="off" autoCapitalize="none" spellCheck={false} />
        </Field>
      )}
    </ReasonsForm>
  );
}

function ValidUntil({ of }: { of: Agreement }) {
  const { t } = useTranslation("supervisor");
  const left = daysUntil(of.valid_until);
  const counts = of.standing === "in_force" || of.standing === "suspended" || of.standing === "begins_later";
  return (
    <>
      {day(of.valid_until)} {counts && (left < soonDays ? <Tag kind={left < 14 ? "bad" : "odd"}>{t("agreements.ends_soon", { count: left })}</Tag> : <>({t("agreements.days_left", { count: left })})</>)}
    </>
  );
}

function One({ of, may, changed }: { of: Agreement; may(action: string): boolean; changed(): void }) {
  const { t } = useTranslation(["supervisor", "frame"]);
  const [step, setStep] = useState<Step | null>(null);
  const steps: Step[] = of.state === "terminated" ? [] : of.state === "suspended" ? ["resume", "terminate"] : ["suspend", "terminate"];
  return (
    <article className="card" aria-label={of.id}>
      <h2>
        {of.id} <Tag kind={tags[of.standing]}>{t(`standing.${of.standing}`)}</Tag>
      </h2>
      <p>{t(`standing_help.${of.standing}`)}</p>
      <Facts
        of={[
          [t("agreements.parties"), of.parties.join(" · ")],
          [t("agreements.purposes"), of.purposes.map((each) => t(`words:purpose.${each}`)).join("; ")],
          [t("agreements.used_for"), of.used_for.length === 0 ? t("agreements.used_for_none") : of.used_for.map((each) => t(`words:purpose.${each}`)).join("; ")],
          [t("agreements.valid_from"), day(of.valid_from)],
          [t("agreements.valid_until"), <ValidUntil of={of} />],
          [t("agreements.accepted"), dateTime(of.accepted)],
          [t("agreements.replaces"), of.replaces],
          [t("agreements.replaced"), of.replaced && dateTime(of.replaced)],
          [t("agreements.sha256"), <span className="digest">{of.sha256}</span>],
        ]}
      />
      <QuotasLeft of={of.quotas} id={of.id} />
      {step ? (
        <StepForm
          step={step}
          of={of}
          cancel={() => setStep(null)}
          done={() => {
            setStep(null);
            changed();
          }}
        />
      ) : (
        <div className="row no-print">
          {steps
            .filter((each) => may(`${each}_agreement`))
            .map((each) => (
              <button key={each} type="button" className={each === "terminate" ? "danger" : ""} onClick={() => setStep(each)} aria-label={t(`agreements.${each}_of`, { id: of.id })}>
                {t(`agreements.${each}`)} …
              </button>
            ))}
        </div>
      )}
    </article>
  );
}

function Accept({ country, list, accepted }: { country: string; list: Agreement[]; accepted(): void }) {
  const { t } = useTranslation(["supervisor", "agreements", "frame"]);
  const [file, setFile] = useState<Opened | null>(null);
  const [inputs, setInputs] = useState(0); // the next input of a file begins empty
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [file]);
  const end = () => {
    setFile(null);
    setInputs((n) => n + 1);
  };
  return (
    <section aria-labelledby="accept-agreement" className="no-print">
      <h2 id="accept-agreement">{t("agreements.accept_title")}</h2>
      <OpenText key={inputs} label={t("agreements.file")} help={t("agreements.file_help")} opened={setFile} />
      {file && (
        <div className="card">
          <h3 tabIndex={-1} ref={heading}>
            {t("agreements.read_first", { file: seen(file.name).slice(0, 80) })}
          </h3>
          <AgreementText key={`text ${file.text}`} of={file.of} country={country} />
          <BesideInForce key={`beside ${file.text}`} of={file} list={list} />
          <ReasonsForm
            key={file.text}
            title={t("agreements.accept_this")}
            submit={t("agreements.accept")}
            takesFocus={false}
            act={(key, reasons) => post("/v1/agreements", { document: file.text, reasons }, key)}
            cancel={end}
            done={() => {
              end();
              accepted();
            }}
          >
            <p>{t("agreements.accept_help")}</p>
          </ReasonsForm>
        </div>
      )}
    </section>
  );
}

export function Agreements() {
  const { t } = useTranslation(["supervisor", "agreements", "frame"]);
  const { me } = useSession();
  const [said, setSaid] = useState("");
  const read = useRead((signal, held) => get<{ agreements: Agreement[] }>("/v1/agreements", undefined, signal, held), [], 0, "agreements");
  const may = (action: string) => me?.may.includes(action) ?? false;
  const changed = (words: string) => {
    setSaid(words);
    read.again();
  };
  return (
    <>
      <h1>{t("agreements.title")}</h1>
      <p>{t("agreements.lead")}</p>
      <p className="row no-print">
        {me?.role === "supervisor" && (
          <Link href="/agreements/draft" className="button">
            {t("agreements:draft.title")}
          </Link>
        )}
        <Link href="/agreements/compare" className="button">
          {t("agreements:compare.title")}
        </Link>
      </p>
      <Problem of={read.problem} again={read.again} />
      <div role="status">{said && <p className="note">{said}</p>}</div>
      {!read.value && read.busy && <Waiting />}
      {read.value && (
        <>
          <p>{read.value.agreements.length === 0 ? t("agreements.none") : t("agreements.count", { count: read.value.agreements.length, number: number(read.value.agreements.length) })}</p>
          {read.value.agreements.map((each) => (
            <One key={each.id} of={each} may={may} changed={() => changed(t("agreements.changed", { id: each.id }))} />
          ))}
        </>
      )}
      {may("read_log") && <ExchangedWays />}
      {me && read.value && may("accept_agreement") && <Accept country={me.country} list={read.value.agreements} accepted={() => changed(t("agreements.taken"))} />}
    </>
  );
}
