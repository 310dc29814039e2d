// Texts of each area lie in locales/LANGUAGE/AREA.json. English says which there are: a Spanish file that lacks one does
// not compile, and a test finds one more, or one that was not translated.
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type { Texts } from "../locales/en";
import { isolated } from "./foreign";
import frameInEnglish from "../locales/en/frame.json";
import frameInSpanish from "../locales/es/frame.json";

export const languages = ["es", "en"] as const;
export type Language = (typeof languages)[number];

function preferred(): Language {
  const kept = localStorage.getItem("language");
  if (kept === "es" || kept === "en") return kept;
  return navigator.language.toLowerCase().startsWith("es") ? "es" : "en";
}

// The frame's come with the page; those of the areas when somebody is signed in.
const frame: Record<Language, typeof frameInEnglish> = { en: frameInEnglish, es: frameInSpanish };
const load: Record<Language, () => Promise<{ default: Texts }>> = {
  en: () => import("../locales/en"),
  es: () => import("../locales/es"),
};
const loaded = new Map<Language, Promise<void>>();

export function areasIn(language: Language): Promise<void> {
  const begun = loaded.get(language);
  if (begun) return begun;
  const read = load[language]().then(
    (texts) => {
      for (const [area, its] of Object.entries(texts.default)) i18next.addResourceBundle(language, area, its);
    },
    (failure: unknown) => {
      loaded.delete(language); // the link may be back the next time
      throw failure;
    },
  );
  loaded.set(language, read);
  return read;
}

export async function chooseLanguage(language: Language) {
  if (loaded.size > 0) await areasIn(language);
  localStorage.setItem("language", language);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}

void i18next.use(initReactI18next).init({
  lng: preferred(),
  fallbackLng: false,
  resources: { en: { frame: frame.en }, es: { frame: frame.es } },
  defaultNS: "frame",
  interpolation: { escapeValue: true, escape: isolated }, // React escapes what is code
});
document.documentElement.lang = i18next.language;

// Words that begin a sentence, or stand alone; texts have them as they stand within one.
export const capital = (words: string) => words.charAt(0).toLocaleUpperCase(i18next.language) + words.slice(1);

export const dateTime = (iso: string) =>
  new Intl.DateTimeFormat(i18next.language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));
export const day = (iso: string) => new Intl.DateTimeFormat(i18next.language, { dateStyle: "medium" }).format(new Date(iso));
export const number = (value: number) => new Intl.NumberFormat(i18next.language).format(value);
