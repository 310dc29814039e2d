// What a capture is worth: each print as a card, with its reasons in plain words and what to do about them.
import { useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "../../app/api";
import { number } from "../../app/i18n";
import { Tag } from "../../ui/say";
import { useWords } from "../../ui/words";
import { useBitmap } from "./captures";

type Report = Schema["CaptureReport"];
type Print = Report["prints"][number];

export function Reasons({ of }: { of: string[] }) {
  const { t } = useTranslation("officer");
  if (of.length === 0) return null;
  return (
    <ul className="reasons">
      {of.map((each) => (
        <li key={each}>
          <strong>{t(`reason.${each}`, { defaultValue: each.replaceAll("_", " ") })}</strong> {t(`advice.${each}`, { defaultValue: "" })}
        </li>
      ))}
    </ul>
  );
}

// By the node's floor a print of 10 or less finds nobody.
const worth = (score: number) => (score <= 10 ? "useless" : score < 30 ? "poor" : score < 60 ? "usable" : "good");
const kinds = { useless: "bad", poor: "bad", usable: "odd", good: "good" } as const;

function Quality({ score, reasons }: { score: number; reasons: string[] }) {
  const { t } = useTranslation("officer");
  const id = useId();
  if (reasons.includes("minutiae_only")) return <p className="quality">{t("prints.not_measured")}</p>;
  const word = worth(score);
  return (
    <p className="quality">
      <span id={id}>{t("prints.quality")}</span>
      <meter aria-labelledby={id} min={0} max={100} low={30} high={60} optimum={100} value={score} />
      <span>{number(score)}</span> <Tag kind={kinds[word]}>{t(`prints.worth.${word}`)}</Tag>
    </p>
  );
}

function Picture({ of, hasMarks, label }: { of: Print; hasMarks: boolean; label: string }) {
  const { t } = useTranslation("officer");
  const canvas = useRef<HTMLCanvasElement>(null);
  const bitmap = useBitmap(of.image);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || !canvas.current) return;
    const width = bitmap?.width ?? Math.max(1, of.width);
    const height = bitmap?.height ?? Math.max(1, of.height);
    canvas.current.width = width;
    canvas.current.height = height;
    context.fillStyle = "#fff";
    context.fillRect(0, 0, width, height);
    if (bitmap) context.drawImage(bitmap, 0, 0);
    if (!hasMarks && of.image) return;
    for (const mark of of.marks) {
      const path = new Path2D();
      path.rect(mark.x - 4, mark.y - 4, 8, 8);
      path.moveTo(mark.x + 4 * Math.cos(mark.direction), mark.y - 4 * Math.sin(mark.direction));
      path.lineTo(mark.x + 13 * Math.cos(mark.direction), mark.y - 13 * Math.sin(mark.direction));
      context.strokeStyle = "#fff";
      context.lineWidth = 3.5;
      context.stroke(path);
      context.strokeStyle = "#a33c00";
      context.lineWidth = 1.5;
      context.stroke(path);
    }
  }, [bitmap, hasMarks, of]);
  return <canvas ref={canvas} role="img" aria-label={of.image ? label : `${label}. ${t("prints.no_picture")}`} width={Math.max(1, of.width)} height={Math.max(1, of.height)} />;
}

export type FileOf = { number: number; name: string } | null | undefined; // null: taken off since; undefined: not known

function Card({ of, file, hasMarks }: { of: Print; file: FileOf; hasMarks: boolean }) {
  const { t } = useTranslation("officer");
  const { place } = useWords();
  const name = place(of.position);
  return (
    <li className="card print">
      <Picture of={of} hasMarks={hasMarks} label={t("prints.picture_of", { place: name })} />
      <h3>{name}</h3>
      <p className="quiet">
        {file ? t("prints.of_file", file) : t("prints.of_sample", { number: of.sample + 1 })}
        {of.second && <> · {t("prints.second")}</>} · {t("prints.minutiae", { count: of.marks.length })}
      </p>
      <Quality score={of.score} reasons={of.reasons} />
      <Reasons of={of.reasons} />
    </li>
  );
}

// The quality of what gave no print, and of slaps as a whole.
function others(of: Report): Schema["Quality"][] {
  const prints = [...of.prints];
  return of.quality.filter((each) => {
    const at = prints.findIndex((print) => print.position === each.position && print.score === each.score);
    if (at >= 0) prints.splice(at, 1);
    return at < 0;
  });
}

export function QualityList({ of }: { of: Schema["Quality"][] }) {
  const { t } = useTranslation("officer");
  const { place } = useWords();
  const worse = of.filter((each) => each.reasons.length > 0);
  if (worse.length === 0) return null;
  return (
    <details>
      <summary>{t("prints.what_to_mend", { count: worse.length })}</summary>
      {worse.map((each, i) => (
        <div key={i}>
          <h4>{place(each.position)}</h4>
          <Reasons of={each.reasons} />
        </div>
      ))}
    </details>
  );
}

// Sentences of the node's own, which it says in English.
export function Remarks({ leftOut = [], remarks = [], warnings = [] }: { leftOut?: string[] | undefined; remarks?: string[] | undefined; warnings?: string[] | undefined }) {
  const { t } = useTranslation("officer");
  const list = (title: string, of: string[]) =>
    of.length > 0 && (
      <div className="note">
        <strong>{title}</strong>
        <ul>
          {of.map((each) => (
            <li key={each} lang="en">
              {each}
            </li>
          ))}
        </ul>
      </div>
    );
  return (
    <>
      {list(t("prints.warnings"), warnings)}
      {list(t("prints.left_out"), leftOut)}
      {list(t("prints.remarks"), remarks)}
    </>
  );
}

export function Prints({ of, fileOf, isStale }: { of: Report; fileOf(sample: number): FileOf; isStale: boolean }) {
  const { t } = useTranslation("officer");
  const { place } = useWords();
  const [hasMarks, setHasMarks] = useState(false);
  const rest = isStale ? [] : others(of);
  const prints = of.prints.filter((each) => fileOf(each.sample) !== null);
  return (
    <>
      {of.prints.some((each) => each.image) && (
        <label className="choice">
          <input type="checkbox" checked={hasMarks} onChange={(event) => setHasMarks(event.target.checked)} />
          {t("prints.show_marks")}
        </label>
      )}
      {of.prints.length === 0 && <p className="note">{t("prints.none")}</p>}
      <ul className="prints">
        {prints.map((each, i) => (
          <Card key={i} of={each} file={fileOf(each.sample)} hasMarks={hasMarks} />
        ))}
      </ul>
      {rest.length > 0 && (
        <ul className="prints">
          {rest.map((each, i) => (
            <li key={i} className="card print">
              <h3>{place(each.position)}</h3>
              <p className="quiet">{each.position.startsWith("PLAIN_") ? t("prints.as_a_whole") : t("prints.no_print")}</p>
              {each.position.startsWith("PLAIN_") && <Quality score={each.score} reasons={each.reasons} />}
              <Reasons of={each.reasons} />
            </li>
          ))}
        </ul>
      )}
      <Remarks leftOut={of.left_out} remarks={of.remarks} />
    </>
  );
}
