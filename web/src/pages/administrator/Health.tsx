// How the node is: what a person must look at and what to do; figures, drawn while the page is open and then forgotten.
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { get, getText, post } from "../../app/api";
import { nodeTime } from "../../app/clock";
import { dateTime, number } from "../../app/i18n";
import { useSession } from "../../app/session";
import { useRead } from "../../app/use";
import { Facts, Problem, Table, Tag, Waiting } from "../../ui/say";
import { isEvent, useWords } from "../auditor/words";
import { ReasonsForm } from "../supervisor/shared";
import "./administrator.css";
import { parseMetrics, type Family } from "./metrics";

type HealthAnswer = { status: string; country: string; version: string; attention: string[] };

const everySeconds = 15;
const samplesMax = 240; // an hour
// One figure each, the most telling first; the others come after them, as they are.
const first = ["cases_open", "outbox", "log_entries", "log_cosigned_entries", "people", "fingers", "certificate_days_left", "disk_free_bytes"];
// Said above already, as what a person must look at.
const attention = ["clock_differs", "clock_doubted", "copy_adopted", "erasures_held", "other_history", "records_unreadable", "storage_full", "uncosigned", "urgent_review_overdue"];

const short = (family: Family) => family.name.replace(/^puente_/, "");

function bytes(value: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    ++unit;
  }
  return `${number(Math.round(value * 10) / 10)} ${units[unit]}`;
}

const shown = (name: string, value: number) => (name.endsWith("_bytes") ? bytes(value) : number(Math.round(value * 1000) / 1000));

function Sparkline({ of }: { of: number[] }) {
  if (of.length < 2) return null;
  const low = Math.min(...of);
  const high = Math.max(...of);
  const height = (value: number) => (high === low ? 12 : 22 - ((value - low) / (high - low)) * 20);
  return (
    <svg className="sparkline" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">
      <line x1={0} x2={100} y1={23.5} y2={23.5} />
      <polyline points={of.map((value, i) => `${(i / (of.length - 1)) * 100},${height(value)}`).join(" ")} />
    </svg>
  );
}

function Bar({ part }: { part: number }) {
  return (
    <svg className="bar-of" width={120} height={14} viewBox="0 0 120 14" aria-hidden="true">
      <rect className="ground" x={0.5} y={0.5} width={119} height={13} />
      <rect className="part" x={1} y={1} width={118 * Math.min(1, Math.max(0, part))} height={12} />
    </svg>
  );
}

function useMetricWords() {
  const { t, i18n } = useTranslation("administrator");
  return (family: Family) => (i18n.exists(`administrator:metric.${short(family)}`) ? t(`metric.${short(family)}`) : `${family.name}: ${family.help}`);
}

function Figure({ of, samples }: { of: Family; samples: number[] }) {
  const { t } = useTranslation("administrator");
  const words = useMetricWords();
  const value = of.samples[0]?.value ?? 0;
  const low = shown(of.name, Math.min(...samples));
  const high = shown(of.name, Math.max(...samples));
  return (
    <li className="figure">
      <p>{words(of)}</p>
      <p className="value">{shown(of.name, value)}</p>
      <Sparkline of={samples} />
      {samples.length > 1 && (
        <p className="quiet">{low === high ? t("health.steady", { count: samples.length }) : t("health.range", { low, high })}</p>
      )}
    </li>
  );
}

// A family whose samples differ by a label: a row each, those that are nothing left out.
function Labelled({ of }: { of: Family }) {
  const { t, i18n } = useTranslation("administrator");
  const words = useMetricWords();
  const names = useWords();
  const title = words(of);
  const called = (labels: Record<string, string>) =>
    Object.entries(labels)
      .map(([name, value]) =>
        name === "event" && isEvent(value) ? names.eventOfAnybody(value) : i18n.exists(`administrator:label.${name}.${value}`) ? t(`label.${name}.${value}`) : value,
      )
      .join(" · ");
  const most = Math.max(...of.samples.map((each) => each.value), 1);
  const counted = of.kind === "counter";
  return (
    <Table
      caption={title}
      empty={t("health.all_nothing", { title })}
      head={[t("health.of_what"), t("health.value")]}
      rows={of.samples
        .filter((each) => !counted || each.value > 0)
        .sort((a, b) => (counted ? b.value - a.value : a.value - b.value))
        .map((each) => ({
          key: JSON.stringify(each.labels),
          cells: [
            called(each.labels),
            <>
              {counted && <Bar part={each.value / most} />} {shown(of.name, each.value)}
            </>,
          ],
        }))}
    />
  );
}

function Histogram({ of }: { of: Family }) {
  const { t } = useTranslation("administrator");
  const words = useMetricWords();
  const most = Math.max(...of.buckets.map((each) => each.count), 1);
  return (
    <>
      <Table
        caption={words(of)}
        head={[t("health.within"), t("health.how_often")]}
        rows={of.buckets.map((each, i) => ({
          key: String(each.upTo),
          cells: [
            Number.isFinite(each.upTo) ? t("health.up_to", { seconds: number(each.upTo) }) : t("health.longer", { seconds: number(of.buckets[i - 1]?.upTo ?? 0) }),
            <>
              <Bar part={each.count / most} /> {number(each.count)}
            </>,
          ],
        }))}
      />
      {of.count > 0 && <p className="quiet">{t("health.mean", { milliseconds: number(Math.round((of.sum / of.count) * 100_000) / 100), number: number(of.count) })}</p>}
    </>
  );
}

function Figures() {
  const { t } = useTranslation("administrator");
  const read = useRead(async () => parseMetrics(await getText("/metrics")), [], everySeconds);
  const [samples, setSamples] = useState<Record<string, number[]>>({});
  useEffect(() => {
    if (!read.value) return;
    const now = read.value;
    setSamples((before) => {
      const out: Record<string, number[]> = {};
      for (const family of now) {
        const value = family.samples[0]?.value;
        if (value !== undefined && family.samples.length === 1) out[family.name] = [...(before[family.name] ?? []), value].slice(-samplesMax);
      }
      return out;
    });
  }, [read.value]);
  const families = (read.value ?? []).filter((each) => !attention.includes(short(each)) && short(each) !== "build_info");
  const isPlain = (family: Family) => family.buckets.length === 0 && family.samples.length === 1 && Object.keys(family.samples[0]?.labels ?? {}).length === 0;
  const rank = (family: Family) => (first.includes(short(family)) ? first.indexOf(short(family)) : first.length);
  const plain = families.filter(isPlain).sort((a, b) => rank(a) - rank(b));
  return (
    <section aria-labelledby="figures">
      <h2 id="figures">{t("health.figures")}</h2>
      <p className="quiet">{t("health.figures_help", { seconds: everySeconds })}</p>
      <Problem of={read.problem} again={read.again} />
      {!read.value && read.busy && <Waiting />}
      <ul className="figures">
        {plain.map((each) => (
          <Figure key={each.name} of={each} samples={samples[each.name] ?? []} />
        ))}
      </ul>
      {families
        .filter((each) => !isPlain(each))
        .map((each) => (each.buckets.length > 0 ? <Histogram key={each.name} of={each} /> : <Labelled key={each.name} of={each} />))}
    </section>
  );
}

// The clock, or many erasures at once: the same call confirms what waits.
function Confirm({ done }: { done(): void }) {
  const { t } = useTranslation("administrator");
  const [open, setOpen] = useState(false);
  if (!open)
    return (
      <button type="button" onClick={() => setOpen(true)}>
        {t("health.confirm")} …
      </button>
    );
  return (
    <ReasonsForm
      title={t("health.confirm_title")}
      submit={t("health.confirm")}
      danger
      act={(key, reasons) => post("/v1/clock/confirm", { reasons }, key)}
      cancel={() => setOpen(false)}
      done={() => {
        setOpen(false);
        done();
      }}
    >
      <p>{t("health.confirm_help")}</p>
    </ReasonsForm>
  );
}

export function Health() {
  const { t, i18n } = useTranslation(["administrator", "frame"]);
  const { me } = useSession();
  const read = useRead(async (signal, held) => ({ ...(await get<HealthAnswer>("/v1/health", undefined, signal, held)), at: nodeTime() }), [], everySeconds);
  const may = (action: string) => me?.may.includes(action) ?? false;
  const now = read.value;
  const known = (word: string) => i18n.exists(`administrator:attention.${word}`);
  return (
    <>
      <h1>{t("health.title")}</h1>
      <Problem of={read.problem} again={read.again} />
      {!now && read.busy && <Waiting />}
      {now && (
        <>
          <p role="status">
            {read.problem ? <Tag kind="odd">{t("health.stale")}</Tag> : now.attention.length > 0 ? <Tag kind="bad">{t("health.look", { count: now.attention.length })}</Tag> : now.status === "ok" ? <Tag kind="good">{t("health.well")}</Tag> : <Tag kind="bad">{now.status}</Tag>}
          </p>
          <Facts
            of={[
              [t("health.country"), now.country],
              [t("health.version"), now.version],
              [t("health.at"), dateTime(now.at)],
            ]}
          />
          {now.attention.map((word) => (
            <section key={word} className="look-at" aria-label={known(word) ? t(`attention.${word}`) : word}>
              <h2>{known(word) ? t(`attention.${word}`) : word}</h2>
              <p>{known(word) ? t(`attention_help.${word}`) : t("health.unknown_word")}</p>
            </section>
          ))}
          {may("confirm_clock") && (now.attention.includes("clock_doubted") || now.attention.includes("erasures_held")) && <Confirm done={read.again} />}
        </>
      )}
      {may("read_metrics") && <Figures />}
    </>
  );
}
