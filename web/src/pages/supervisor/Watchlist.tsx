// Whom this node looks out for. What is known and what somebody thinks are never shown alike.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { get, post, remove, type Schema } from "../../app/api";
import { nodeMs } from "../../app/clock";
import { dateTime, day, number } from "../../app/i18n";
import { useSession } from "../../app/session";
import { useRead } from "../../app/use";
import { Facts, Field, Problem, Said, Table, Tag, Waiting } from "../../ui/say";
import { dayMs, daysUntil, ReasonsForm } from "./shared";
import "./supervisor.css";

type Entry = Schema["WatchlistEntry"];

const isoDay = (ms: number) => new Date(ms).toISOString().slice(0, 10);

function DayLeft({ on }: { on: string }) {
  const { t } = useTranslation("supervisor");
  const left = daysUntil(on) + 1; // from that day on, by its midnight in UTC
  return (
    <>
      {/* noon, so that no time zone makes another day of it */}
      {day(`${on}T12:00:00`)} ({left > 0 ? t("watchlist.in_days", { count: left }) : t("watchlist.past")})
    </>
  );
}

function Standing({ of }: { of: Entry }) {
  const { t } = useTranslation("supervisor");
  if (of.review_overdue) return <Tag kind="bad">{t("watchlist.overdue")}</Tag>;
  return of.in_force ? <Tag kind="good">{t("watchlist.in_force")}</Tag> : <Tag kind="odd">{t("watchlist.waits")}</Tag>;
}

function Decide({ of, done, cancel }: { of: Entry; done(): void; cancel(): void }) {
  const { t } = useTranslation(["supervisor", "frame"]);
  const [choice, setChoice] = useState("");
  return (
    <ReasonsForm
      title={t("watchlist.decide_of", { id: of.entry_id })}
      submit={t("watchlist.do_decide")}
      act={(key, reasons, form) => {
        const review = String(form.get("review") ?? "");
        return post(
          `/v1/watchlist/${encodeURIComponent(of.entry_id)}/decision`,
          { decision: form.get("decision") === "in_force" ? "in_force" : "refuse", reasons, ...(form.get("decision") === "in_force" && review ? { review } : {}) },
          key,
        );
      }}
      done={done}
      cancel={cancel}
    >
      <fieldset>
        <legend>{t("watchlist.decision")}</legend>
        <label className="choice">
          <input type="radio" name="decision" value="in_force" required checked={choice === "in_force"} onChange={() => setChoice("in_force")} />
          <span>{of.in_force ? t("watchlist.stays") : t("watchlist.put_in_force")}</span>
        </label>
        <label className="choice">
          <input type="radio" name="decision" value="refuse" required checked={choice === "refuse"} onChange={() => setChoice("refuse")} />
          <span>{t("watchlist.refuse")}</span>
        </label>
      </fieldset>
      {choice === "in_force" && (
        <Field label={t("watchlist.next_review")} help={of.in_force ? t("watchlist.next_review_needed") : t("watchlist.next_review_help", { day: of.review })}>
          <input type="date" name="review" required={of.in_force} min={isoDay(nodeMs() + dayMs)} max={isoDay(Date.parse(of.expires) - dayMs)} />
        </Field>
      )}
    </ReasonsForm>
  );
}

function One({ of, changed }: { of: Entry; changed(): void }) {
  const { t } = useTranslation(["supervisor", "frame"]);
  const { me } = useSession();
  const [act, setAct] = useState<"decide" | "remove" | null>(null);
  const own = me?.user === of.proposed_by || me?.user === of.owner;
  const end = () => {
    setAct(null);
    changed();
  };
  return (
    <article className="card" aria-label={t("watchlist.entry_of", { person: of.person_id })}>
      <h2>
        {of.person_id} <Standing of={of} />
      </h2>
      <Facts
        of={[
          [t("watchlist.category"), t(`watch_category.${of.category}`)],
          [t("watchlist.owner"), of.owner],
          [t("watchlist.file"), of.file],
          [t("watchlist.legal_basis"), of.legal_basis],
          [t("watchlist.review"), <DayLeft on={of.review} />],
          [t("watchlist.expires"), <DayLeft on={of.expires} />],
          [t("watchlist.hand"), of.hand.filter((id) => id !== of.person_id).join(", ")],
          [t("watchlist.from_partner"), of.from_partner && t("watchlist.from_partner_words", { country: of.from_partner.country, question: of.from_partner.exchange_id })],
          [t("watchlist.proposed"), t("watchlist.by_at", { user: of.proposed_by, time: dateTime(of.entered) })],
          [t("watchlist.decided"), of.decided_by && of.decided && t("watchlist.by_at", { user: of.decided_by, time: dateTime(of.decided) })],
          [t("frame:reasons"), of.reasons],
          [t("watchlist.entry"), of.entry_id],
        ]}
      />
      <h3>{t("watchlist.facts", { number: number(of.facts.length) })}</h3>
      <Table
        caption={t("watchlist.facts_caption")}
        head={[t("watchlist.fact"), t("watchlist.source"), t("watchlist.date"), t("watchlist.document")]}
        rows={of.facts.map((each, i) => ({ key: String(i), cells: [each.fact, each.source, day(`${each.date}T12:00:00`), each.document] }))}
      />
      {of.assessments.length > 0 ? (
        <section className="assessments" aria-label={t("watchlist.assessments")}>
          <h3>{t("watchlist.assessments")}</h3>
          <p>{t("watchlist.assessments_help")}</p>
          {of.assessments.map((each, i) => (
            <blockquote key={i}>
              <p>
                <Said>{each.assessment}</Said>
              </p>
              <footer>
                {t("watchlist.thought_by", { by: each.by })} · {t("watchlist.evidence")}: {t(`grade.${each.grade}`)} · {t("watchlist.until", { day: day(`${each.expires}T12:00:00`) })}
              </footer>
            </blockquote>
          ))}
        </section>
      ) : (
        <p className="quiet">{t("watchlist.no_assessments")}</p>
      )}
      {act === "decide" && <Decide of={of} done={end} cancel={() => setAct(null)} />}
      {act === "remove" && (
        <ReasonsForm
          title={t("watchlist.remove_of", { person: of.person_id })}
          submit={t("watchlist.remove")}
          danger
          act={(key, reasons) => remove(`/v1/watchlist/${encodeURIComponent(of.entry_id)}`, { reasons }, key)}
          done={end}
          cancel={() => setAct(null)}
        >
          <p>{t("watchlist.remove_help")}</p>
        </ReasonsForm>
      )}
      {act === null && (
        <div className="row no-print">
          {own ? (
            <p className="quiet">{t("watchlist.own")}</p>
          ) : (
            <button type="button" onClick={() => setAct("decide")} aria-label={t("watchlist.decide_of", { id: of.entry_id })}>
              {of.in_force ? t("watchlist.look_again") : t("watchlist.decide")} …
            </button>
          )}
          <button type="button" className="danger" onClick={() => setAct("remove")} aria-label={t("watchlist.remove_of", { person: of.person_id })}>
            {t("watchlist.remove")} …
          </button>
        </div>
      )}
    </article>
  );
}

// What waits for somebody comes first: reviews that are overdue, then proposals, then the rest by the day of review.
const rank = (entry: Entry) => (entry.review_overdue ? 0 : entry.in_force ? 2 : 1);

export function Watchlist() {
  const { t } = useTranslation(["supervisor", "frame"]);
  const read = useRead((signal, held) => get<{ entries: Entry[] }>("/v1/watchlist", undefined, signal, held), [], 0, "watchlist");
  const entries = read.value && [...read.value.entries].sort((a, b) => rank(a) - rank(b) || a.review.localeCompare(b.review));
  return (
    <>
      <h1>{t("watchlist.title")}</h1>
      <p>{t("watchlist.lead")}</p>
      <div className="row no-print">
        <button type="button" onClick={read.again}>
          {t("refresh")}
        </button>
      </div>
      <Problem of={read.problem} again={read.again} />
      {!entries && read.busy && <Waiting />}
      <p role="status">{entries && (entries.length === 0 ? t("watchlist.none") : t("watchlist.count", { count: entries.length }))}</p>
      {entries?.map((each) => <One key={each.entry_id} of={each} changed={read.again} />)}
    </>
  );
}
