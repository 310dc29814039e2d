import { useTranslation } from "react-i18next";
import { nodeTime, useClockAhead } from "./clock";
import { dateTime } from "./i18n";

// That this computer's clock is not the node's, and that it does not count.
export function ClockNote() {
  const { t } = useTranslation();
  const ahead = useClockAhead();
  return (
    <div role="status">
      {ahead !== 0 && <p className="note">{t("clock.differs", { here: dateTime(new Date().toISOString()), node: dateTime(nodeTime()) })}</p>}
    </div>
  );
}
