// What the supervisor's pages share: how much time is left, a form that asks for reasons, lists by pages.
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { dateTime } from "../../app/i18n";
import { useAct, useRead } from "../../app/use";
import { Field, Problem, Tag } from "../../ui/say";

export const dayMs = 86_400_000;
export const daysUntil = (iso: string) => Math.floor((Date.parse(iso) - Date.now()) / dayMs);

// How much time is left, with a word for how pressing it is beside the colour.
export function TimeLeft({ until }: { until: string }) {
  const { t } = useTranslation(["supervisor", "frame"]);
  const minutes = Math.floor((Date.parse(until) - Date.now()) / 60_000);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const words =
    minutes < 0 ? t("time.over") : days > 0 ? t("time.days", { days, hours }) : hours > 0 ? t("time.hours", { hours, minutes: minutes % 60 }) : t("time.minutes", { minutes });
  return (
    <>
      <Tag kind={minutes < 240 ? "bad" : days < 2 ? "odd" : "plain"}>{words}</Tag> <time dateTime={until}>{dateTime(until)}</time>
    </>
  );
}

// Reasons for an act, and whatever else the act asks for.
export function ReasonsForm({
  title,
  submit,
  danger = false,
  takesFocus = true,
  act,
  done,
  cancel,
  children,
}: {
  title: string;
  submit: string;
  danger?: boolean;
  takesFocus?: boolean; // it appears by what the person just did, and nothing above it is to be read first
  act(key: string, reasons: string, form: FormData): Promise<void>;
  done(): void;
  cancel(): void;
  children?: ReactNode;
}) {
  const { t } = useTranslation(["supervisor", "frame"]);
  const doing = useAct(act);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (takesFocus) heading.current?.focus();
  }, [takesFocus]);
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    if (await doing.run(String(form.get("reasons")).trim(), form)) done();
  };
  return (
    <form className="card no-print" onSubmit={(event) => void send(event)} aria-label={title}>
      <h3 ref={heading} tabIndex={-1}>
        {title}
      </h3>
      <Problem of={doing.problem} />
      {children}
      <Field label={t("frame:reasons")} help={t("frame:reasons_help")}>
        <textarea name="reasons" required minLength={10} maxLength={512} />
      </Field>
      <div className="row">
        <button className={danger ? "danger" : "first"} disabled={doing.busy}>
          {submit}
        </button>
        <button type="button" onClick={cancel}>
          {t("frame:cancel")}
        </button>
      </div>
    </form>
  );
}

// A list by pages. What was read anew begins again at its first page.
export function usePages<T, C extends string | number>(
  readPage: (after: C | undefined, signal?: AbortSignal) => Promise<{ items: T[]; next?: C }>,
  deps: unknown[],
  everySeconds = 0,
) {
  const [later, setLater] = useState<{ of: string; items: T[]; next?: C } | null>(null);
  const of = JSON.stringify(deps);
  const more = later?.of === of ? later : null;
  const first = useRead((signal) => readPage(undefined, signal), deps, more ? 0 : everySeconds);
  const next = more ? more.next : first.value?.next;
  const goOn = useAct(async () => {
    if (next === undefined) return;
    const page = await readPage(next);
    setLater({ of, items: [...(more?.items ?? []), ...page.items], ...(page.next === undefined ? {} : { next: page.next }) });
  });
  return {
    items: first.value && [...first.value.items, ...(more?.items ?? [])],
    problem: first.problem ?? goOn.problem,
    busy: first.busy || goOn.busy,
    hasMore: next !== undefined,
    goOn: () => void goOn.run(),
    again: () => {
      setLater(null);
      first.again();
    },
  };
}
