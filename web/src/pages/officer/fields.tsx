// Fields that several of the officer's forms have.
import { useTranslation } from "react-i18next";
import type { Schema } from "../../app/api";
import { Field } from "../../ui/say";
import { useWords } from "../../ui/words";
import { countries, ofDocuments } from "../../ui/countries";

// 3 to 64 printable characters of ASCII, a digit among them, as the node asks for them.
const fileNumber = "(?=.*[0-9])[ -~]{3,64}";
export const elements: (keyof Schema["Biographic"])[] = [
  "family_name",
  "given_names",
  "date_of_birth",
  "sex",
  "nationality",
  "place_of_birth",
  "document_type",
  "document_number",
  "document_issuer",
  "encounter_date",
  "encounter_place",
];
export const idPattern = "[A-Za-z0-9._:\\-]{1,64}";

export function FileNumber({ value, set }: { value: string; set(to: string): void }) {
  const { t } = useTranslation("officer");
  return (
    <Field label={t("field.file")} help={t("field.file_help")}>
      <input required pattern={fileNumber} minLength={3} maxLength={64} title={t("field.file_help")} autoComplete="off" value={value} onChange={(event) => set(event.target.value)} />
    </Field>
  );
}

export function CountryOptions({ hasOthers = false }: { hasOthers?: boolean }) {
  const { t, i18n } = useTranslation("officer");
  const { country } = useWords();
  return (
    <>
      <option value="">{t("field.not_stated")}</option>
      {countries(i18n.language).map(({ code, name }) => (
        <option key={code} value={code}>
          {name} ({code})
        </option>
      ))}
      {hasOthers &&
        ofDocuments.map((code) => (
          <option key={code} value={code}>
            {country(code)} ({code})
          </option>
        ))}
    </>
  );
}
