// The second person's page: what would leave, what speaks against it, what to weigh; then the decision.
import { useEffect, useRef, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { get, post, type Schema } from "../../app/api";
import { dateTime, day, number } from "../../app/i18n";
import { useAct, useRead } from "../../app/use";
import { Facts, Field, Problem, Said, TimeLeft, Waiting, Words } from "../../ui/say";
import { useWords } from "../auditor/words";
import { CaseTag } from "./Releases";
import "./supervisor.css";

type Case = Schema["Case"];
type Card = Schema["ReleaseCard"];
type Decision = { decision: "release" | "hold_back"; facts: string; offence?: string };

const investigations: Case["purpose"][] = ["trafficking_investigation", "serious_crime_investigation"];

function Leaving({ of }: { of: Card }) {
  const { t } = useTranslation("supervisor");
  const words = useWords();
  if (of.elements.length === 0) return <p>{t("card.nothing_but_yes", { country: of.case.partner })}</p>;
  return (
    <ul className="leaves">
      {of.elements.map((each) => (
        <li key={each}>{words.element(each)}</li>
      ))}
    </ul>
  );
}

function Weigh({ of }: { of: Card }) {
  const { t, i18n } = useTranslation("supervisor");
  const doubts = of.case.doubts ?? [];
  const word = (group: string, name: string) => (i18n.exists(`supervisor:${group}.${name}`) ? t(`${group}.${name}`) : name);
  if (of.risks.length + doubts.length + of.same_hand.length === 0) return <p>{t("card.nothing_to_weigh")}</p>;
  return (
    <>
      <dl className="weigh">
        {doubts.map((each) => (
          <div key={each}>
            <dt>{word("doubt", each)}</dt>
            <dd>{word("doubt_help", each)}</dd>
          </div>
        ))}
        {of.risks.map((each) => (
          <div key={each}>
            <dt>{word("risk", each)}</dt>
            <dd>{word("risk_help", each)}</dd>
          </div>
        ))}
      </dl>
      {of.same_hand.length > 0 && (
        <>
          <h3>{t("card.same_hand")}</h3>
          <p>{t("card.same_hand_help")}</p>
          <ul className="mark-list">
            {of.same_hand.map((each) => (
              <li key={each.person_id}>
                {each.person_id}: {each.risks.length === 0 ? t("card.no_risk_of_its_own") : each.risks.map((risk) => word("risk", risk)).join("; ")}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Grounds({ of }: { of: Case }) {
  const { t } = useTranslation("supervisor");
  const grounds = of.grounds;
  if (!grounds) return <p>{t("card.no_grounds")}</p>;
  const order = grounds.order;
  return (
    <Facts
      of={[
        [t("card.legal_basis"), grounds.legal_basis],
        [t("card.category"), grounds.subject_category && t(`words:category.${grounds.subject_category}`)],
        [t("card.aim"), grounds.aim && t(`words:aim.${grounds.aim}`)],
        [t("card.urgency"), grounds.urgency && t(`urgency.${grounds.urgency}`)],
        [t("card.age"), grounds.age === undefined ? undefined : t("card.years", { count: grounds.age })],
        [t("card.order"), order && t("card.order_words", { number: order.number, court: order.court, from: order.date, until: order.expires })],
      ]}
    />
  );
}

function Verdicts({ of }: { of: Case }) {
  const { t } = useTranslation("supervisor");
  if (!of.verdicts) return <p>{t("card.no_verdicts")}</p>;
  return (
    <>
      {of.verdicts.map((each) => (
        <div key={each.examiner} className="says">
          <p>
            <strong>
              {each.examiner}: {t(`verdict.${each.verdict}`)}
            </strong>
            , {dateTime(each.given)}
            {each.marks && each.marks.length > 0 && <>. {t("card.marks", { counts: each.marks.map(number).join(", ") })}</>}
          </p>
          <p>
            <q>
              <Said>{each.reasons}</Said>
            </q>
          </p>
        </div>
      ))}
    </>
  );
}

// Says again, before it happens, what leaves to whom.
function ConfirmRelease({ card, busy, release, back }: { card: Card; busy: boolean; release(): void; back(): void }) {
  const { t } = useTranslation(["supervisor", "frame"]);
  const words = useWords();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const country = card.case.partner;
  const elements = card.elements.map(words.element).join(", ");
  return (
    <section className="card confirm-step no-print" aria-labelledby="confirm-release">
      <h2 id="confirm-release" tabIndex={-1} ref={heading}>
        {t("card.confirm_title", { country })}
      </h2>
      <Leaving of={card} />
      {card.retention_until && <p>{t("card.kept_until", { country, day: day(card.retention_until) })}</p>}
      <p>{t("card.confirm_help", { country })}</p>
      <div className="row">
        <button type="button" className="danger" disabled={busy} onClick={release}>
          {elements ? t("card.confirm_do", { country, elements }) : t("card.confirm_do_yes", { country })}
        </button>
        <button type="button" onClick={back}>
          {t("card.back")}
        </button>
      </div>
    </section>
  );
}

function Decide({ card, decided, openAgain }: { card: Card; decided(to: Case): void; openAgain(): void }) {
  const { t } = useTranslation(["supervisor", "frame"]);
  const [choice, setChoice] = useState<Decision["decision"] | "">("");
  const [waits, setWaits] = useState<Decision | null>(null); // for the second button
  const of = card.case;
  const decide = useAct(async (key, body: Decision) => {
    decided(await post<Case>(`/v1/cases/${encodeURIComponent(of.case_id)}/release`, body, key));
  });
  const investigates = investigations.includes(of.purpose);
  const releasable = of.state === "confirmed" && card.against.length === 0;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const offence = String(form.get("offence") ?? "").trim();
    const body: Decision = {
      decision: form.get("decision") === "release" ? "release" : "hold_back",
      facts: String(form.get("facts")).trim(),
      ...(offence ? { offence } : {}),
    };
    decide.clear();
    if (body.decision === "release") setWaits(body);
    else void decide.run(body);
  };
  return (
    <>
      {decide.problem && (
        <>
          <Problem of={decide.problem} />
          {(decide.problem.status === 403 || decide.problem.status === 409) && (
            <p>
              {t("card.may_have_changed")}{" "}
              <button type="button" onClick={() => (decide.clear(), openAgain())}>
                {t("card.open_again")}
              </button>
            </p>
          )}
        </>
      )}
      {/* The form stays under the second step, so that going back loses nothing that was written. */}
      <form className="card no-print" onSubmit={submit} hidden={waits !== null} aria-label={t("card.decide")}>
        <h2>{t("card.decide")}</h2>
        {of.state === "cleared" && <p>{t("card.take_back_help")}</p>}
        {card.against.length > 0 && <p>{t("card.against_help")}</p>}
        <fieldset>
          <legend>{t("card.decision")}</legend>
          {releasable && (
            <label className="choice">
              <input type="radio" name="decision" value="release" required checked={choice === "release"} onChange={() => setChoice("release")} />
              <span>{t("card.release", { country: of.partner })}</span>
            </label>
          )}
          <label className="choice">
            <input type="radio" name="decision" value="hold_back" required checked={choice === "hold_back"} onChange={() => setChoice("hold_back")} />
            <span>{of.state === "cleared" ? t("card.take_back") : t("card.hold_back", { country: of.partner })}</span>
          </label>
        </fieldset>
        <Field label={t("card.facts")} help={t("card.facts_help")}>
          <Words lines name="facts" required minLength={10} />
        </Field>
        {investigates && (
          <Field label={t("card.offence")} help={t("card.offence_help")}>
            <Words name="offence" required={choice === "release"} className="wide" />
          </Field>
        )}
        <button className="first" disabled={decide.busy}>
          {choice === "release" ? t("card.go_on") : t("card.do_hold_back")}
        </button>
      </form>
      {waits && <ConfirmRelease card={card} busy={decide.busy} release={() => void decide.run(waits).then((did) => did || setWaits(null))} back={() => setWaits(null)} />}
    </>
  );
}

function Decided({ to }: { to: Case }) {
  const { t } = useTranslation(["supervisor", "frame"]);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section className="card" aria-labelledby="decided">
      <h2 id="decided" tabIndex={-1} ref={heading}>
        {t("card.decided")}
      </h2>
      <p role="status">
        <CaseTag state={to.state} /> {t(`state_help.${to.state}`, { country: to.partner })}
      </p>
      <Facts
        of={[
          [t("card.releaser"), to.releaser],
          [t("card.cleared"), to.cleared && dateTime(to.cleared)],
          [t("card.facts"), to.facts],
          [t("card.offence"), to.offence],
        ]}
      />
      <button type="button" onClick={() => print()}>
        {t("frame:print")}
      </button>
    </section>
  );
}

export function ReleaseCard({ case_id = "" }: Record<string, string>) {
  const { t } = useTranslation(["supervisor", "frame"]);
  const words = useWords();
  const [decided, setDecided] = useState<Case | null>(null);
  const read = useRead((signal) => get<Card>(`/v1/cases/${encodeURIComponent(case_id)}/card`, undefined, signal), [case_id]);
  const card = read.value;
  const of = decided ?? card?.case;
  return (
    <>
      <p className="no-print">
        <Link href="/releases">{t("card.all")}</Link>
      </p>
      <h1>
        {t("card.title")} <small>{case_id}</small>
      </h1>
      <Problem of={read.problem} again={read.again} />
      {read.busy && <Waiting />}
      {decided && <Decided to={decided} />}
      {card && of && (
        <>
          <Facts
            of={[
              [t("releases.state"), <CaseTag state={of.state} />],
              [t("releases.partner"), of.partner],
              [t("releases.purpose"), t(`words:purpose.${of.purpose}`)],
              [t("releases.file"), of.partner_case_reference],
              [t("card.opened"), dateTime(of.opened)],
              [t("card.verdict_since"), of.decided && dateTime(of.decided)],
              [t("releases.time"), of.state === "confirmed" ? <TimeLeft until={of.expires} /> : undefined],
            ]}
          />
          {card.against.length > 0 && (
            <section className="problem">
              <h2>{t("card.against")}</h2>
              <ul className="mark-list">
                {card.against.map((each) => (
                  <li key={each}>{words.reason(each)}</li>
                ))}
              </ul>
            </section>
          )}
          {(of.state === "confirmed" || (decided && ["cleared", "released"].includes(of.state))) && card.against.length === 0 && (
            <section>
              <h2>{t("card.leaves", { country: of.partner })}</h2>
              <Leaving of={card} />
              {card.retention_until && <p>{t("card.kept_until", { country: of.partner, day: day(card.retention_until) })}</p>}
            </section>
          )}
          {card.case.state === "confirmed" && (
            <section>
              <h2>{t("card.weigh")}</h2>
              <Weigh of={card} />
            </section>
          )}
          <section>
            <h2>{t("card.verdicts")}</h2>
            <Verdicts of={of} />
          </section>
          <section>
            <h2>{t("card.grounds")}</h2>
            <Grounds of={of} />
          </section>
          {!decided && of.releaser && (
            <section>
              <h2>{t("card.earlier")}</h2>
              <p>{t(`state_help.${of.state}`, { country: of.partner })}</p>
              <Facts
                of={[
                  [t("card.releaser"), of.releaser],
                  [t("card.cleared"), of.cleared && dateTime(of.cleared)],
                  [t("card.facts"), of.facts],
                  [t("card.offence"), of.offence],
                ]}
              />
            </section>
          )}
          {!decided && (of.state === "confirmed" || of.state === "cleared") && (
            <Decide
              card={card}
              openAgain={read.again}
              decided={(to) => {
                setDecided(to);
                if (to.state === "withdrawn") read.again(); // the card then says why
              }}
            />
          )}
          {!decided && (
            <button type="button" onClick={() => print()}>
              {t("frame:print")}
            </button>
          )}
        </>
      )}
    </>
  );
}
