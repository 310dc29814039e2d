// What the supervisor's pages share: days, and a form that asks for reasons.
import { useEffect, useRef, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { nodeMs } from "../../app/clock";
import { useAct } from "../../app/use";
import { Field, Problem, Words } from "../../ui/say";

export const dayMs = 86_400_000;
export const daysUntil = (iso: string) => Math.floor((Date.parse(iso) - nodeMs()) / dayMs);

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
        <Words lines name="reasons" required minLength={10} />
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
