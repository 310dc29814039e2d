import { useState } from "react";
import { useTranslation } from "react-i18next";
import { chooseLanguage, languages, type Language } from "./i18n";

export function LanguageChoice() {
  const { t, i18n } = useTranslation();
  return (
    <select aria-label={t("language.choose")} value={i18n.language} onChange={(event) => void chooseLanguage(event.target.value as Language)}>
      {languages.map((each) => (
        <option key={each} value={each} lang={each}>
          {t(`language.${each}`)}
        </option>
      ))}
    </select>
  );
}

const themes = ["system", "light", "dark"] as const;
type Theme = (typeof themes)[number];
const kept = localStorage.getItem("theme") as Theme | null;
const apply = (theme: Theme) => (document.documentElement.dataset.theme = theme);
apply(kept && themes.includes(kept) ? kept : "system");

export function ThemeChoice() {
  const { t } = useTranslation();
  const [theme, setTheme] = useState(document.documentElement.dataset.theme as Theme);
  const choose = (next: Theme) => {
    localStorage.setItem("theme", next);
    apply(next);
    setTheme(next);
  };
  return (
    <select aria-label={t("theme.choose")} value={theme} onChange={(event) => choose(event.target.value as Theme)}>
      {themes.map((each) => (
        <option key={each} value={each}>
          {t(`theme.${each}`)}
        </option>
      ))}
    </select>
  );
}
