// Whose prints are these, among those who are known here?
import { type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { post, type Schema } from "../../app/api";
import { useAct } from "../../app/use";
import { Problem, Waiting } from "../../ui/say";
import { Candidates } from "./Candidates";
import type { Step } from "./Capture";
import { useOfPrints } from "./ofPrints";
import { QualityList, Remarks } from "./Prints";
import { SearchWhy, UrgentNumber, useWhy, type Why } from "./SearchWhy";

export function Find({ samples, prints, file, setFile, done }: Step) {
  const { t } = useTranslation("officer");
  const [found, setFound] = useOfPrints<Schema["IdentifyAnswer"]>(prints);
  const { why, ...urgency } = useWhy(file);
  const search = useAct(async (_key, given: Why) => {
    setFound(null);
    const answer = await post<Schema["IdentifyAnswer"]>("/v1/identify", { samples: samples(), ...given });
    setFound(answer);
    done({ what: t("find.done"), outcome: t("find.outcome", { count: answer.candidates.length }), file: answer.case_reference ?? file.trim(), receipt: answer.receipt });
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    void search.run(why(new FormData(event.currentTarget)));
  };
  return (
    <>
      <form onSubmit={submit} aria-label={t("find.title")}>
        <p>{t("find.what")}</p>
        <SearchWhy file={file} setFile={setFile} {...urgency} />
        <Problem of={search.problem} />
        <button className="first" disabled={search.busy}>
          {t("find.do")}
        </button>
      </form>
      {search.busy && <Waiting />}
      <div role="status">
        {found && (
          <section className="result" aria-label={t("find.result")}>
            <UrgentNumber of={found.case_reference} />
            <h3>{found.candidates.length > 0 ? t("find.found", { count: found.candidates.length }) : t("find.nobody")}</h3>
            <p>{found.candidates.length > 0 ? t("find.hint") : t("find.nobody_hint")}</p>
            {found.position_doubted && <p className="note">{t("find.position_doubted")}</p>}
            {found.candidates.length > 0 && <Candidates of={found.candidates} caption={t("find.caption")} />}
            <QualityList of={found.quality} />
            <Remarks leftOut={found.left_out} remarks={found.remarks} />
          </section>
        )}
      </div>
    </>
  );
}
