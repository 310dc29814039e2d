// Words for the names that the node uses, the same on every page.
import { useTranslation } from "react-i18next";
import { countryName } from "./countries";

// A name that these texts do not have is shown as it is, blanks for underscores: a newer node may know more.
const plain = (name: string) => name.toLowerCase().replaceAll("_", " ");

export function useWords() {
  const { t, i18n } = useTranslation(["words", "reasons"]);
  const of = (group: string) => (name: string) => t(`words:${group}.${name}`, { defaultValue: plain(name) });
  return {
    purpose: of("purpose"),
    element: of("element"),
    category: of("category"),
    place: of("place"),
    country: (code: string) => {
      if (i18n.exists(`words:of_documents.${code}`)) return t(`words:of_documents.${code}`);
      return code === "every_country" ? t("words:every_country") : countryName(code, i18n.language);
    },
    // Of a decision (docs/rules.md), as a part of a sentence: lists join several.
    reason: (name: string) => (name.startsWith("clause_") ? t("reasons:clause") : t(`reasons:reason.${name}`, { defaultValue: plain(name) })),
  };
}
