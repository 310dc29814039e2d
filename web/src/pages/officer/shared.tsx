// What the officer's and the examiner's pages share: words for the node's names, tabs, refusals.
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Refusal } from "../../app/api";
import { calm } from "../../app/foreign";
import { Problem } from "../../ui/say";
import { countryName } from "./countries";
import "./officer.css";
import { sentences } from "./sentences";

// A name that these texts do not have is shown as it is, blanks for underscores: a newer node may know more.
export function useWords() {
  const { t, i18n } = useTranslation(["officer", "frame"]);
  const of = (group: string) => (name: string) => t(`officer:${group}.${name}`, { defaultValue: name.toLowerCase().replaceAll("_", " ") });
  const country = (code: string) => {
    if (i18n.exists(`officer:of_documents.${code}`)) return t(`officer:of_documents.${code}`);
    return code === "every_country" ? t("officer:every_country") : countryName(code, i18n.language);
  };
  return {
    place: of("place"),
    purpose: of("purpose"),
    element: of("element"),
    reason: of("reason"),
    protection: of("protection"),
    category: of("category"),
    country,
    advice: (name: string) => t(`officer:advice.${name}`, { defaultValue: "" }),
    refusal: (name: string) => t(`officer:refusal.${name}`, { defaultValue: name.toLowerCase().replaceAll("_", " ") }),
  };
}

// A refusal in words of ours, where the node's sentence has a name that we know.
export function Refused({ of, again }: { of: Refusal | null; again?: () => void }) {
  const { t, i18n } = useTranslation(["officer", "frame"]);
  if (!of) return null;
  const named = of.message.match(/[a-z]+(?:_[a-z]+)+/g) ?? [];
  const said = Object.keys(sentences).filter((each) => of.message.includes(sentences[each] ?? ""));
  const known = [...new Set([...said, ...named, of.code])].filter((each) => i18n.exists(`officer:refusal.${each}`));
  const names = said.length > 0 ? said : known.slice(0, 1);
  if (names.length === 0 || of.status === 0 || of.status === 401 || of.status >= 500) return <Problem of={of} {...(again ? { again } : {})} />;
  return (
    <div role="alert" className="problem">
      <strong>{t("frame:problem.title")}</strong>
      {names.map((name) => (
        <p key={name}>{t(`officer:refusal.${name}`)}</p>
      ))}
      {of.message && (
        <details>
          <summary>{t("frame:problem.from_node")}</summary>
          <q lang="en">{calm(of.message)}</q>
        </details>
      )}
    </div>
  );
}

type Tab = { id: string; title: ReactNode };

// Arrows move among the tabs and Enter opens one: opening may be a look that stands in the log.
export function Tabs({ base, label, tabs, at, choose }: { base: string; label: string; tabs: Tab[]; at: string; choose(id: string): void }) {
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const all = [...event.currentTarget.querySelectorAll<HTMLButtonElement>("[role=tab]")];
    const here = all.indexOf(document.activeElement as HTMLButtonElement);
    const step: Record<string, number> = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: all.length - 1 };
    const to = step[event.key];
    if (to === undefined || here < 0) return;
    event.preventDefault();
    all[(to + all.length) % all.length]?.focus();
  };
  return (
    <div role="tablist" aria-label={label} className="tabs no-print" onKeyDown={onKeyDown}>
      {tabs.map((tab) => (
        <button
          key={tab.id}
          type="button"
          role="tab"
          id={`${base}-tab-${tab.id}`}
          aria-controls={`${base}-panel-${tab.id}`}
          aria-selected={tab.id === at}
          tabIndex={tab.id === at ? 0 : -1}
          onClick={() => choose(tab.id)}
        >
          {tab.title}
        </button>
      ))}
    </div>
  );
}

export function Panel({ base, id, at, children }: { base: string; id: string; at: string; children: ReactNode }) {
  return (
    <div role="tabpanel" id={`${base}-panel-${id}`} aria-labelledby={`${base}-tab-${id}`} hidden={id !== at} className="panel">
      {children}
    </div>
  );
}

// For a heading that appears by what the person just did, which would else be left nowhere.
export function useFocus(isWanted: boolean) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (isWanted) heading.current?.focus();
  }, [isWanted]);
  return heading;
}
