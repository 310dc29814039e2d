// What all pages say in one voice: that something waits, did not work, or must be filled in.
import { cloneElement, useEffect, useId, useState, type ChangeEvent, type InputHTMLAttributes, type ReactElement, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Refusal } from "../app/api";
import { useNodeMs } from "../app/clock";
import { bytesOf, calm, withoutSigns } from "../app/foreign";
import { capital, dateTime } from "../app/i18n";
import { sentences } from "./sentences";

// Everything over a second shows that it goes on.
export function Waiting() {
  const { t } = useTranslation();
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <p role="status" className="waiting">
      <progress aria-hidden="true" /> {seconds < 2 ? t("loading") : <span aria-live="off">{t("working", { seconds })}</span>}
    </p>
  );
}

// Why, in words of ours where the node says it by a name that we know; its own sentence is English.
function useReasons() {
  const { t, i18n } = useTranslation();
  return (of: Refusal) => {
    const known = (group: string, names: string[]) => names.filter((each) => i18n.exists(`reasons:${group}.${each}`)).map((each) => t(`reasons:${group}.${each}` as never) as string);
    const reasons = known("reason", of.reasons);
    if (reasons.length > 0) return reasons.map((each) => `${capital(each)}.`);
    if (of.status === 0 || of.status === 401 || of.status >= 500) return [];
    const said = Object.keys(sentences).filter((each) => of.message.includes(sentences[each] ?? ""));
    return known("code", [...said, of.message.split(":")[0] ?? "", of.code]).slice(0, 1);
  };
}

export function Problem({ of, again }: { of: Refusal | null; again?: () => void }) {
  const { t } = useTranslation();
  const reasons = useReasons();
  if (!of) return null;
  const why = reasons(of);
  const kind =
    of.status === 0 ? "unavailable" : of.status === 401 ? "signed_out" : of.status === 403 ? "denied" : of.status === 429 || of.status === 503 ? "busy" : of.status >= 500 ? "internal" : null;
  return (
    <div role="alert" className="problem">
      <strong>{t("problem.title")}</strong>
      {why.map((each) => (
        <p key={each}>{each}</p>
      ))}
      {kind && why.length === 0 && <p>{t(`problem.${kind}`)}</p>}
      {of.message && why.length > 0 && (
        <details>
          <summary>{t("problem.from_node")}</summary>
          <q lang="en">{calm(of.message)}</q>
        </details>
      )}
      {of.message && why.length === 0 && of.status !== 401 && (
        <p>
          {t("problem.from_node")}: <q lang="en">{calm(of.message)}</q>
        </p>
      )}
      {again && (
        <button type="button" onClick={again}>
          {t("try_again")}
        </button>
      )}
    </div>
  );
}

// A labelled control: its child is the input, select or textarea.
export function Field({ label, help, children }: { label: string; help?: string; children: ReactElement<{ id?: string; "aria-describedby"?: string }> }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {cloneElement(children, { id, ...(help ? { "aria-describedby": `${id}-help` } : {}) })}
      {help && <small id={`${id}-help`}>{help}</small>}
    </div>
  );
}

// What somebody wrote, shown: whatever its direction, the words around it keep theirs.
export function Said({ children }: { children: string }) {
  return <bdi>{calm(children)}</bdi>;
}

const orSaid = (value: ReactNode) => (typeof value === "string" ? <Said>{value}</Said> : value);
const wordBytes = 512; // of one text, as the node counts them

// Somebody's own words, to be written: in their direction, and no more than the node takes.
export function Words({ lines = false, onChange, ...rest }: { lines?: boolean; onChange?: (to: string) => void } & Omit<InputHTMLAttributes<HTMLElement>, "onChange">) {
  const { t } = useTranslation();
  const [isLong, setIsLong] = useState(false);
  const changed = ({ currentTarget: field }: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => {
    const clean = withoutSigns(lines ? field.value : field.value.replaceAll("\t", " "));
    if (clean !== field.value) field.value = clean;
    const tooLong = bytesOf(clean.trim()) > wordBytes;
    field.setCustomValidity(tooLong ? t("too_long") : "");
    setIsLong(tooLong);
    onChange?.(clean);
  };
  const common = { dir: "auto", maxLength: wordBytes, "aria-invalid": isLong || undefined, ...rest, onChange: changed };
  return lines ? <textarea {...common} /> : <input autoComplete="off" {...common} />;
}

// A state, in words and a colour; never by colour alone.
export function Tag({ kind = "plain", children }: { kind?: "plain" | "good" | "odd" | "bad"; children: ReactNode }) {
  return <span className={`tag ${kind}`}>{children}</span>;
}

export function Facts({ of }: { of: [string, ReactNode][] }) {
  return (
    <dl className="facts">
      {of
        .filter(([, value]) => value !== undefined && value !== null && value !== "")
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{orSaid(value)}</dd>
          </div>
        ))}
    </dl>
  );
}

export function Table({ caption, head, rows, empty }: { caption: string; head: string[]; rows: { key: string; cells: ReactNode[] }[]; empty?: string }) {
  const { t } = useTranslation();
  if (rows.length === 0) return <p className="quiet">{empty ?? t("nothing")}</p>;
  return (
    <div className="scroll" role="region" aria-label={caption} tabIndex={0}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {head.map((each) => (
              <th key={each} scope="col">
                {each}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              {row.cells.map((cell, i) => (
                <td key={i}>{orSaid(cell)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

// How much a list shows, for who listens: the place is there before it is said.
export function Shown({ count }: { count: number | undefined }) {
  const { t } = useTranslation();
  return (
    <p role="status" className="quiet">
      {count ? t("shown", { count }) : ""}
    </p>
  );
}

// How long there is still, with a colour and a word for how pressing it is.
export function TimeLeft({ until }: { until: string }) {
  const { t } = useTranslation();
  const minutes = Math.floor((Date.parse(until) - useNodeMs(30)) / 60_000);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor(minutes / 60);
  const words = minutes < 0 ? t("time.over") : days >= 2 ? t("time.days", { count: days }) : hours >= 1 ? t("time.hours", { count: hours }) : t("time.minutes");
  return (
    <>
      <Tag kind={minutes < 240 ? "bad" : days < 2 ? "odd" : "plain"}>{words}</Tag> <time dateTime={until}>{dateTime(until)}</time>
    </>
  );
}
