// Whether examiners can tell: what each made of seeded cases, whose truth is known.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { get, post, type Schema } from "../../app/api";
import { dateTime, number } from "../../app/i18n";
import { useSession } from "../../app/session";
import { useRead } from "../../app/use";
import { Problem, Table, Tag, Waiting } from "../../ui/say";
import { ReasonsForm } from "./shared";
import "./supervisor.css";

type Report = Schema["PracticeReport"];
type Outcomes = Schema["PracticeOutcomes"];

const width = 160;
const height = 20;
const margin = 4;

// The numbers stand beside it, so it says nothing to whoever listens.
function Interval({ of }: { of: Outcomes["error_rate"] }) {
  const at = (share: number) => margin + share * (width - 2 * margin);
  const middle = height / 2;
  return (
    <svg className="interval" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <line className="axis" x1={at(0)} x2={at(1)} y1={middle} y2={middle} />
      {[0, 0.5, 1].map((share) => (
        <line key={share} className="end" x1={at(share)} x2={at(share)} y1={2} y2={height - 2} />
      ))}
      <line className="range" x1={at(of.low)} x2={at(of.high)} y1={middle} y2={middle} />
      {of.of > 0 && <circle className="point" cx={at(of.errors / of.of)} cy={middle} r={4} />}
    </svg>
  );
}

function Rate({ of }: { of: Outcomes["error_rate"] }) {
  const { t } = useTranslation("supervisor");
  if (of.of === 0) return <>{t("practice.nothing_decided")}</>;
  const percent = (share: number) => number(Math.round(share * 1000) / 10);
  return (
    <>
      <Interval of={of} /> {t("practice.rate", { errors: number(of.errors), of: number(of.of), low: percent(of.low), high: percent(of.high) })}
    </>
  );
}

export function Practice() {
  const { t } = useTranslation(["supervisor", "frame"]);
  const { me } = useSession();
  const read = useRead((signal) => get<Report>("/v1/practice", undefined, signal), []);
  const [renewing, setRenewing] = useState<string | null>(null);
  const may = me?.may.includes("renew_certificate") ?? false;
  const cells = (of: Outcomes) => [
    t("practice.of_wrong", { wrong: number(of.confirmed_non_mates), of: number(of.non_mates) }),
    t("practice.of_wrong", { wrong: number(of.rejected_mates), of: number(of.mates) }),
    number(of.undecided),
    <Rate of={of.error_rate} />,
  ];
  return (
    <>
      <h1>{t("practice.title")}</h1>
      <p>{t("practice.lead")}</p>
      <Problem of={read.problem} again={read.again} />
      {!read.value && read.busy && <Waiting />}
      {renewing && (
        <ReasonsForm
          key={renewing}
          title={t("practice.renew_of", { examiner: renewing })}
          submit={t("practice.renew")}
          act={(key, reasons) => post(`/v1/practice/examiners/${encodeURIComponent(renewing)}/renewal`, { reasons }, key)}
          cancel={() => setRenewing(null)}
          done={() => {
            setRenewing(null);
            read.again();
          }}
        >
          <p>{t("practice.renew_help")}</p>
        </ReasonsForm>
      )}
      {read.value && (
        <>
          <p>{t("practice.waiting", { count: read.value.waiting })}</p>
          <Table
            caption={t("practice.caption")}
            empty={t("practice.none")}
            head={[t("practice.examiner"), t("practice.confirmed_two"), t("practice.rejected_one"), t("practice.undecided"), t("practice.error"), t("practice.certificate")]}
            rows={[
              ...read.value.examiners.map((each) => ({
                key: `examiner ${each.examiner}`,
                cells: [
                  each.examiner,
                  ...cells(each.outcomes),
                  each.suspended ? (
                    <>
                      <Tag kind="bad">{t("practice.suspended", { since: dateTime(each.suspended) })}</Tag>{" "}
                      {may && (
                        <button type="button" onClick={() => setRenewing(each.examiner)} aria-label={t("practice.renew_of", { examiner: each.examiner })}>
                          {t("practice.renew")} …
                        </button>
                      )}
                    </>
                  ) : (
                    t("practice.judges")
                  ),
                ],
              })),
              { key: "office", cells: [<strong>{t("practice.office")}</strong>, ...cells(read.value.office), ""] },
            ]}
          />
          <p className="quiet">{t("practice.interval_help")}</p>
        </>
      )}
    </>
  );
}
