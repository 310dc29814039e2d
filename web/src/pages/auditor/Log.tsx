// The log in sentences. Looking at it is itself an entry, so nothing here reads again by itself.
import { useMemo, useState, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { get, getText, type Schema } from "../../app/api";
import { dateTime, number } from "../../app/i18n";
import { useRead } from "../../app/use";
import { save } from "../../ui/save";
import { Field, Problem, Said, Tag, Waiting } from "../../ui/say";
import "./auditor.css";
import { events } from "./events";
import { readCheckpoint, readNote } from "./verify";
import { useWords } from "./words";

type Entry = Schema["LogEntry"];
type Sought = { from?: string; until?: string; event?: string; user?: string; partner?: string; person?: string; exchange?: string; first?: number };

const atOnce = 100;
const filters = ["from", "until", "event", "user", "partner", "person", "exchange"] as const;

// Without a wish the newest entries: the node lists from the oldest on, so it is asked how many there are.
async function readPage(sought: Sought, signal: AbortSignal) {
  let first = sought.first;
  if (first === undefined && !filters.some((name) => sought[name])) {
    const note = readNote(await getText("/v1/log/checkpoint"));
    const size = note ? (readCheckpoint(note)?.size ?? 0) : 0;
    first = Math.max(0, size - atOnce);
  }
  const page = await get<{ entries: Entry[]; next?: number }>("/v1/log/entries", { ...sought, first: first ?? 0, limit: atOnce }, signal);
  return { ...page, first: first ?? 0 };
}

function Value({ of }: { of: unknown }): ReactNode {
  const { t } = useTranslation(["auditor", "frame"]);
  if (of === null || of === undefined) return t("log.erased");
  if (typeof of === "boolean") return of ? t("log.yes") : t("log.no");
  if (typeof of === "number") return number(of);
  if (typeof of === "string") return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(of) ? <time dateTime={of}>{`${dateTime(of)} (${of})`}</time> : <Said>{of}</Said>;
  if (Array.isArray(of)) {
    if (of.length === 0) return t("log.none");
    if (of.every((each) => typeof each === "number")) return of.map(number).join(", ");
    return (
      <ul>
        {of.map((each, i) => (
          <li key={i}>
            <Value of={each} />
          </li>
        ))}
      </ul>
    );
  }
  return <Members of={of as Record<string, unknown>} />;
}

function Members({ of }: { of: Record<string, unknown> }) {
  const words = useWords();
  return (
    <dl className="opened">
      {Object.entries(of).map(([name, value]) => (
        <div key={name}>
          <dt>{words.member(name)}</dt>
          <dd>
            <Value of={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Line({ entry }: { entry: Entry }) {
  const { t } = useTranslation(["auditor", "frame"]);
  const words = useWords();
  const { index, opened, event, time, reasons, purpose, ...leaf } = entry;
  const by = words.who(opened?.by);
  const about = typeof opened?.of === "string" ? opened.of : "";
  return (
    <li className="entry-line">
      <div className="when">
        {t("log.number", { number: number(index) })} · <time dateTime={time}>{dateTime(time)}</time>
      </div>
      <div>
        {words.event(event, by)}
        {about && <> {t("log.about", { about })}</>} {purpose && <Tag>{words.purpose(purpose)}</Tag>} {opened === null && <Tag kind="odd">{t("log.details_erased")}</Tag>}
      </div>
      {reasons && reasons.length > 0 && (
        <div>
          {t("log.because")}: {reasons.map((name) => words.reason(name)).join("; ")}
        </div>
      )}
      <details>
        <summary aria-label={t("log.details_of", { number: number(index) })}>{t("log.details")}</summary>
        {opened ? (
          <>
            <h3>{t("log.sealed")}</h3>
            <Members of={opened} />
          </>
        ) : (
          <p>{t("log.erased_help")}</p>
        )}
        <h3>{t("log.leaf")}</h3>
        <Members of={{ event, time, ...(purpose ? { purpose } : {}), ...(reasons ? { reasons } : {}), ...leaf }} />
      </details>
    </li>
  );
}

// Of the browser's own clock and zone, as people write it; the node wants UTC.
const toIso = (local: string) => (local ? new Date(local).toISOString() : undefined);

function Filters({ seek }: { seek(sought: Sought): void }) {
  const { t, i18n } = useTranslation(["auditor", "frame"]);
  const words = useWords();
  const named = useMemo(
    () =>
      events
        .map((name) => ({ name, sentence: words.eventOfAnybody(name) }))
        .sort((a, b) => a.sentence.localeCompare(b.sentence, i18n.language)),
    // eslint-disable-next-line -- the sentences change with the language alone
    [i18n.language],
  );
  const [both, setBoth] = useState(false);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const given = (name: string) => String(form.get(name) ?? "").trim() || undefined;
    const first = given("first");
    const twice = Boolean(given("user") && given("partner"));
    setBoth(twice);
    if (twice) return;
    seek({
      from: toIso(given("from") ?? ""),
      until: toIso(given("until") ?? ""),
      event: given("event"),
      user: given("user"),
      partner: given("partner")?.toUpperCase(),
      person: given("person"),
      exchange: given("exchange"),
      ...(first === undefined ? {} : { first: Number(first) }),
    });
  };
  return (
    <form className="card no-print" onSubmit={submit} aria-label={t("log.filter")}>
      <div className="filters">
        <Field label={t("log.from")}>
          <input name="from" type="datetime-local" />
        </Field>
        <Field label={t("log.until")}>
          <input name="until" type="datetime-local" />
        </Field>
        <Field label={t("log.event")}>
          <select name="event" defaultValue="">
            <option value="">{t("log.any")}</option>
            {named.map(({ name, sentence }) => (
              <option key={name} value={name}>
                {sentence}
              </option>
            ))}
          </select>
        </Field>
        <Field label={t("log.user")}>
          <input name="user" maxLength={64} autoCapitalize="none" spellCheck={false} />
        </Field>
        <Field label={t("log.partner")} help={t("log.country_help")}>
          <input name="partner" pattern="[A-Za-z]{3}" maxLength={3} size={4} />
        </Field>
        <Field label={t("log.person")}>
          <input name="person" pattern="[A-Za-z0-9._:\-]{1,64}" maxLength={64} autoCapitalize="none" spellCheck={false} />
        </Field>
        <Field label={t("log.exchange")}>
          <input name="exchange" pattern="[A-Za-z0-9._:\-]{1,64}" maxLength={64} autoCapitalize="none" spellCheck={false} />
        </Field>
        <Field label={t("log.first")} help={t("log.first_help")}>
          <input name="first" type="number" min={0} step={1} />
        </Field>
      </div>
      {both && (
        <p role="alert" className="problem">
          {t("log.not_both")}
        </p>
      )}
      <button className="first">{t("log.look")}</button> <button type="reset">{t("log.clear")}</button>
    </form>
  );
}

export function Log() {
  const { t } = useTranslation(["auditor", "frame"]);
  const [sought, setSought] = useState<Sought>({});
  const read = useRead((signal) => readPage(sought, signal), [sought]);
  const page = read.value;
  const isShown = page !== undefined && !read.busy && !read.problem;
  const filtered = filters.some((name) => sought[name]);
  return (
    <>
      <h1>{t("log.title")}</h1>
      <p className="note">{t("log.reading_is_logged")}</p>
      <Filters seek={setSought} />
      <Problem of={read.problem} again={read.again} />
      {read.busy && <Waiting />}
      <p role="status">
        {isShown &&
          (page.entries.length > 0
            ? t("log.shown", { count: page.entries.length, from: number(page.entries[0]?.index ?? 0), to: number(page.entries.at(-1)?.index ?? 0) })
            : page.next !== undefined
              ? t("log.none_so_far", { next: number(page.next) })
              : t("log.none_found"))}
      </p>
      {isShown && (
        <>
          <ol className="entries">
            {page.entries.map((entry) => (
              <Line key={entry.index} entry={entry} />
            ))}
          </ol>
          <div className="row no-print">
            {page.entries.length > 0 && (
              <button type="button" onClick={() => save(`log-${page.entries[0]?.index}-${page.entries.at(-1)?.index}.json`, JSON.stringify(page.entries.map(({ opened: _, ...leaf }) => leaf), null, 2))}>
                {t("log.save")}
              </button>
            )}
            {!filtered && page.first > 0 && (
              <button type="button" onClick={() => setSought({ ...sought, first: Math.max(0, page.first - atOnce) })}>
                {t("log.earlier")}
              </button>
            )}
            {page.next !== undefined && (
              <button type="button" onClick={() => setSought({ ...sought, first: page.next })}>
                {t("log.later")}
              </button>
            )}
          </div>
        </>
      )}
    </>
  );
}
