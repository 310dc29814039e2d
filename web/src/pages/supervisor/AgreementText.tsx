// A signed text as people read it, before they take it into force. The file may be anything: what is not of the shape
// that is known is shown as it stands, so that nothing in it goes unseen.
import { useTranslation } from "react-i18next";
import { day, number } from "../../app/i18n";
import { Facts } from "../../ui/say";
import { useWords } from "../auditor/words";

type Members = Record<string, unknown>;
const isMembers = (value: unknown): value is Members => typeof value === "object" && value !== null && !Array.isArray(value);
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every((each) => typeof each === "string");
const isNumbers = (value: unknown): value is number[] => Array.isArray(value) && value.every((each) => typeof each === "number");
const isAll = (value: unknown): value is Members[] => Array.isArray(value) && value.every(isMembers);

// Takes members out by name and kind; what was not taken, or is of another kind, is left.
class Taking {
  private left: Members;
  constructor(of: Members) {
    this.left = { ...of };
  }
  private take<T>(name: string, is: (value: unknown) => value is T): T | undefined {
    const value = this.left[name];
    if (!is(value)) return undefined;
    delete this.left[name];
    return value;
  }
  text = (name: string) => this.take(name, (value): value is string => typeof value === "string");
  number = (name: string) => this.take(name, (value): value is number => typeof value === "number");
  boolean = (name: string) => this.take(name, (value): value is boolean => typeof value === "boolean");
  texts = (name: string) => this.take(name, isTexts);
  numbers = (name: string) => this.take(name, isNumbers);
  members = (name: string) => this.take(name, isMembers);
  all = (name: string) => this.take(name, isAll);
  rest = (): Members => this.left;
}

function Rest({ of }: { of: Members }) {
  const { t } = useTranslation("supervisor");
  if (Object.keys(of).length === 0) return null;
  return (
    <>
      <p>{t("text.rest")}</p>
      <pre className="unknown">{JSON.stringify(of, null, 2)}</pre>
    </>
  );
}

function useLists() {
  const { t, i18n } = useTranslation("supervisor");
  const words = useWords();
  const word = (group: string, name: string) => (i18n.exists(`supervisor:${group}.${name}`) ? t(`${group}.${name}`) : name);
  return { word, list: (group: string, names: string[] | undefined) => names?.map((name) => (group === "element" ? words.element(name) : word(group, name))).join(", ") };
}

const digest = (text: string | undefined) => text && <span className="digest">{text}</span>;

function Party({ of }: { of: Members }) {
  const { t } = useTranslation("supervisor");
  const taking = new Taking(of);
  const country = taking.text("country");
  const name = taking.text("name");
  const offset = taking.number("utc_offset_minutes");
  return (
    <div className="says">
      <h4>
        {country}: {name}
      </h4>
      <Facts
        of={[
          [t("text.day_begins"), offset === undefined ? undefined : t("text.utc_offset", { hours: number(offset / 60) })],
          [t("text.message_versions"), taking.numbers("message_versions")?.join(", ")],
          [t("text.signing_key"), digest(taking.text("signing_key"))],
          [t("text.sealing_key"), digest(taking.text("sealing_key"))],
          [t("text.certificate"), digest(taking.text("certificate_sha256"))],
        ]}
      />
      <Rest of={taking.rest()} />
    </div>
  );
}

function Clause({ of }: { of: Members }) {
  const { t } = useTranslation("supervisor");
  const { word, list } = useLists();
  const taking = new Taking(of);
  const purpose = taking.text("purpose");
  const release = taking.texts("release");
  const ages = taking.members("ages");
  const floors = taking.members("score_floors");
  const order = taking.boolean("needs_order");
  const nationals = taking.boolean("own_nationals");
  const review = taking.boolean("review_required");
  const onward = taking.text("onward_transfer");
  const count = (key: string, name: string) => {
    const value = taking.number(name);
    return value === undefined ? undefined : t(key, { count: value, number: number(value) });
  };
  return (
    <div className="says">
      <h4>{purpose === undefined ? t("text.no_purpose") : word("purpose", purpose)}</h4>
      <Facts
        of={[
          [t("text.may_ask"), taking.texts("may_ask")?.join(", ")],
          [t("text.release"), release && (release.length === 0 ? t("text.release_nothing") : list("element", release))],
          [t("text.retention"), count("text.days", "retention_days")],
          [t("text.onward"), onward && word("onward", onward)],
          [t("text.daily_quota"), count("text.questions_a_day", "daily_quota")],
          [t("text.person_quota"), count("text.files_a_day", "person_quota")],
          [t("text.modalities"), list("modality", taking.texts("modalities"))],
          [t("text.categories"), list("category", taking.texts("subject_categories"))],
          [t("text.aims"), list("aim", taking.texts("aims"))],
          [t("text.ages"), ages && t("text.ages_words", { from: String(ages.from), to: String(ages.to) })],
          [t("text.needs_order"), order === undefined ? undefined : order ? t("yes") : t("no")],
          [t("text.own_nationals"), nationals === undefined ? undefined : nationals ? t("text.nationals_found") : t("text.nationals_not_found")],
          [t("text.galleries"), taking.texts("galleries")?.join(", ")],
          [
            t("text.score_floors"),
            floors &&
              Object.entries(floors)
                .map(([name, value]) => `${word("modality", name)}: ${String(value)}`)
                .join(", "),
          ],
          [t("text.response"), count("text.hours", "response_hours")],
          [t("text.review"), review === undefined ? undefined : review ? t("text.review_always") : t("text.review_not")],
          [t("text.assessment"), digest(taking.text("impact_assessment_sha256"))],
        ]}
      />
      <Rest of={taking.rest()} />
    </div>
  );
}

const dayOr = (value: string | undefined) => (value === undefined || Number.isNaN(Date.parse(value)) ? value : `${day(value)} (${value})`);

export function AgreementText({ of, country }: { of: Members; country: string }) {
  const { t } = useTranslation("supervisor");
  const taking = new Taking(of);
  const parties = taking.all("parties");
  const purposes = taking.all("purposes");
  const signatures = taking.all("signatures");
  const signers = signatures?.map((each) => (typeof each.country === "string" ? each.country : "?"));
  const ours = parties?.some((each) => each.country === country);
  return (
    <div>
      {parties && !ours && <p className="problem">{t("text.not_ours", { country })}</p>}
      {!signatures && <p className="problem">{t("text.not_signed")}</p>}
      <Facts
        of={[
          [t("text.id"), taking.text("id")],
          [t("text.format"), taking.text("format")],
          [t("text.replaces"), taking.text("replaces")],
          [t("text.valid_from"), dayOr(taking.text("valid_from"))],
          [t("text.valid_until"), dayOr(taking.text("valid_until"))],
          [t("text.signed_by"), signers && t("text.signers", { countries: signers.join(", ") })],
        ]}
      />
      {parties && (
        <>
          <h3>{t("text.parties")}</h3>
          {parties.map((each, i) => (
            <Party key={i} of={each} />
          ))}
        </>
      )}
      {purposes && (
        <>
          <h3>{t("text.purposes")}</h3>
          {purposes.map((each, i) => (
            <Clause key={i} of={each} />
          ))}
        </>
      )}
      <Rest of={taking.rest()} />
    </div>
  );
}

// null: no JSON, or no object.
export function parseAgreement(text: string): Members | null {
  try {
    const value: unknown = JSON.parse(text);
    return isMembers(value) ? value : null;
  } catch {
    return null;
  }
}
