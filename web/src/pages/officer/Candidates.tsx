// Whom a search found. A score is a machine's hint; what it means is said in numbers of searches.
import { useTranslation } from "react-i18next";
import type { Schema } from "../../app/api";
import { number } from "../../app/i18n";
import { Table } from "../../ui/say";
import { useWords } from "../../ui/words";

const rarest = 1e9; // what is claimed beyond nobody has tried (docs/developers.md)

// Of 1,000 searches so many; where that is less than one, of the first power of ten that has one.
export function useRarity() {
  const { t } = useTranslation("officer");
  return (rate: number, what: "searches" | "comparisons") => {
    const of = rate >= 0.001 ? 1000 : Math.min(rarest, 10 ** Math.ceil(Math.log10(1 / Math.max(rate, 1 / rarest))));
    const times = rate * of;
    const about = times >= 10 ? number(Math.round(times)) : times >= 1 ? number(Math.round(times * 10) / 10) : "";
    return about ? t(`rarity.${what}`, { of: number(of), times: about }) : t(`rarity.${what}_rarer`, { of: number(of) });
  };
}

// Another tab of the browser: the prints of this page live in its memory alone.
export function PersonLink({ id }: { id: string }) {
  const { t } = useTranslation("officer");
  return (
    <a href={`/persons/${encodeURIComponent(id)}`} target="_blank" rel="noopener noreferrer">
      {id} <small>({t("other_tab")})</small>
    </a>
  );
}

export function Candidates({ of, caption }: { of: Schema["Candidate"][]; caption: string }) {
  const { t } = useTranslation("officer");
  const { place } = useWords();
  const rarity = useRarity();
  return (
    <Table
      caption={caption}
      head={[t("found.person"), t("found.meaning"), t("found.score"), t("found.fingers")]}
      rows={of.map((each) => ({
        key: each.person_id + each.encounter_id,
        cells: [
          <PersonLink id={each.person_id} />,
          rarity(each.expected_false, "searches"),
          number(Math.round(each.score)),
          <ul className="bare">
            {each.fingers.map((finger, i) => (
              <li key={i}>
                {finger.probe === finger.reference ? place(finger.probe) : t("found.as", { probe: place(finger.probe), reference: place(finger.reference) })} ({number(Math.round(finger.score))})
                {finger.repeated && <small> {t("found.repeated")}</small>}
              </li>
            ))}
          </ul>,
        ],
      }))}
    />
  );
}
