// Whether both give and get alike: what is left of the day's questions, and what went which way in a month.
import { useTranslation } from "react-i18next";
import { get, type Schema } from "../../app/api";
import { day, number } from "../../app/i18n";
import { useRead } from "../../app/use";
import { Problem, Table, Waiting } from "../../ui/say";

type Quotas = Schema["Agreement"]["quotas"];
type Way = { agreement: string; purpose: string; asking: string; answering: string; asked: number; refused: number; released: number };

function Part({ of, most, label }: { of: number; most: number; label: string }) {
  return (
    <>
      {label} <meter className="part" min={0} max={Math.max(most, 1)} value={Math.min(of, most)} aria-label={label} />
    </>
  );
}

export function QuotasLeft({ of, id }: { of: Quotas; id: string }) {
  const { t } = useTranslation(["supervisor", "words"]);
  if (of.length === 0) return null;
  return (
    <Table
      caption={t("agreements.quotas_of", { id })}
      head={[t("agreements.purpose"), t("agreements.asking"), t("agreements.quota")]}
      rows={of.map((each) => ({
        key: `${each.purpose} ${each.asking}`,
        cells: [
          t(`words:purpose.${each.purpose}`),
          each.asking,
          <Part of={each.used} most={each.of} label={t("agreements.used", { used: number(each.used), of: number(each.of) })} />,
        ],
      }))}
    />
  );
}

export function ExchangedWays() {
  const { t } = useTranslation(["supervisor", "words"]);
  const read = useRead((signal) => get<{ since: string; ways: Way[] }>("/v1/exchanged", undefined, signal), []);
  const most = Math.max(1, ...(read.value?.ways ?? []).map((each) => each.asked));
  return (
    <section aria-labelledby="exchanged">
      <h2 id="exchanged">{t("agreements.exchanged")}</h2>
      <Problem of={read.problem} again={read.again} />
      {!read.value && read.busy && <Waiting />}
      {read.value && (
        <>
          <p>{t("agreements.exchanged_help", { since: day(read.value.since) })}</p>
          <Table
            caption={t("agreements.exchanged_since", { since: day(read.value.since) })}
            head={[t("agreements.way"), t("agreements.purpose"), t("agreements.asked"), t("agreements.refused"), t("agreements.released")]}
            empty={t("agreements.exchanged_none")}
            rows={read.value.ways.map((each) => ({
              key: `${each.agreement} ${each.purpose} ${each.asking}`,
              cells: [
                `${each.asking} → ${each.answering} (${each.agreement})`,
                t(`words:purpose.${each.purpose}`, { defaultValue: each.purpose }),
                <Part of={each.asked} most={most} label={number(each.asked)} />,
                <Part of={each.refused} most={each.asked} label={number(each.refused)} />,
                <Part of={each.released} most={each.asked} label={number(each.released)} />,
              ],
            }))}
          />
        </>
      )}
    </section>
  );
}
