import { useTranslation } from "react-i18next";
import type { Refusal } from "../../app/api";

// Of a case that somebody else, or the same examiner in another tab, has gone on with. What was marked and written here
// stays until it is opened again.
export function OpenAgain({ of, again }: { of: Refusal; again(): void }) {
  const { t } = useTranslation("examiner");
  if (of.status !== 403 && of.status !== 409) return null;
  return (
    <p>
      {t("view.may_have_changed")}{" "}
      <button type="button" onClick={again}>
        {t("view.open_again")}
      </button>
    </p>
  );
}
