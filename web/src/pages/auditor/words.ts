// Names that the node uses, in words. A name that this console does not know yet is shown as it is.
import { useTranslation } from "react-i18next";
import type { Schema } from "../../app/api";
import { useWords as useCommonWords } from "../../ui/words";
import { doneBy, events } from "./events";

export const isEvent = (name: string): name is Schema["Event"] => (events as string[]).includes(name);

export function useWords() {
  const { t, i18n } = useTranslation(["auditor", "frame"]);
  const { reason, purpose, element } = useCommonWords();
  const word = (group: string, name: string) => (i18n.exists(`${group}.${name}`) ? t(`${group}.${name}`) : name);
  return {
    reason,
    purpose,
    element,
    event: (name: string, by: string) => (isEvent(name) ? t(`auditor:event.${name}`, { by }) : t("auditor:event_other", { by })),
    // As it stands in lists of events, where no entry says who did it.
    eventOfAnybody: (name: Schema["Event"]) => t(`auditor:event.${name}`, { by: t(`auditor:log.anybody.${doneBy[name]}`) }),
    member: (name: string) => word("auditor:member", name),
    // Who did something, as an entry's details have it: a user, a country, or the node.
    who: (by: unknown) => {
      if (typeof by !== "string" || by === "") return t("auditor:log.by_erased");
      if (by === "the node itself" || by === "node") return t("auditor:log.by_node");
      const [, country] = /^partner ([A-Z]{3})$/.exec(by) ?? [];
      return country ? t("auditor:log.by_partner", { country }) : by;
    },
  };
}
