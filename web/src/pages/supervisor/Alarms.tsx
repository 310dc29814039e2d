// What supervisors must know. The node's own sentence is English; its kind is in words of the reader's language.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { get, post, type Schema } from "../../app/api";
import { calm } from "../../app/foreign";
import { dateTime } from "../../app/i18n";
import { useSession } from "../../app/session";
import { useAct, usePages } from "../../app/use";
import { Facts, Problem, Tag, TimeLeft, Waiting } from "../../ui/say";
import { ReviewUrgent, reviewUntil } from "./ReviewUrgent";
import "./supervisor.css";

type Alarm = Schema["Alarm"];

function One({ of, changed }: { of: Alarm; changed(): void }) {
  const { t, i18n } = useTranslation(["supervisor", "frame"]);
  const { me } = useSession();
  const known = i18n.exists(`supervisor:alarm.${of.kind}`); // a newer node may tell of more
  const seen = useAct(async (key) => {
    await post(`/v1/alarms/${of.number}/seen`, undefined, key);
  });
  const isUrgent = of.kind === "urgent_search"; // it is reviewed, not seen
  const waits = of.seen_by === "";
  const own = me !== null && me !== undefined && (of.act_of ?? "").split(",").includes(me.user);
  return (
    <article className="card" aria-label={t("alarms.number", { number: of.number })}>
      <h2>
        {known ? t(`alarm.${of.kind}`) : t("alarm_other")} {of.seen_by ? <Tag>{isUrgent ? t("urgent.reviewed_by", { user: of.seen_by }) : t("alarms.seen_by", { user: of.seen_by })}</Tag> : <Tag kind="odd">{isUrgent ? t("urgent.waits") : t("alarms.unseen")}</Tag>}
      </h2>
      {known && <p>{t(`alarm_help.${of.kind}`)}</p>}
      <p className="says">
        {t("alarms.node_says")}: <q lang="en">{calm(of.sentence)}</q>
      </p>
      <Facts
        of={[
          [t("alarms.number_of"), String(of.number)],
          [t("alarms.time"), dateTime(of.time)],
          [isUrgent ? t("urgent.number") : t("alarms.person"), of.person_id],
          [t("urgent.time"), isUrgent && waits ? <TimeLeft until={reviewUntil(of)} /> : undefined],
          [t("alarms.act_of"), of.act_of?.split(",").join(", ")],
          [t("alarms.more"), of.more === undefined ? undefined : t("alarms.more_words", { count: of.more })],
        ]}
      />
      {isUrgent && waits && Date.parse(reviewUntil(of)) <= Date.now() && <p className="note">{t("urgent.overdue")}</p>}
      {seen.problem && (seen.problem.status === 403 ? <p role="alert" className="problem">{t("alarms.refused", { message: seen.problem.message })}</p> : <Problem of={seen.problem} />)}
      {isUrgent && waits && me?.role === "supervisor" && (own ? <p className="quiet">{t("alarms.own")}</p> : <ReviewUrgent of={of} done={changed} />)}
      {!isUrgent && waits && me?.role === "supervisor" && (own ? <p className="quiet">{t("alarms.own")}</p> : (
        <button type="button" disabled={seen.busy} onClick={() => void seen.run().then((did) => did && changed())} aria-label={t("alarms.mark_of", { number: of.number })}>
          {t("alarms.mark")}
        </button>
      ))}
    </article>
  );
}

export function Alarms() {
  const { t } = useTranslation(["supervisor", "frame"]);
  const { me } = useSession();
  const [all, setAll] = useState(false);
  // Each reading is an entry of the log: it is repeated for those alone who have to act.
  const seconds = me?.role === "supervisor" && !all ? 15 : 0;
  const list = usePages<Alarm, number>(
    async (after, signal, held) => {
      const page = await get<{ alarms: Alarm[]; next?: number }>("/v1/alarms", { all: all ? "true" : undefined, after, limit: 100 }, signal, held);
      return { items: page.alarms, next: page.next };
    },
    [all],
    seconds,
  );
  return (
    <>
      <h1>{t("alarms.title")}</h1>
      <p>{seconds > 0 ? t("alarms.lead_often", { seconds }) : t("alarms.lead")}</p>
      <div className="row no-print">
        <label className="choice">
          <input type="checkbox" checked={all} onChange={(event) => setAll(event.target.checked)} />
          <span>{t("alarms.all")}</span>
        </label>
        <button type="button" onClick={list.again}>
          {t("refresh")}
        </button>
      </div>
      <Problem of={list.problem} again={list.again} />
      {!list.items && list.busy && <Waiting />}
      <p role="status">{list.items && (list.items.length === 0 ? (all ? t("alarms.none_ever") : t("alarms.none")) : t("alarms.count", { count: list.items.length }))}</p>
      {list.items?.map((each) => <One key={each.number} of={each} changed={list.again} />)}
      {list.hasMore && (
        <button type="button" onClick={list.goOn} disabled={list.busy}>
          {t("frame:more")}
        </button>
      )}
    </>
  );
}
