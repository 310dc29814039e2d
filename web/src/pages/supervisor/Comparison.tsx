// Two texts side by side, in words: what is new, gone or other, and which way it goes. Where the node's list is all that is
// known of one of them, no more than that is compared.
import { useId, useState, type ChangeEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "../../app/api";
import { number } from "../../app/i18n";
import { Field, Tag } from "../../ui/say";
import { openedBy, readFile, seen, type Opened, type Wrong } from "./agreementFile";
import { Said, useShown } from "./AgreementText";
import { differences, type Change, type Gives, type PartChanges } from "./differences";
import { countriesOf, partsOf, purposesOf, unknownName, type Part } from "./terms";

export type Agreement = Schema["Agreement"];
export type Side = { opened: Opened } | { listed: Agreement };

const tags: Record<Gives, "plain" | "good" | "odd" | "bad"> = { more: "odd", both: "odd", less: "good", neither: "plain", unclear: "bad" };

// What the list says, in the shape of a text.
const partsOfListed = (of: Agreement): Part[] =>
  partsOf({
    id: of.id,
    ...(of.replaces ? { replaces: of.replaces } : {}),
    valid_from: of.valid_from,
    valid_until: of.valid_until,
    parties: of.parties.map((country) => ({ country })),
    purposes: of.purposes.map((purpose) => ({ purpose })),
  });
const inList = ["id", "replaces", "valid_from", "valid_until", "country", "purpose"];
const asListed = (parts: Part[]) => parts.map((part) => ({ ...part, lines: part.lines.filter((line) => inList.includes(line.key)) }));

// A file input, and what is wrong with what was chosen. It takes a text for `listed` only if it is that very one.
export function OpenText({ label, help, listed, opened }: { label: string; help?: string; listed?: Agreement; opened(text: Opened | null): void }) {
  const { t } = useTranslation("agreements");
  const [wrong, setWrong] = useState<Wrong | "other_text" | "">("");
  const choose = async (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    setWrong("");
    opened(null);
    if (!file) return;
    const read = await readFile(file);
    if (event.target.files?.[0] !== file) return; // another one was chosen meanwhile
    if (typeof read === "string") return setWrong(read);
    if (listed && read.sha256 !== listed.sha256) return setWrong("other_text");
    opened(read);
  };
  return (
    <>
      <Field label={label} {...(help ? { help } : {})}>
        <input type="file" accept="application/json,.json" onChange={(event) => void choose(event)} />
      </Field>
      {wrong && (
        <p role="alert" className="problem">
          {t(`wrong.${wrong}`, { id: listed?.id })}
        </p>
      )}
    </>
  );
}

// The text of one of the list: from what was opened before, or from a file that is opened now.
export function TextOf({ of, user, found }: { of: Agreement; user: string; found(text: Opened): void }) {
  const { t } = useTranslation("agreements");
  return <OpenText label={t("open_of", { id: of.id })} help={t("open_of_help")} listed={of} opened={(text) => text && (openedBy(user).set(of.sha256, text), found(text))} />;
}

// Whether the node knows this text, or another one under its name.
function Standing({ of, list }: { of: Opened; list: Agreement[] }) {
  const { t } = useTranslation(["agreements", "supervisor"]);
  const same = list.find((each) => each.sha256 === of.sha256);
  const named = list.find((each) => each.id === of.of.id);
  if (same) return <p>{t("known", { id: same.id, standing: t(`supervisor:standing.${same.standing}`) })}</p>;
  return named ? <p className="problem">{t("another_text", { id: named.id })}</p> : <p>{t("unknown", { name: nameOf({ opened: of }) })}</p>;
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

const nameOf = (side: Side) => seen("listed" in side ? side.listed.id : typeof side.opened.of.id === "string" ? side.opened.of.id : side.opened.name).slice(0, 80);

export function Comparison({ older, newer, list, heading = "h4" }: { older: Side; newer: Side; list: Agreement[]; heading?: "h3" | "h4" }) {
  const { t } = useTranslation("agreements");
  const [all, setAll] = useState(false);
  const isShort = "listed" in older || "listed" in newer;
  const parts = (side: Side) => {
    const its = "listed" in side ? partsOfListed(side.listed) : partsOf(side.opened.of);
    return isShort ? asListed(its) : its;
  };
  const found = differences(parts(older), parts(newer));
  const counts = { more: 0, less: 0, neither: 0, unclear: 0 };
  for (const part of found) {
    const each = part.way === "changed" || part.way === "same" ? part.changes.filter((change) => change.way !== "same" || change.gives === "unclear").map((change) => change.gives) : [part.gives];
    for (const gives of each) gives === "both" ? (++counts.more, ++counts.less) : ++counts[gives];
  }
  const differ = found.filter((part) => part.way !== "same" || part.gives === "unclear");
  const names = { older: t("column.older", { name: nameOf(older) }), newer: t("column.newer", { name: nameOf(newer) }) };
  return (
    <div className="comparison">
      {isShort && <p className="note">{t("list_alone")}</p>}
      {"opened" in older && <Standing of={older.opened} list={list} />}
      {"opened" in newer && <Standing of={newer.opened} list={list} />}
      {differ.length === 0 ? (
        <p>{t(isShort ? "nothing_differs_in_list" : "nothing_differs")}</p>
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

// What is in force with the same partner for the same purposes, or is to be replaced, beside a text that is to be accepted.
export function BesideInForce({ of, list, user }: { of: Opened; list: Agreement[]; user: string }) {
  const { t } = useTranslation("agreements");
  const [, setOpened] = useState(0);
  const parties = countriesOf(of.of);
  const purposes = purposesOf(of.of);
  const beside = list.filter(
    (each) => each.sha256 !== of.sha256 && isLive(each) && each.parties.every((country) => parties.includes(country)) && (each.id === of.of.replaces || each.purposes.some((purpose) => purposes.includes(purpose))),
  );
  if (beside.length === 0) return <p>{t("nothing_beside")}</p>;
  return (
    <>
      {beside.map((each) => {
        const text = openedBy(user).get(each.sha256);
        return (
          <section key={each.id} aria-label={t("beside", { id: each.id })}>
            <h3>{t("beside", { id: each.id })}</h3>
            {!text && <TextOf of={each} user={user} found={() => setOpened((n) => n + 1)} />}
            <Comparison older={text ? { opened: text } : { listed: each }} newer={{ opened: of }} list={list} />
          </section>
        );
      })}
    </>
  );
}
