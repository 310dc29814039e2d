// One hit to be judged by its fingers: first the question's prints alone, then both sides, then a verdict. No name, no
// number of a file and no score is on this page.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { get, type Schema } from "../../app/api";
import { dateTime } from "../../app/i18n";
import { useRead } from "../../app/use";
import { Facts, Problem, TimeLeft, Waiting } from "../../ui/say";
import { useFocus } from "../../ui/tabs";
import { useWords } from "../../ui/words";
import { CaseState } from "./Cases";
import { Compare, isPairSeen } from "./Compare";
import { hasNoPicture, MarkProbe, type Found } from "./MarkProbe";
import { usePictures } from "./pictures";
import { Verdict } from "./Verdict";
import "./examiner.css";

function Standing({ of }: { of: Schema["Case"] }) {
  const { t } = useTranslation(["examiner", "frame"]);
  const { purpose, country } = useWords();
  return (
    <Facts
      of={[
        [t("queue.state"), <CaseState of={of.state} />],
        [t("queue.purpose"), purpose(of.purpose)],
        [t("queue.partner"), country(of.partner)],
        of.state === "open" ? [t("queue.time"), <TimeLeft until={of.expires} />] : [t("view.decided"), of.decided && dateTime(of.decided)],
        [t("view.locked"), of.probe_locked && dateTime(of.probe_locked)],
      ]}
    />
  );
}

// What was decided, for paper as well.
function Decided({ of, isNew }: { of: Schema["Case"]; isNew: boolean }) {
  const { t } = useTranslation(["examiner", "frame"]);
  const heading = useFocus(isNew);
  return (
    <section className="card" aria-label={t("view.what_was_said")}>
      <h2 ref={heading} tabIndex={-1}>
        {t("view.what_was_said")}
      </h2>
      <p>{t(`view.now.${of.state}`)}</p>
      {of.verdicts?.map((each) => (
        <Facts
          key={each.examiner}
          of={[
            [t("view.examiner"), each.examiner],
            [t("view.verdict"), t(`verdict.${each.verdict}`)],
            [t("frame:reasons"), each.reasons],
            [t("view.given"), dateTime(each.given)],
            [t("view.marks"), each.marks?.join(", ")],
          ]}
        />
      ))}
      <div className="row">
        <button type="button" onClick={() => print()}>
          {t("frame:print")}
        </button>
        <Link href="/cases" className="button">
          {t("view.to_queue")}
        </Link>
      </div>
    </section>
  );
}

function OneCase({ id }: { id: string }) {
  const { t } = useTranslation(["examiner", "frame"]);
  const { place } = useWords();
  const read = useRead((signal) => get<Schema["CaseView"]>(`/v1/cases/${encodeURIComponent(id)}`, undefined, signal), [id]);
  const pictures = usePictures(id);
  const [own, setOwn] = useState<Found[] | null>(null);
  const [after, setAfter] = useState<Schema["Case"] | null>(null);
  const [hasLocked, setHasLocked] = useState(false);
  const view = read.value;
  const of = after ?? view?.case;
  const pairs = view?.pairs ?? [];
  const isLocked = view?.case.probe_locked !== undefined;
  const hasSaid = of !== undefined && (of.state !== "open" || (of.verdicts?.length ?? 0) > 0);
  const isOfNoValue = own !== null && pairs.length > 0 && own.every((each, i) => each.isOfNoValue && !hasNoPicture(pairs[i] ?? pairs[0]!));
  const left = pairs.map((pair, i) => ({ pair, i })).filter(({ i }) => !isPairSeen(pictures, i));
  return (
    <>
      <h1>
        {t("view.title")} <small>{id}</small>
      </h1>
      <Problem of={read.problem} again={read.again} />
      {!view && read.busy && <Waiting />}
      {of && <Standing of={of} />}
      {of?.doubts?.map((each) => (
        <p key={each} className="note">
          <strong>{t("view.look_again")}</strong> {t(`doubt.${each}.words`)}
        </p>
      ))}
      {of && hasSaid && <Decided of={of} isNew={after !== null} />}
      {view && !hasSaid && pairs.length === 0 && <p className="note">{t("view.no_pairs")}</p>}
      {view && !hasSaid && !isLocked && !hasLocked && pairs.length > 0 && (
        <MarkProbe
          caseId={id}
          pairs={pairs}
          pictures={pictures}
          openAgain={read.again}
          locked={(found) => {
            setOwn(found);
            setHasLocked(true);
            read.again();
          }}
        />
      )}
      {view && !hasSaid && !isLocked && hasLocked && !read.problem && <Waiting />}
      {view && of && !hasSaid && isLocked && pairs.length > 0 && (
        <>
          <Compare pairs={pairs} pictures={pictures} own={own} isNew={hasLocked} />
          <Verdict of={of} left={left.map(({ pair, i }) => `${i + 1}. ${place(pair.probe.place)}`)} isOfNoValue={isOfNoValue} given={setAfter} openAgain={read.again} />
        </>
      )}
    </>
  );
}

export function Case({ id }: Record<string, string>) {
  return <OneCase key={id} id={id ?? ""} />;
}
