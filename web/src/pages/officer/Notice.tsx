// A notice to the person, to be read or handed over before any print is taken.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { Field } from "../../ui/say";
import { noticeTexts, type NoticeLanguage } from "./noticeTexts";
import "../../ui/forms.css";
import "./officer.css";

function Blanks({ of, colon }: { of: string[]; colon: string }) {
  return (
    <ul className="blanks">
      {of.map((each) => (
        <li key={each}>
          {each}
          {colon} <span aria-hidden="true" />
        </li>
      ))}
    </ul>
  );
}

export function Notice() {
  const { t, i18n } = useTranslation(["officer", "frame"]);
  const [language, setLanguage] = useState<NoticeLanguage>(i18n.language === "en" ? "en" : "es");
  const text = noticeTexts[language];
  return (
    <>
      <div className="no-print">
        <h1>{t("notice.title")}</h1>
        <p>{t("notice.what")}</p>
        <div className="row bottom">
          <Field label={t("notice.language")}>
            <select value={language} onChange={(event) => setLanguage(event.target.value as NoticeLanguage)}>
              {(Object.keys(noticeTexts) as NoticeLanguage[]).map((each) => (
                <option key={each} value={each} lang={each}>
                  {noticeTexts[each].name}
                </option>
              ))}
            </select>
          </Field>
          <button type="button" className="first" onClick={() => print()}>
            {t("frame:print")}
          </button>
          <Link href="/capture" className="button">
            {t("notice.go_on")}
          </Link>
        </div>
      </div>
      <article lang={language} className="card notice">
        <h2>{text.title}</h2>
        <h3>{text.who.title}</h3>
        <p>{text.who.words}</p>
        <Blanks of={text.who.blanks} colon={text.colon} />
        {text.parts.map((part) => (
          <section key={part.title}>
            <h3>{part.title}</h3>
            <ul>
              {part.words.map((each) => (
                <li key={each}>{each}</li>
              ))}
            </ul>
          </section>
        ))}
        <h3>{text.rights.title}</h3>
        <ul>
          {text.rights.words.map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
        <Blanks of={text.rights.blanks} colon={text.colon} />
        <Blanks of={text.signed} colon={text.colon} />
      </article>
    </>
  );
}
