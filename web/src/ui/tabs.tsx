// Tabs, and a heading that takes the focus.
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from "react";
import "./forms.css";

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
