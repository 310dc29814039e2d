// Both prints of a pair, side by side. What a machine thinks of them is not shown until it is asked for.
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "../../app/api";
import { number } from "../../app/i18n";
import { Problem, Waiting } from "../../ui/say";
import { Panel, Tabs, useFocus } from "../../ui/tabs";
import { useWords } from "../../ui/words";
import { type Bar, ridgeFlow } from "./flow";
import { hasNoPicture, type Found } from "./MarkProbe";
import type { Kind, Pictures } from "./pictures";
import { Board, check, Controls, type Layer, Viewer } from "./Viewer";

type Pair = NonNullable<Schema["CaseView"]["pairs"]>[number];

const nothing: Bar[] = [];
const useFlow = (of: ImageBitmap | null, isShown: boolean) => useMemo(() => (of && isShown ? ridgeFlow(of) : nothing), [of, isShown]);

function OnePair({ pair, index, pictures, own }: { pair: Pair; index: number; pictures: Pictures; own: Found | undefined }) {
  const { t } = useTranslation("examiner");
  const { place } = useWords();
  const board = useRef<Board>(null as never);
  board.current ??= new Board(2);
  const [isAligned, setIsAligned] = useState(false);
  const [showsOwn, setShowsOwn] = useState(false);
  const [showsMachine, setShowsMachine] = useState(false);
  const [showsFlow, setShowsFlow] = useState(false);
  const [hasCross, setHasCross] = useState(true);
  const isBurnt = showsOwn && !own; // the marks are known to the node alone, which draws them into its picture
  const { look } = pictures;
  useEffect(() => {
    if (isBurnt) look(index, "probe");
  }, [isBurnt, look, index]);
  const probe = (isBurnt ? pictures.of(index, "probe") : null) ?? pictures.of(index, "probe_clean");
  const reference = pictures.of(index, "reference");
  const problems = (["probe_clean", "reference", "probe"] as Kind[]).filter((kind) => pictures.problem(index, kind));
  const flows = [useFlow(probe, showsFlow), useFlow(reference, showsFlow)] as const;
  const layers = (side: Schema["ExhibitSide"] | undefined, marks: Found | undefined, flow: Bar[]): Layer[] => [
    ...(flow.length > 0 ? [{ bars: flow, whose: "machine" as const }] : []),
    ...(showsMachine && side ? [{ marks: side.marks, whose: "machine" as const }] : []),
    ...(showsOwn && marks && !marks.isOfNoValue ? [{ marks: marks.marks, whose: "own" as const }] : []),
  ];
  const rotation = pair.rotation ?? 0;
  return (
    <>
      {problems.map((kind) => (
        <Problem key={kind} of={pictures.problem(index, kind)} again={() => pictures.look(index, kind)} />
      ))}
      <Controls board={board.current}>
        {check(t("compare.cross"), hasCross, setHasCross)}
        {check(t("compare.align", { degrees: number(Math.round((rotation * 180) / Math.PI)) }), isAligned, setIsAligned)}
        {!hasNoPicture(pair) && check(t("compare.own"), showsOwn, setShowsOwn)}
        {check(t("compare.machine"), showsMachine, setShowsMachine)}
        {check(t("compare.flow"), showsFlow, setShowsFlow)}
      </Controls>
      <p role="status" className={showsMachine || showsFlow || isAligned ? "note" : "quiet"}>
        {showsMachine ? t("compare.hint") : showsFlow ? t("compare.flow_hint") : isAligned ? t("compare.align_hint") : t("compare.bare")}
      </p>
      <div className="pair">
        {probe && reference ? (
          <>
            <Viewer
              board={board.current}
              index={0}
              label={t("view.probe", { place: place(pair.probe.place) })}
              picture={probe}
              turn={isAligned ? rotation : 0}
              layers={layers(pair.probe, own, flows[0])}
              hasCross={hasCross}
            />
            <Viewer
              board={board.current}
              index={1}
              label={t("view.reference", { place: place(pair.reference?.place ?? "UNKNOWN") })}
              picture={reference}
              layers={layers(pair.reference, undefined, flows[1])}
              hasCross={hasCross}
            />
          </>
        ) : (
          problems.length === 0 && <Waiting />
        )}
      </div>
      <details>
        <summary>{t("viewer.by_keyboard")}</summary>
        <p>{t("viewer.keys")}</p>
      </details>
    </>
  );
}

export function Compare({ pairs, pictures, own, isNew }: { pairs: Pair[]; pictures: Pictures; own: Found[] | null; isNew: boolean }) {
  const { t } = useTranslation("examiner");
  const { place } = useWords();
  const [at, setAt] = useState(0);
  const heading = useFocus(isNew);
  const { look } = pictures;
  useEffect(() => {
    look(at, "probe_clean");
    look(at, "reference");
  }, [look, at]);
  const isSeen = (i: number) => isPairSeen(pictures, i);
  const pair = pairs[at];
  return (
    <section aria-label={t("compare.title")} className="no-print">
      <h2 ref={heading} tabIndex={-1}>
        {t("compare.title")}
      </h2>
      <Tabs
        base="pair"
        label={t("view.pairs")}
        at={String(at)}
        choose={(id) => setAt(Number(id))}
        tabs={pairs.map((each, i) => ({
          id: String(i),
          title: (
            <>
              {i + 1}. {place(each.probe.place)} <small>({isSeen(i) ? t("compare.seen") : t("compare.not_seen")})</small>
            </>
          ),
        }))}
      />
      <Panel base="pair" id={String(at)} at={String(at)}>
        {pair && <OnePair key={at} pair={pair} index={at} pictures={pictures} own={own?.[at]} />}
      </Panel>
    </section>
  );
}

export const isPairSeen = (pictures: Pictures, i: number) => pictures.of(i, "probe_clean") !== null && pictures.of(i, "reference") !== null;
