// Whether a search that could not wait for a file was justified; by another person than who searched.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { post, type Schema } from "../../app/api";
import { Field } from "../../ui/say";
import { dayMs, ReasonsForm } from "./shared";

export const reviewUntil = (of: Schema["Alarm"]) => new Date(Date.parse(of.time) + dayMs).toISOString();

export function ReviewUrgent({ of, done }: { of: Schema["Alarm"]; done(): void }) {
  const { t } = useTranslation(["supervisor", "officer", "frame"]);
  const [isOpen, setIsOpen] = useState(false);
  const [choice, setChoice] = useState<"yes" | "no" | null>(null);
  if (!isOpen)
    return (
      <button type="button" onClick={() => setIsOpen(true)} aria-label={t("urgent.review_of", { number: of.number })}>
        {t("urgent.review")} …
      </button>
    );
  return (
    <ReasonsForm
      title={t("urgent.review_of", { number: of.number })}
      submit={t("urgent.do")}
      danger={choice === "no"}
      act={(key, reasons, form) => {
        const justified = form.get("justified") === "yes";
        return post(`/v1/alarms/${of.number}/review`, { justified, reasons, ...(justified ? { case_reference: String(form.get("file")).trim() } : {}) }, key);
      }}
      done={done}
      cancel={() => setIsOpen(false)}
    >
      <fieldset>
        <legend>{t("urgent.justified")}</legend>
        {(["yes", "no"] as const).map((each) => (
          <label key={each} className="choice">
            <input type="radio" name="justified" value={each} required checked={choice === each} onChange={() => setChoice(each)} />
            <span>{t(`urgent.${each}`)}</span>
          </label>
        ))}
      </fieldset>
      {choice === "yes" && (
        <Field label={t("urgent.file")} help={t("officer:field.file_help")}>
          <input name="file" className="wide" required pattern="(?=.*[0-9])[ -~]{3,64}" minLength={3} maxLength={64} autoComplete="off" />
        </Field>
      )}
    </ReasonsForm>
  );
}
