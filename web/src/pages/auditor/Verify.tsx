// The whole log verified in this browser, so that nobody has to believe the node about itself.
import { useEffect, useRef, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { get, getText, Refusal } from "../../app/api";
import { nodeTime } from "../../app/clock";
import { dateTime, number } from "../../app/i18n";
import { useAct } from "../../app/use";
import { Facts, Field, Problem, Table, Tag, Waiting } from "../../ui/say";
import "./auditor.css";
import { readKey, verifyLog, type Finding, type Key, type KeyProblem, type Page, type Report, type Sources } from "./verify";
import { isEvent, useWords } from "./words";

const atOnce = 1000;
const waitMs = 2000;

// A node that has much to do says so; it is asked again, and the person sees that nothing goes on meanwhile.
async function patiently<T>(ask: () => Promise<T>, stop: AbortSignal): Promise<T> {
  for (let tries = 0; ; ++tries) {
    try {
      return await ask();
    } catch (failure) {
      const busy = failure instanceof Refusal && (failure.status === 0 || failure.status === 429 || failure.status === 503);
      if (!busy || tries === 4 || stop.aborted) throw failure;
      await new Promise((resolve) => setTimeout(resolve, waitMs * (tries + 1)));
    }
  }
}

const sources = (stop: AbortSignal): Sources => ({
  checkpoint: () => patiently(() => getText("/v1/log/checkpoint"), stop),
  proof: (index) => patiently(() => getText(`/v1/log/proofs/${index}`), stop),
  page: (first) => patiently(() => get<Page>("/v1/log/entries", { first, limit: atOnce }), stop), // to its end: what was read is reported
});

type KeyLine = { line: number; problem: KeyProblem | "twice" };

async function readKeys(text: string): Promise<{ keys: Key[]; wrong: KeyLine[] }> {
  const keys: Key[] = [];
  const wrong: KeyLine[] = [];
  for (const [i, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const key = await readKey(line);
    if (typeof key === "string") wrong.push({ line: i + 1, problem: key });
    else if (keys.some((each) => each.name === key.name && each.id === key.id)) wrong.push({ line: i + 1, problem: "twice" });
    else keys.push(key);
  }
  return { keys, wrong };
}

// Values that are times or numbers as people of this language write them.
function shown(values: Finding["values"]): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(values))
    out[name] = typeof value === "number" ? number(value) : /^\d{4}-\d\d-\d\dT/.test(value) ? dateTime(value) : value;
  return out;
}

function Findings({ of }: { of: Finding[] }) {
  const { t } = useTranslation(["auditor", "frame"]);
  const kinds = { agrees: "good", differs: "bad", skipped: "odd", remark: "odd" } as const;
  return (
    <ul className="findings">
      {of.map((finding, i) => (
        <li key={i}>
          <Tag kind={kinds[finding.state]}>{t(`verify.state.${finding.state}`)}</Tag>
          <span>{t(`verify.finding.${finding.what}.${finding.state}.${finding.why}`, shown(finding.values))}</span>
        </li>
      ))}
    </ul>
  );
}

function Result({ of, at }: { of: Report; at: string }) {
  const { t } = useTranslation(["auditor", "frame"]);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [of]);
  const differs = of.findings.some((each) => each.state === "differs");
  const skipped = of.stopped || of.findings.some((each) => each.state === "skipped" || each.state === "remark");
  const whole = differs ? "differs" : skipped ? "partly" : "agrees";
  return (
    <section className="card" aria-labelledby="verify-result">
      <h2 id="verify-result" tabIndex={-1} ref={heading}>
        {t("verify.result")}
      </h2>
      <p role="status">
        <Tag kind={whole === "agrees" ? "good" : whole === "differs" ? "bad" : "odd"}>{t(`verify.whole.${whole}`)}</Tag> {t(`verify.whole_help.${of.stopped ? "stopped" : whole}`)}
      </p>
      <Facts
        of={[
          [t("verify.log"), of.origin],
          [t("verify.size"), number(of.size)],
          [t("verify.read"), number(of.entries)],
          [t("verify.at"), dateTime(at)],
          [t("verify.root"), <span className="hash">{of.root}</span>],
        ]}
      />
      <h3>{t("verify.checked")}</h3>
      <Findings of={of.findings} />
      <button type="button" onClick={() => print()}>
        {t("frame:print")}
      </button>
    </section>
  );
}

type Again = { ours: number; partners: number; by_own_rules: number; quota_unread: number; not_readable: number; not_counted: number; differences: { index: number; event: string; what: string }[] };

// Each decision about a question or a release once more, by the node: what it was judged by, held against the texts.
function Decisions() {
  const { t } = useTranslation(["auditor", "frame"]);
  const words = useWords();
  const [found, setFound] = useState<Again | null>(null);
  const again = useAct(async () => {
    setFound(null);
    setFound(await get<Again>("/v1/log/decisions"));
  });
  return (
    <section aria-labelledby="decisions">
      <h2 id="decisions">{t("again.title")}</h2>
      <p>{t("again.lead")}</p>
      <button type="button" className="no-print" disabled={again.busy} onClick={() => void again.run()}>
        {t("again.do")}
      </button>
      {again.busy && <Waiting />}
      <Problem of={again.problem} />
      <div role="status">
        {found && (
          <>
            <p>
              <Tag kind={found.differences.length > 0 ? "bad" : "good"}>{t(found.differences.length > 0 ? "again.differ" : "again.same")}</Tag>
            </p>
            <Facts
              of={(["ours", "partners", "by_own_rules", "quota_unread", "not_readable", "not_counted"] as const).map((each) => [t(`again.${each}`), number(found[each])])}
            />
          </>
        )}
      </div>
      {found && found.differences.length > 0 && (
        <Table
          caption={t("again.differences")}
          head={[t("again.entry"), t("again.event"), t("again.what")]}
          rows={found.differences.map((each, i) => ({ key: String(i), cells: [number(each.index), isEvent(each.event) ? words.eventOfAnybody(each.event) : each.event, each.what] }))}
        />
      )}
    </section>
  );
}

export function Verify() {
  const { t } = useTranslation(["auditor", "frame"]);
  const [progress, setProgress] = useState<{ done: number; of: number } | null>(null);
  const [done, setDone] = useState<{ report: Report; at: string } | null>(null);
  const [wrong, setWrong] = useState<KeyLine[]>([]);
  const [problem, setProblem] = useState<Refusal | null>(null);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);
  const possible = globalThis.crypto?.subtle !== undefined;

  const run = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (stop.current) return;
    const given = await readKeys(String(new FormData(event.currentTarget).get("keys")));
    setWrong(given.wrong);
    if (given.wrong.length > 0) return;
    const mine = new AbortController();
    stop.current = mine;
    setDone(null);
    setProblem(null);
    setProgress({ done: 0, of: 0 });
    try {
      const report = await verifyLog(sources(mine.signal), given.keys, (count, of) => setProgress({ done: count, of }), mine.signal);
      setDone({ report, at: nodeTime() });
    } catch (failure) {
      if (!mine.signal.aborted) setProblem(failure instanceof Refusal ? failure : new Refusal(0, "internal", String(failure)));
    } finally {
      stop.current = null;
      setProgress(null);
    }
  };
  return (
    <>
      <h1>{t("verify.title")}</h1>
      <p>{t("verify.lead")}</p>
      <p className="note">{t("verify.reading_is_logged", { atOnce: number(atOnce) })}</p>
      {!possible && (
        <p role="alert" className="problem">
          {t("verify.not_possible")}
        </p>
      )}
      <form className="card keys no-print" aria-label={t("verify.start")} onSubmit={(event) => void run(event)}>
        <Field label={t("verify.keys")} help={t("verify.keys_help")}>
          <textarea name="keys" rows={4} spellCheck={false} autoCapitalize="none" autoComplete="off" maxLength={8192} />
        </Field>
        <p>{t("verify.keys_from")}</p>
        {wrong.length > 0 && (
          <div role="alert" className="problem">
            {wrong.map((each) => (
              <p key={each.line}>{t(`verify.key_problem.${each.problem}`, { line: each.line })}</p>
            ))}
          </div>
        )}
        <div className="row">
          <button className="first" disabled={!possible || progress !== null}>
            {t("verify.start")}
          </button>
          {progress && (
            <button type="button" onClick={() => stop.current?.abort()}>
              {t("verify.stop")}
            </button>
          )}
        </div>
      </form>
      {progress && (
        <div>
          <label>
            {t("verify.progress", { done: number(progress.done), of: number(progress.of) })}
            <progress className="wide" max={Math.max(progress.of, 1)} value={progress.done} />
          </label>
        </div>
      )}
      <Problem of={problem} />
      {done && <Result of={done.report} at={done.at} />}
      <Decisions />
      <section>
        <h2>{t("verify.limits")}</h2>
        <ul>
          {(["earlier_checkpoints", "newest_cosigned", "unwritten", "erased", "pseudonyms", "served_form", "console"] as const).map((each) => (
            <li key={each}>{t(`verify.limit.${each}`)}</li>
          ))}
        </ul>
      </section>
    </>
  );
}
