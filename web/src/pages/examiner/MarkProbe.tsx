// Before anything of the candidate is shown: each print of the question alone, and what the examiner sees on it.
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { post, type Schema } from "../../app/api";
import { number } from "../../app/i18n";
import { useAct } from "../../app/use";
import { Field, Problem, Waiting } from "../../ui/say";
import { Panel, Tabs, useFocus } from "../../ui/tabs";
import { useWords } from "../../ui/words";
import { OpenAgain } from "./OpenAgain";
import type { Pictures } from "./pictures";
import { Board, Controls, Viewer, type Mark, type Marking, type Point } from "./Viewer";

type Pair = NonNullable<Schema["CaseView"]["pairs"]>[number];
export type Found = { marks: Mark[]; isOfNoValue: boolean };

const marksLeast = 3;
const marksMost = 255;
const oneSpot = 2; // pixels: the node takes no two marks nearer to each other

export const hasNoPicture = (pair: Pair) => !pair.probe.coding;
const isDone = (pair: Pair, found: Found, isSeen: boolean) => isSeen && (hasNoPicture(pair) || found.isOfNoValue || found.marks.length >= marksLeast);

function MarkList({ found, change, type, setType, board }: { found: Found; change(how: (before: Found) => Found): void; type: number; setType(to: number): void; board: Board }) {
  const { t } = useTranslation("examiner");
  const { marks, isOfNoValue } = found;
  const set = (next: Mark[]) => change((before) => ({ ...before, marks: next }));
  return (
    <div className="mark-list">
      <label className="choice">
        <input type="checkbox" checked={isOfNoValue} onChange={(event) => change((before) => ({ ...before, isOfNoValue: event.target.checked }))} />
        {t("mark.no_value")}
      </label>
      {isOfNoValue ? (
        <p className="quiet">{t("mark.no_value_means")}</p>
      ) : (
        <>
          <Field label={t("mark.next_type")}>
            <select value={type} onChange={(event) => setType(Number(event.target.value))}>
              {[1, 2, 0].map((each) => (
                <option key={each} value={each}>
                  {t(`mark.type_${each}`)}
                </option>
              ))}
            </select>
          </Field>
          <p role="status">{marks.length < marksLeast ? t("mark.few", { count: marks.length, least: marksLeast }) : t("mark.count", { count: marks.length })}</p>
          <div className="row">
            <button type="button" disabled={marks.length === 0} onClick={() => set(marks.slice(0, -1))}>
              {t("mark.undo")}
            </button>
          </div>
          <ol>
            {marks.map((mark, i) => (
              <li key={i}>
                <span>
                  {t("mark.at", { x: number(Math.round(mark.x)), y: number(Math.round(mark.y)) })}
                  {mark.direction !== undefined && <small> {t("mark.degrees", { degrees: number(Math.round((mark.direction * 180) / Math.PI + 360) % 360) })}</small>}
                </span>
                <select
                  aria-label={t("mark.type_of", { number: i + 1 })}
                  value={mark.type ?? 0}
                  onChange={(event) => set(marks.map((each, j) => (j === i ? { ...each, type: Number(event.target.value) } : each)))}
                >
                  {[1, 2, 0].map((each) => (
                    <option key={each} value={each}>
                      {t(`mark.type_${each}`)}
                    </option>
                  ))}
                </select>
                <button
                  type="button"
                  aria-label={t("mark.remove_of", { number: i + 1 })}
                  onClick={() => {
                    set(marks.filter((_, j) => j !== i));
                    board.set({ cursor: null });
                  }}
                >
                  ×
                </button>
              </li>
            ))}
          </ol>
        </>
      )}
    </div>
  );
}

function OnePrint({ pair, picture, found, change }: { pair: Pair; picture: ImageBitmap | null; found: Found; change(how: (before: Found) => Found): void }) {
  const { t } = useTranslation("examiner");
  const { place } = useWords();
  const board = useRef<Board>(null as never);
  board.current ??= new Board(1);
  const [type, setType] = useState(1);
  const [marks, setMarks] = useState(true);
  const [note, setNote] = useState("");
  const isBare = hasNoPicture(pair);
  const last = (how: (mark: Mark) => Mark) => change((before) => ({ ...before, marks: before.marks.map((each, i) => (i === before.marks.length - 1 ? how(each) : each)) }));
  const marking: Marking = {
    place: (at: Point) => {
      if (!picture || at.x < 0 || at.y < 0 || at.x >= picture.width || at.y >= picture.height) return setNote(t("mark.outside")), false;
      if (found.marks.some((each) => Math.hypot(each.x - at.x, each.y - at.y) < oneSpot)) return setNote(t("mark.one_spot")), false;
      if (found.marks.length >= marksMost) return setNote(t("mark.many", { most: marksMost })), false;
      setNote("");
      change((before) => ({ ...before, marks: [...before.marks, { x: Math.round(at.x * 10) / 10, y: Math.round(at.y * 10) / 10, type }] }));
      return true;
    },
    aim: (direction) => last((mark) => ({ ...mark, direction })),
    turn: (by) => last((mark) => ({ ...mark, direction: ((mark.direction ?? 0) + by) % (2 * Math.PI) })),
    undo: () => change((before) => ({ ...before, marks: before.marks.slice(0, -1) })),
    choose: setType,
  };
  const canMark = !isBare && !found.isOfNoValue;
  return (
    <>
      <Controls board={board.current}>
        {canMark && (
          <fieldset className="modes">
            <legend>{t("mark.mouse")}</legend>
            <label>
              <input type="radio" name="mode" checked={marks} onChange={() => setMarks(true)} />
              {t("mark.mouse_marks")}
            </label>
            <label>
              <input type="radio" name="mode" checked={!marks} onChange={() => setMarks(false)} />
              {t("mark.mouse_moves")}
            </label>
          </fieldset>
        )}
      </Controls>
      <div className="marking">
        {picture ? (
          <Viewer
            board={board.current}
            index={0}
            label={t("view.probe", { place: place(pair.probe.place) })}
            picture={picture}
            layers={found.isOfNoValue ? [] : [{ marks: found.marks, whose: "own" }]}
            marking={canMark && marks ? marking : undefined}
            hasCross={canMark}
          />
        ) : (
          <Waiting />
        )}
        {isBare ? <p className="note">{t("mark.bare")}</p> : <MarkList found={found} change={change} type={type} setType={setType} board={board.current} />}
      </div>
      <p role="status" className="quiet">
        {note || (canMark ? t("mark.how") : "")}
      </p>
      {canMark && (
        <details>
          <summary>{t("viewer.by_keyboard")}</summary>
          <p>{t("viewer.keys_mark")}</p>
        </details>
      )}
    </>
  );
}

export function MarkProbe({ caseId, pairs, pictures, locked, openAgain }: { caseId: string; pairs: Pair[]; pictures: Pictures; locked(found: Found[]): void; openAgain(): void }) {
  const { t } = useTranslation(["examiner", "frame"]);
  const { place } = useWords();
  const [at, setAt] = useState(0);
  const [found, setFound] = useState<Found[]>(() => pairs.map(() => ({ marks: [], isOfNoValue: false })));
  const [isAsking, setIsAsking] = useState(false);
  const [wasAsked, setWasAsked] = useState(false);
  const asking = useFocus(isAsking);
  const prints = useFocus(wasAsked && !isAsking);
  const { look } = pictures;
  useEffect(() => look(at, "probe_clean"), [look, at]);
  const isTouched = found.some((each) => each.isOfNoValue || each.marks.length > 0);
  useEffect(() => {
    if (!isTouched) return;
    const leaving = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", leaving);
    return () => removeEventListener("beforeunload", leaving);
  }, [isTouched]);

  const lock = useAct(async (key: string) => {
    const prints = pairs.map((pair, i) => ({ pair: i, marks: hasNoPicture(pair) || found[i]?.isOfNoValue ? [] : (found[i]?.marks ?? []) }));
    await post(`/v1/cases/${encodeURIComponent(caseId)}/marks`, { prints }, key);
    locked(found);
  });
  const isReady = (i: number) => {
    const pair = pairs[i];
    const one = found[i];
    return pair !== undefined && one !== undefined && isDone(pair, one, pictures.of(i, "probe_clean") !== null);
  };
  const words = (i: number) => {
    const pair = pairs[i];
    if (!isReady(i)) return t("mark.to_do");
    if (pair && hasNoPicture(pair)) return t("mark.seen");
    return found[i]?.isOfNoValue ? t("mark.of_no_value") : t("mark.count", { count: found[i]?.marks.length ?? 0 });
  };
  const left = pairs.map((_, i) => i).filter((i) => !isReady(i));
  const change = (i: number) => (how: (before: Found) => Found) => {
    setIsAsking(false);
    setWasAsked(false);
    setFound((before) => before.map((each, j) => (j === i ? how(each) : each)));
  };
  const problem = pictures.problem(at, "probe_clean");
  const pair = pairs[at];
  const one = found[at];
  return (
    <section aria-label={t("mark.title")} className="no-print">
      <h2 ref={prints} tabIndex={-1}>
        {t("mark.title")}
      </h2>
      <p>{t("mark.why")}</p>
      <Tabs
        base="probe"
        label={t("view.pairs")}
        at={String(at)}
        choose={(id) => setAt(Number(id))}
        tabs={pairs.map((each, i) => ({
          id: String(i),
          title: (
            <>
              {i + 1}. {place(each.probe.place)} <small>({words(i)})</small>
            </>
          ),
        }))}
      />
      <Panel base="probe" id={String(at)} at={String(at)}>
        <Problem of={problem} again={() => pictures.look(at, "probe_clean")} />
        {pair && one && !problem && <OnePrint key={at} pair={pair} picture={pictures.of(at, "probe_clean")} found={one} change={change(at)} />}
      </Panel>
      <Problem of={lock.problem} />
      {lock.problem && <OpenAgain of={lock.problem} again={openAgain} />}
      {isAsking ? (
        <div className="card">
          <h3 ref={asking} tabIndex={-1}>
            {t("mark.sure")}
          </h3>
          <p>{t("mark.final")}</p>
          <ul>
            {pairs.map((each, i) => (
              <li key={i}>
                {place(each.probe.place)}: {words(i)}
              </li>
            ))}
          </ul>
          <div className="row">
            <button type="button" className="first" disabled={lock.busy} onClick={() => void lock.run()}>
              {t("mark.lock_now")}
            </button>
            <button type="button" onClick={() => setIsAsking(false)}>
              {t("mark.back")}
            </button>
          </div>
        </div>
      ) : (
        <div className="row">
          <button type="button" className="first" disabled={left.length > 0} onClick={() => (setIsAsking(true), setWasAsked(true))}>
            {t("mark.lock")}
          </button>
          {left.length > 0 && <span className="quiet">{t("mark.left", { prints: left.map((i) => `${i + 1}. ${place(pairs[i]?.probe.place ?? "UNKNOWN")}`).join(", ") })}</span>}
        </div>
      )}
    </section>
  );
}
