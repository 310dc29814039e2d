// Are these the prints of that one person?
import { type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { post, type Schema } from "../../app/api";
import { number } from "../../app/i18n";
import { useAct } from "../../app/use";
import { Field, Problem, Tag, Waiting } from "../../ui/say";
import { useWords } from "../../ui/words";
import { PersonLink, useRarity } from "./Candidates";
import type { Step } from "./Capture";
import { useOfPrints } from "./ofPrints";
import { idPattern } from "./fields";
import { SearchWhy, UrgentNumber, useWhy, type Why } from "./SearchWhy";

export function VerifyPerson({ samples, prints, file, setFile, done }: Step) {
  const { t } = useTranslation("officer");
  const { place } = useWords();
  const rarity = useRarity();
  const [found, setFound] = useOfPrints<{ id: string; answer: Schema["VerifyAnswer"] }>(prints);
  const { why, ...urgency } = useWhy(file);
  const verify = useAct(async (_key, id: string, given: Why) => {
    setFound(null);
    const answer = await post<Schema["VerifyAnswer"]>(`/v1/persons/${encodeURIComponent(id)}/verify`, {
      samples: samples(),
      ...given,
    });
    setFound({ id, answer });
    done({ what: t("verify.done", { id }), outcome: answer.match ? t("verify.match") : t("verify.no_match"), file: answer.case_reference ?? file.trim(), receipt: answer.receipt });
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void verify.run(String(form.get("person")).trim(), why(form));
  };
  return (
    <>
      <form onSubmit={submit} aria-label={t("verify.title")}>
        <p>{t("verify.what")}</p>
        <Field label={t("field.person")} help={t("field.person_help")}>
          <input name="person" required pattern={idPattern} maxLength={64} autoComplete="off" spellCheck={false} />
        </Field>
        <SearchWhy file={file} setFile={setFile} {...urgency} />
        <Problem of={verify.problem} />
        <button className="first" disabled={verify.busy}>
          {t("verify.do")}
        </button>
      </form>
      {verify.busy && <Waiting />}
      <div role="status">
        {found && (
          <section className="result" aria-label={t("verify.result")}>
            <UrgentNumber of={found.answer.case_reference} />
            <h3>
              <Tag kind={found.answer.match ? "good" : "odd"}>{found.answer.match ? t("verify.match") : t("verify.no_match")}</Tag> <PersonLink id={found.id} />
            </h3>
            <p>{rarity(found.answer.false_match_rate, "comparisons")}</p>
            <p>{found.answer.match ? t("verify.match_hint") : t("verify.no_match_hint")}</p>
            <ul>
              {found.answer.fingers.map((each, i) => (
                <li key={i}>
                  {place(each.position)}: {t("found.score")} {number(Math.round(each.score))}
                  {each.repeated && <small> {t("found.repeated")}</small>}
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </>
  );
}
