// The examiner's verdict. Nothing is chosen beforehand, and what it leads to is said before it is given.
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { post, type Schema } from "../../app/api";
import { useAct } from "../../app/use";
import { bytesOf } from "../../app/foreign";
import { Field, Problem, Said, Words } from "../../ui/say";
import { useFocus } from "../../ui/tabs";
import { OpenAgain } from "./OpenAgain";

type Choice = "confirm" | "reject" | "inconclusive";
const choices: Choice[] = ["confirm", "reject", "inconclusive"];
const needTwo: Schema["Purpose"][] = ["trafficking_investigation", "serious_crime_investigation"];

export function Verdict({ of, left, isOfNoValue, given, openAgain }: { of: Schema["Case"]; left: string[]; isOfNoValue: boolean; given(after: Schema["Case"]): void; openAgain(): void }) {
  const { t } = useTranslation(["examiner", "frame"]);
  const [choice, setChoice] = useState<Choice | null>(null);
  const [reasons, setReasons] = useState("");
  const [isAsking, setIsAsking] = useState(false);
  const [wasAsked, setWasAsked] = useState(false);
  const asking = useFocus(isAsking);
  const form = useFocus(wasAsked && !isAsking);
  const give = useAct(async (key: string) => {
    given(await post<Schema["Case"]>(`/v1/cases/${encodeURIComponent(of.case_id)}/verdict`, { verdict: choice, reasons: reasons.trim() }, key));
  });
  const mayNotConfirm = of.doubts?.includes("several_people") ? t("give.several_people") : isOfNoValue ? t("give.no_value") : "";
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    give.clear();
    if (!choice) return;
    setIsAsking(true);
    setWasAsked(true);
  };
  const run = async () => {
    if (!(await give.run())) setIsAsking(false);
  };
  const isLong = bytesOf(reasons.trim()) > 512;
  if (isAsking && choice)
    return (
      <section className="card no-print" aria-label={t("give.sure")}>
        <h2 ref={asking} tabIndex={-1}>
          {t("give.sure")}
        </h2>
        <p>
          <strong>{t(`verdict.${choice}`)}</strong>
        </p>
        <blockquote>
          <Said>{reasons}</Said>
        </blockquote>
        <p>{needTwo.includes(of.purpose) ? t(`give.next_two.${choice}`) : t(`give.next.${choice}`)}</p>
        <p>{t("give.final")}</p>
        <div className="row">
          <button type="button" className="first" disabled={give.busy} onClick={() => void run()}>
            {t("give.now")}
          </button>
          <button type="button" onClick={() => setIsAsking(false)}>
            {t("give.back")}
          </button>
        </div>
      </section>
    );
  return (
    <form className="card no-print" onSubmit={submit} aria-label={t("give.title")}>
      <h2 ref={form} tabIndex={-1}>
        {t("give.title")}
      </h2>
      <Problem of={give.problem} />
      {give.problem && <OpenAgain of={give.problem} again={openAgain} />}
      {left.length > 0 && <p className="note">{t("give.look_first", { prints: left.join(", ") })}</p>}
      <fieldset>
        <legend>{t("give.which")}</legend>
        {choices.map((each) => (
          <label key={each} className="choice">
            <input
              type="radio"
              name="verdict"
              required
              checked={choice === each}
              disabled={each === "confirm" && mayNotConfirm !== ""}
              onChange={() => setChoice(each)}
            />
            <span>
              {t(`verdict.${each}`)}
              <small>{each === "confirm" && mayNotConfirm ? mayNotConfirm : t(`give.means.${each}`)}</small>
            </span>
          </label>
        ))}
      </fieldset>
      <Field label={t("frame:reasons")} help={isLong ? t("frame:too_long") : t("give.reasons_help")}>
        <Words lines required minLength={10} value={reasons} onChange={setReasons} />
      </Field>
      <button className="first" disabled={left.length > 0 || isLong}>
        {t("give.do")}
      </button>
    </form>
  );
}
