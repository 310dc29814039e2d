// An agreement as people read it. What is not of the shape that is known is shown as it stands, and said to be so: nothing
// in a text goes unseen, and nothing in it says more than it is.
import { useTranslation } from "react-i18next";
import i18next from "i18next";
import { number } from "../../app/i18n";
import { Facts, Tag } from "../../ui/say";
import { countriesOf, partsOf, signersOf, unknownName, type Line, type Part, type Value } from "./terms";
import { seen, type Members } from "./agreementFile";

const longFrom = 240;

// Somebody's words or bytes: nothing within can move what stands beside it, or push it off the screen.
export function Said({ text, of }: { text: string; of: string }) {
  const { t } = useTranslation("agreements");
  const shown = seen(text);
  if (shown.length <= longFrom) return <bdi>{shown}</bdi>;
  return (
    <span className="long" tabIndex={0} role="group" aria-label={t("long", { of, count: text.length, number: number(text.length) })}>
      <bdi>{shown}</bdi>
    </span>
  );
}

// Days of an agreement begin in universal time, wherever its reader is.
const inUtc = (iso: string) =>
  new Intl.DateTimeFormat(i18next.language, { dateStyle: "medium", timeZone: "UTC", ...(iso.length > 10 && !iso.includes("T00:00:00") ? { timeStyle: "medium" as const } : {}) }).format(new Date(iso));

export function useShown() {
  const { t } = useTranslation(["agreements", "supervisor"]);
  const ofLine = (line: Line) => (line.label === null ? unknownName(line) : t(`line.${line.label}`));
  const list = (of: Value & { is: "names" }, all: string[]) => all.map((each) => (of.of ? t(`words:${of.of}.${each}`) : seen(each))).join(", ");
  const value = (of: Value | undefined, line: Line) => {
    if (!of) return <span className="quiet">{t("not_said")}</span>;
    switch (of.is) {
      case "number":
        return of.unit === "minutes" ? t("unit.minutes", { hours: number(of.n / 60) }) : t(`unit.${of.unit}`, { count: of.n, number: number(of.n) });
      case "flag":
        return t(`flag.${line.label ?? ""}_${of.yes ? "yes" : "no"}`);
      case "names":
        return of.names.length === 0 ? t("release_nothing") : list(of, of.names);
      case "numbers":
        return of.numbers.join(", ");
      case "time":
        return `${inUtc(of.iso)} (${of.iso})`;
      case "text":
        return /_key$|sha256$/.test(line.key) ? <span className="digest">{of.text}</span> : <Said text={of.text} of={ofLine(line)} />;
      case "missing":
        return <Tag kind="bad">{t("missing")}</Tag>;
      case "unreadable":
        return (
          <>
            <Tag kind="bad">{line.label === null ? t("no_words") : t("unreadable")}</Tag> <Said text={of.raw} of={ofLine(line)} />
          </>
        );
    }
  };
  const part = (of: Part) => {
    const name = of.kind === "general" ? t("part.general") : of.kind === "clause" ? clause(of) : of.kind === "party" ? t("part.party", { country: seen(of.name ?? "?").slice(0, longFrom) }) : t(`line.${of.name ?? ""}`);
    return of.twice ? t("part.twice", { name }) : name;
  };
  const clause = (of: Part) => {
    const known = of.lines.find((line) => line.key === "purpose")?.value;
    return known?.is === "names" ? t(`words:purpose.${known.names[0] ?? ""}`) : t("part.no_purpose");
  };
  return { value, ofLine, part, list };
}

export function AgreementText({ of, country }: { of: Members; country: string }) {
  const { t } = useTranslation("agreements");
  const shown = useShown();
  const signers = signersOf(of);
  return (
    <div>
      {!countriesOf(of).includes(country) && <p className="problem">{t("not_ours", { country })}</p>}
      {signers ? <p>{t("signers", { countries: signers.map((each) => seen(each).slice(0, longFrom)).join(", ") })}</p> : <p className="problem">{t("not_signed")}</p>}
      {partsOf(of).map((part) => (
        <div key={part.key} className={part.kind === "general" ? "" : "says"}>
          {part.kind !== "general" && <h4>{shown.part(part)}</h4>}
          <Facts of={part.lines.filter((line) => part.twice || line.key !== "purpose" || line.value.is !== "names").map((line) => [shown.ofLine(line), shown.value(line.value, line)])} />
        </div>
      ))}
    </div>
  );
}
