// What was done, for paper: an act, its file, and the entry of the log that stands behind it.
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "../../app/api";
import { dateTime, number } from "../../app/i18n";
import { useSession } from "../../app/session";
import { Facts } from "../../ui/say";

export type Done = { what: string; outcome: string; file?: string; when: string; receipt: Schema["Receipt"] };

function Receipt({ of }: { of: Done }) {
  const { t } = useTranslation(["officer", "frame"]);
  const { me } = useSession();
  const card = useRef<HTMLLIElement>(null);
  const printThis = () => {
    const here = card.current;
    if (!here) return;
    here.classList.add("printed");
    document.body.classList.add("one-receipt");
    print();
    document.body.classList.remove("one-receipt");
    here.classList.remove("printed");
  };
  return (
    <li ref={card} className="card receipt">
      <h3>{of.what}</h3>
      <Facts
        of={[
          [t("receipt.outcome"), of.outcome],
          [t("receipt.when"), dateTime(of.when)],
          [t("receipt.who"), `${me?.user ?? ""} · ${me?.country ?? ""}`],
          [t("receipt.file"), of.file],
          [t("receipt.index"), number(of.receipt.index)],
          [t("receipt.log_size"), number(of.receipt.log_size)],
        ]}
      />
      <button type="button" onClick={printThis}>
        {t("frame:print")}
      </button>
    </li>
  );
}

export function Receipts({ of }: { of: Done[] }) {
  const { t } = useTranslation("officer");
  if (of.length === 0) return null;
  return (
    <section aria-labelledby="receipts" className="receipts">
      <h2 id="receipts">{t("receipt.title")}</h2>
      <ul>
        {of.map((each) => (
          <Receipt key={`${each.receipt.index} ${each.what}`} of={each} />
        ))}
      </ul>
    </section>
  );
}
