// Register or find somebody: first the prints and what they are worth, then what to do with them. Prints live in this
// page's memory and go with it.
import { useEffect, useId, useRef, useState, type DragEvent } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { post, type Schema } from "../../app/api";
import { nodeTime } from "../../app/clock";
import { number } from "../../app/i18n";
import { useAct } from "../../app/use";
import { Problem, Said, Waiting } from "../../ui/say";
import { Panel, Tabs } from "../../ui/tabs";
import { useWords } from "../../ui/words";
import { Ask } from "./Ask";
import { base64Bytes, firstRecord, limits, positionOf, positions, samplesOf, sentBytes, toBase64, type Captured, type Position } from "./captures";
import { Find } from "./Find";
import { Prints, type FileOf } from "./Prints";
import { Receipts, type Done } from "./Receipt";
import { Register } from "./Register";
import { VerifyPerson } from "./VerifyPerson";
import "../../ui/forms.css";
import "./officer.css";

export type Hiding = { kind: string; from: string[] }; // kind: "" of nobody

export type Step = {
  samples(): Schema["Sample"][];
  prints: string; // which they are: another text when any is another, or lies otherwise
  hiding: Hiding; // from whom the person is to be hidden: no partner of these is asked either
  setHiding(to: Hiding): void;
  file: string; // the number of the officer's file, the same for whatever is done with these prints
  setFile(to: string): void;
  done(what: Omit<Done, "when">): void;
};

const mebibytes = (bytes: number) => number(Math.ceil((bytes / (1 << 20)) * 10) / 10);
const stateOf = (files: Captured[]) => files.map((each) => `${each.key} ${each.position} ${each.ppi}`).join();

function Files({ files, set, add, isReading }: { files: Captured[]; set(files: Captured[]): void; add(list: File[], folders: string[]): void; isReading: boolean }) {
  const { t } = useTranslation("officer");
  const { place } = useWords();
  const id = useId();
  const input = useRef<HTMLInputElement>(null); // its own words would be in the browser's language, not the page's
  const [isOver, setIsOver] = useState(false);
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    const items = [...event.dataTransfer.items].filter((each) => each.kind === "file");
    const folders = items.flatMap((each) => (each.webkitGetAsEntry()?.isDirectory ? [each.webkitGetAsEntry()?.name ?? ""] : []));
    add(items.flatMap((each) => (each.webkitGetAsEntry()?.isDirectory ? [] : (each.getAsFile() ?? []))), folders);
  };
  const change = (key: number, how: Partial<Captured>) => set(files.map((each) => (each.key === key ? { ...each, ...how } : each)));
  return (
    <>
      <div
        className={isOver ? "drop over" : "drop"}
        onDragOver={(event) => {
          event.preventDefault();
          setIsOver(true);
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={onDrop}
      >
        <strong>{t("files.drop")}</strong>
        <button type="button" disabled={isReading} aria-describedby={`${id}-help`} onClick={() => input.current?.click()}>
          {t("files.choose")}
        </button>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          aria-label={t("files.choose")}
          onChange={(event) => {
            add([...(event.target.files ?? [])], []);
            event.target.value = ""; // which empties that list; the same file can be chosen again
          }}
        />
        <small id={`${id}-help`}>{t("files.help", { files: limits.files, file: mebibytes(limits.file), together: mebibytes(limits.together) })}</small>
      </div>
      {files.length > 0 && (
        <div className="scroll" role="region" aria-label={t("files.caption")} tabIndex={0}>
          <table className="files">
            <caption>{t("files.caption")}</caption>
            <thead>
              <tr>
                <th scope="col">{t("files.number")}</th>
                <th scope="col">{t("files.name")}</th>
                <th scope="col">{t("files.size")}</th>
                <th scope="col">{t("files.position")}</th>
                <th scope="col">{t("files.ppi")}</th>
                <th scope="col">{t("files.act")}</th>
              </tr>
            </thead>
            <tbody>
              {files.map((each, i) => (
                <tr key={each.key}>
                  <td>{i + 1}</td>
                  <td>
                    <Said>{each.name}</Said>
                  </td>
                  <td>{t("files.mib", { size: mebibytes(each.bytes) })}</td>
                  <td>
                    <select aria-label={t("files.position_of", { number: i + 1 })} value={each.position} onChange={(event) => change(each.key, { position: event.target.value as Position })}>
                      {positions.map((position) => (
                        <option key={position} value={position}>
                          {place(position)}
                        </option>
                      ))}
                    </select>
                  </td>
                  <td>
                    <input
                      className="ppi"
                      type="number"
                      min="100"
                      max="2000"
                      step="any"
                      placeholder={t("files.ppi_of_file")}
                      aria-label={t("files.ppi_of", { number: i + 1 })}
                      value={each.ppi}
                      onChange={(event) => change(each.key, { ppi: event.target.value })}
                    />
                  </td>
                  <td>
                    <button type="button" aria-label={t("files.remove_of", { number: i + 1 })} onClick={() => set(files.filter((one) => one.key !== each.key))}>
                      {t("files.remove")}
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

function OnePerson({ next }: { next(): void }) {
  const { t } = useTranslation("officer");
  const [hasBegun, setHasBegun] = useState(false); // what is typed stays when all files are taken off again
  const [files, setFiles] = useState<Captured[]>([]);
  const [isReading, setIsReading] = useState(false);
  const [said, setSaid] = useState<string[]>([]);
  const [report, setReport] = useState<{ of: string; keys: number[]; record: number; report: Schema["CaptureReport"] } | null>(null);
  const [at, setAt] = useState("find");
  const [file, setFile] = useState("");
  const [hiding, setHiding] = useState<Hiding>({ kind: "", from: [] });
  const [done, setDone] = useState<Done[]>([]);
  const keys = useRef(0);
  const latest = useRef(files); // reading takes a while, in which some may be taken off, or named
  latest.current = files;

  useEffect(() => {
    if (files.length === 0) return;
    const leaving = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", leaving);
    return () => removeEventListener("beforeunload", leaving);
  }, [files.length]);

  const assess = useAct(async (_key, of: Captured[]) => {
    setReport(null);
    const got = await post<Schema["CaptureReport"]>("/v1/assess", { samples: samplesOf(of) });
    setReport({ of: stateOf(of), keys: of.map((each) => each.key), record: firstRecord(of), report: got });
  });
  // A file beside the place for it would else be opened by the browser, in place of this page.
  useEffect(() => {
    const stay = (event: Event) => event.preventDefault();
    for (const each of ["dragover", "drop"]) addEventListener(each, stay);
    return () => {
      for (const each of ["dragover", "drop"]) removeEventListener(each, stay);
    };
  }, []);
  const add = async (list: File[], folders: string[]) => {
    const problems = folders.map((name) => t("files.folder", { name }));
    const taken: Captured[] = [];
    const all = () => [...latest.current, ...taken];
    let tooMany = 0;
    setSaid([]);
    setIsReading(true);
    for (const each of list) {
      if (all().length >= limits.files) tooMany++;
      else if (each.size === 0) problems.push(t("files.empty", { name: each.name }));
      else if (each.size > limits.file) problems.push(t("files.too_large", { name: each.name, file: mebibytes(limits.file) }));
      else if (sentBytes(all()) + base64Bytes(each.size) > limits.together) problems.push(t("files.too_much", { name: each.name, together: mebibytes(limits.together) }));
      else {
        try {
          taken.push({ key: keys.current++, name: each.name, bytes: each.size, image: await toBase64(each), position: positionOf(each.name), ppi: "" });
        } catch {
          problems.push(t("files.unreadable", { name: each.name }));
        }
      }
    }
    if (tooMany > 0) problems.push(t("files.too_many", { count: tooMany, files: limits.files }));
    if (list.length + folders.length === 0) problems.push(t("files.none"));
    setIsReading(false);
    setSaid(problems);
    if (taken.length === 0) return;
    const next = all();
    setFiles(next);
    setHasBegun(true);
    void assess.run(next);
  };
  const change = (next: Captured[]) => {
    setFiles(next);
    setSaid([]);
    assess.clear();
    if (next.length === 0 || (next.length < files.length && report && report.record >= 0)) setReport(null);
  };
  const step: Step = {
    samples: () => samplesOf(files),
    prints: stateOf(files),
    hiding,
    setHiding,
    file,
    setFile,
    done: (what) => setDone((before) => [{ ...what, when: nodeTime() }, ...before]),
  };
  const damagedAt = Number(assess.problem?.message.match(/^samples\[(\d+)\]: /)?.[1] ?? NaN);
  const damagedFile = files[damagedAt];
  const damaged = damagedFile && { number: damagedAt + 1, name: damagedFile.name };
  const isStale = report !== null && report.of !== stateOf(files);
  const fileOf = (sample: number): FileOf => {
    if (!report) return undefined;
    const { keys, record } = report;
    const key = record < 0 || sample < record ? keys[sample] : record === keys.length - 1 ? keys[record] : undefined;
    if (key === undefined) return undefined;
    const i = files.findIndex((each) => each.key === key);
    return i < 0 ? null : { number: i + 1, name: files[i]?.name ?? "" };
  };
  const panel = (id: string) => ({ base: "do", id, at });
  return (
    <>
      <div className="no-print">
        <h1>{t("capture.title")}</h1>
        <p>
          {t("capture.notice")} <Link href="/notice">{t("capture.notice_link")}</Link>
        </p>
        <section aria-labelledby="prints">
          <h2 id="prints">{t("capture.prints")}</h2>
          <Files files={files} set={change} add={(list, folders) => isReading || void add(list, folders)} isReading={isReading} />
          {said.length > 0 && (
            <ul role="alert" className="problem">
              {said.map((each, i) => (
                <li key={i}>{each}</li>
              ))}
            </ul>
          )}
          {damaged && <p className="problem">{t("files.damaged", { number: damaged.number, name: damaged.name })}</p>}
          <Problem of={assess.problem} again={() => void assess.run(files)} />
          {(assess.busy || isReading) && <Waiting />}
          {files.length > 0 && !assess.busy && (isStale || !report) && (
            <div className="row">
              <button type="button" onClick={() => void assess.run(files)}>
                {t("capture.assess")}
              </button>
              {isStale && <span className="quiet">{t("capture.stale")}</span>}
            </div>
          )}
          <div aria-live="polite">{report && <Prints of={report.report} fileOf={fileOf} isStale={isStale} />}</div>
        </section>
        {hasBegun && (
          <section aria-labelledby="do" hidden={files.length === 0}>
            <h2 id="do">{t("capture.do")}</h2>
            <Tabs
              base="do"
              label={t("capture.do")}
              at={at}
              choose={setAt}
              tabs={(["find", "verify", "register", "ask"] as const).map((id) => ({ id, title: t(`${id}.title`) }))}
            />
            <Panel {...panel("find")}>
              <Find {...step} />
            </Panel>
            <Panel {...panel("verify")}>
              <VerifyPerson {...step} />
            </Panel>
            <Panel {...panel("register")}>
              <Register {...step} />
            </Panel>
            <Panel {...panel("ask")}>
              <Ask {...step} />
            </Panel>
          </section>
        )}
      </div>
      <Receipts of={done} />
      {hasBegun && (
        <p className="row no-print">
          <button type="button" onClick={next}>
            {t("capture.next")}
          </button>
          <span className="quiet">{t("capture.next_help")}</span>
        </p>
      )}
    </>
  );
}

export function Capture() {
  const [person, setPerson] = useState(0);
  const next = () => {
    setPerson((before) => before + 1);
    document.getElementById("page")?.focus();
    scrollTo(0, 0);
  };
  return <OnePerson key={person} next={next} />;
}
