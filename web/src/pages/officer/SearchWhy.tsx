// Why somebody is searched for: under which file, or why it cannot wait for one.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Field, Words } from "../../ui/say";
import { FileNumber } from "./fields";

export type Why = { case_reference: string; reasons?: string } | { urgent: true; reasons: string };

// What the form says, as the node takes it.
export function useWhy(file: string) {
  const [isUrgent, setIsUrgent] = useState(false);
  const why = (form: FormData): Why => {
    const reasons = String(form.get("reasons")).trim();
    return isUrgent ? { urgent: true, reasons } : { case_reference: file.trim(), ...(reasons ? { reasons } : {}) };
  };
  return { isUrgent, setIsUrgent, why };
}

export function SearchWhy({ file, setFile, isUrgent, setIsUrgent }: { file: string; setFile(to: string): void; isUrgent: boolean; setIsUrgent(to: boolean): void }) {
  const { t } = useTranslation("officer");
  return (
    <>
      {!isUrgent && <FileNumber value={file} set={setFile} />}
      <label className="choice">
        <input type="checkbox" checked={isUrgent} onChange={(event) => setIsUrgent(event.target.checked)} />
        <span>
          {t("urgent.choose")}
          <small>{t("urgent.help")}</small>
        </span>
      </label>
      {/* Above the field, so that it is read before anything is written there. */}
      <div role="status">{isUrgent && <p className="note">{t("urgent.then")}</p>}</div>
      <Field label={isUrgent ? t("urgent.reasons") : t("field.search_reasons")} help={isUrgent ? t("urgent.reasons_help") : t("field.search_reasons_help")}>
        <Words lines name="reasons" required={isUrgent} minLength={isUrgent ? 10 : undefined} />
      </Field>
    </>
  );
}

export function UrgentNumber({ of }: { of: string | undefined }) {
  const { t } = useTranslation("officer");
  return of ? (
    <p className="note">
      {t("urgent.number")} <strong>{of}</strong>. {t("urgent.number_help")}
    </p>
  ) : null;
}
