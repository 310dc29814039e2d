// Two texts side by side, in words: what is new, gone or other, and which way it goes.
import { useEffect, useId, useState, type ChangeEvent } from "react";
import { useTranslation } from "react-i18next";
import { getText, type Schema } from "../../app/api";
import { number } from "../../app/i18n";
import { useRead } from "../../app/use";
import { Field, Problem, Tag, Waiting } from "../../ui/say";
import { readFile, readText, seen, type Opened, type Wrong } from "./agreementFile";
import { Said, useShown } from "./AgreementText";
import { differences, type Change, type Gives, type PartChanges } from "./differences";
import { countriesOf, partsOf, purposesOf, unknownName } from "./terms";

export type Agreement = Schema["Agreement"];

const tags: Record<Gives, "plain" | "good" | "odd" | "bad"> = { more: "odd", both: "odd", less: "good", neither: "plain", unclear: "bad" };

function WrongText({ of, id }: { of: Wrong | "other_text"; id?: string }) {
  const { t } = useTranslation("agreements");
  return (
    <p role="alert" className="problem">
      {t(`wrong.${of}`, { id })}
    </p>
  );
}

// A file input, and what is wrong with what was chosen.
export function OpenText({ label, help, opened }: { label: string; help?: string; opened(text: Opened | null): void }) {
  const [wrong, setWrong] = useState<Wrong | "">("");
  const choose = async (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    setWrong("");
    opened(null);
    if (!file) return;
    const read = await readFile(file);
    if (event.target.files?.[0] !== file) return; // another one was chosen meanwhile
    if (typeof read === "string") return setWrong(read);
    opened(read);
  };
  return (
    <>
      <Field label={label} {...(help ? { help } : {})}>
        <input type="file" accept="application/json,.json" onChange={(event) => void choose(event)} />
      </Field>
      {wrong && <WrongText of={wrong} />}
    </>
  );
}

// The text of one of the list, as it was accepted here; it must have the fingerprint that the list gives.
export function TextOf({ of, found }: { of: Agreement; found(text: Opened): void }) {
  const read = useRead(async () => {
    const text = await readText(of.id, await getText(`/v1/agreements/${encodeURIComponent(of.id)}/text`));
    return typeof text === "string" || text.sha256 === of.sha256 ? text : "other_text";
  }, [of.id, of.sha256]);
  useEffect(() => {
    if (typeof read.value === "object") found(read.value);
  }, [read.value]);
  if (read.problem) return <Problem of={read.problem} again={read.again} />;
  if (typeof read.value === "string") return <WrongText of={read.value} id={of.id} />;
  return read.value ? null : <Waiting />;
}

// Whether the node knows this text, or another one under its name.
function Standing({ of, list }: { of: Opened; list: Agreement[] }) {
  const { t } = useTranslation(["agreements", "supervisor"]);
  const same = list.find((each) => each.sha256 === of.sha256);
  const named = list.find((each) => each.id === of.of.id);
  if (same) return <p>{t("known", { id: same.id, standing: t(`supervisor:standing.${same.standing}`) })}</p>;
  return named ? <p className="problem">{t("another_text", { id: named.id })}</p> : <p>{t("unknown", { name: nameOf(of) })}</p>;
}

function Changed({ of }: { of: Change }) {
  const { t } = useTranslation("agreements");
  const shown = useShown();
  if (of.way !== "names") return <>{t(`way.${of.way}`, { before: shown.value(of.before, of.line), after: shown.value(of.after, of.line) })}</>; // numbers, where they are named
  const names = of.after?.is === "names" ? of.after : null;
  return (
    <>
      {of.come.length > 0 && <p>{t("way.come", { names: names && shown.list(names, of.come) })}</p>}
      {of.gone.length > 0 && <p>{t("way.gone_names", { names: names && shown.list(names, of.gone) })}</p>}
    </>
  );
}

function PartTable({ of, all, older, newer, Heading }: { of: PartChanges; all: boolean; older: string; newer: string; Heading: "h3" | "h4" }) {
  const { t } = useTranslation("agreements");
  const shown = useShown();
  const heading = useId();
  const rows = of.changes.filter((each) => all || each.way !== "same" || each.gives === "unclear");
  return (
    <section aria-labelledby={heading}>
      <Heading id={heading}>
        {shown.part(of.part)} {of.way !== "changed" && <Tag>{t(`part.${of.way}`)}</Tag>} {(of.way === "new" || of.way === "gone" || of.gives === "unclear") && <Tag kind={tags[of.gives]}>{t(`gives.${of.gives}`)}</Tag>}
      </Heading>
      {rows.length > 0 && (
        <div className="scroll" role="region" aria-labelledby={heading} tabIndex={0}>
          <table className="beside">
            <thead>
              <tr>
                <th scope="col">{t("column.what")}</th>
                <th scope="col">{older}</th>
                <th scope="col">{newer}</th>
                <th scope="col">{t("column.change")}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((each) => (
                <tr key={each.line.key} className={each.way === "same" ? "same" : ""}>
                  <th scope="row">{each.line.label === null ? <Said text={unknownName(each.line)} of={t("column.what")} /> : shown.ofLine(each.line)}</th>
                  <td>{shown.value(each.before, each.line)}</td>
                  <td>{shown.value(each.after, each.line)}</td>
                  <td>
                    <Changed of={each} /> {of.way === "changed" && each.gives !== "neither" && <Tag kind={tags[each.gives]}>{t(`gives.${each.gives}`)}</Tag>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

const nameOf = ({ of, name }: Opened) => seen(typeof of.id === "string" ? of.id : name).slice(0, 80);

export function Comparison({ older, newer, list, heading = "h4" }: { older: Opened; newer: Opened; list: Agreement[]; heading?: "h3" | "h4" }) {
  const { t } = useTranslation("agreements");
  const [all, setAll] = useState(false);
  const found = differences(partsOf(older.of), partsOf(newer.of));
  const counts = { more: 0, less: 0, neither: 0, unclear: 0 };
  for (const part of found) {
    const each = part.way === "changed" || part.way === "same" ? part.changes.filter((change) => change.way !== "same" || change.gives === "unclear").map((change) => change.gives) : [part.gives];
    for (const gives of each) gives === "both" ? (++counts.more, ++counts.less) : ++counts[gives];
  }
  const differ = found.filter((part) => part.way !== "same" || part.gives === "unclear");
  const names = { older: t("column.older", { name: nameOf(older) }), newer: t("column.newer", { name: nameOf(newer) }) };
  return (
    <div className="comparison">
      <Standing of={older} list={list} />
      <Standing of={newer} list={list} />
      {differ.length === 0 ? (
        <p>{t("nothing_differs")}</p>
      ) : (
        <ul className="counts">
          {(["more", "unclear", "less", "neither"] as const)
            .filter((gives) => counts[gives] > 0)
            .map((gives) => (
              <li key={gives}>
                <Tag kind={tags[gives]}>{t(`gives.${gives}`)}</Tag> {t("changes", { count: counts[gives], number: number(counts[gives]) })}
              </li>
            ))}
        </ul>
      )}
      <label className="choice">
        <input type="checkbox" checked={all} onChange={(event) => setAll(event.target.checked)} /> {t("show_same")}
      </label>
      {(all ? found : differ).map((part) => (
        <PartTable key={part.part.key} of={part} all={all} Heading={heading} {...names} />
      ))}
    </div>
  );
}

const isLive = (of: Agreement) => of.standing === "in_force" || of.standing === "suspended" || of.standing === "begins_later";

function Beside({ of, newer, list }: { of: Agreement; newer: Opened; list: Agreement[] }) {
  const { t } = useTranslation("agreements");
  const [text, setText] = useState<Opened | null>(null);
  return (
    <section aria-label={t("beside", { id: of.id })}>
      <h3>{t("beside", { id: of.id })}</h3>
      <TextOf of={of} found={setText} />
      {text && <Comparison older={text} newer={newer} list={list} />}
    </section>
  );
}

// What is in force with the same partner for the same purposes, or is to be replaced, beside a text that is to be accepted.
export function BesideInForce({ of, list }: { of: Opened; list: Agreement[] }) {
  const { t } = useTranslation("agreements");
  const parties = countriesOf(of.of);
  const purposes = purposesOf(of.of);
  const beside = list.filter(
    (each) => each.sha256 !== of.sha256 && isLive(each) && each.parties.every((country) => parties.includes(country)) && (each.id === of.of.replaces || each.purposes.some((purpose) => purposes.includes(purpose))),
  );
  if (beside.length === 0) return <p>{t("nothing_beside")}</p>;
  return (
    <>
      {beside.map((each) => (
        <Beside key={each.sha256} of={each} newer={of} list={list} />
      ))}
    </>
  );
}
