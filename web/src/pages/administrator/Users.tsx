// Who may sign in, who is here, who waits; and, with reasons, an end to somebody's sessions.
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { get, post, type Schema } from "../../app/api";
import { nodeMs } from "../../app/clock";
import { dateTime, day, number } from "../../app/i18n";
import { useAct, useRead } from "../../app/use";
import { Field, Problem, Table, Tag, Waiting, Words } from "../../ui/say";

type User = Schema["User"];

function EndSessions({ of, done }: { of: User; done(): void }) {
  const { t } = useTranslation(["administrator", "frame"]);
  const end = useAct(async (_key, reasons: string) => {
    await post(`/v1/users/${encodeURIComponent(of.user)}/sign-out`, { reasons });
  });
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (await end.run(String(new FormData(event.currentTarget).get("reasons")))) done();
  };
  return (
    <form className="card" onSubmit={(event) => void submit(event)} aria-label={t("users.end_of", { user: of.user })}>
      <h2>{t("users.end_of", { user: of.user })}</h2>
      <Problem of={end.problem} />
      <Field label={t("frame:reasons")} help={t("frame:reasons_help")}>
        <Words lines name="reasons" required minLength={10} autoFocus />
      </Field>
      <div className="row">
        <button className="danger" disabled={end.busy}>
          {t("users.end")}
        </button>
        <button type="button" onClick={done}>
          {t("frame:cancel")}
        </button>
      </div>
    </form>
  );
}

export function Users() {
  const { t } = useTranslation(["administrator", "frame"]);
  const read = useRead((signal, held) => get<{ users: User[] }>("/v1/users", undefined, signal, held), [], 30);
  const [ending, setEnding] = useState<User | null>(null);
  const state = (user: User) => {
    if (user.expires && Date.parse(user.expires) <= nodeMs()) return <Tag kind="bad">{t("users.ended", { day: day(user.expires) })}</Tag>;
    if (user.waits_until) return <Tag kind="odd">{t("users.waits", { until: dateTime(user.waits_until) })}</Tag>;
    if (user.sessions > 0) return <Tag kind="good">{t("users.here")}</Tag>;
    return user.password || user.provider || user.certificate ? "" : <Tag>{t("users.token_only")}</Tag>;
  };
  const name = (user: User) => (
    <>
      {user.user} {user.provider && <Tag>{t("users.of_provider")}</Tag>}
      {user.certificate && <Tag>{t("users.machine")}</Tag>}
    </>
  );
  return (
    <>
      <h1>{t("users.title")}</h1>
      <Problem of={read.problem} again={read.again} />
      {ending && (
        <EndSessions
          of={ending}
          done={() => {
            setEnding(null);
            read.again();
          }}
        />
      )}
      {!read.value && read.busy && <Waiting />}
      {read.value && (
        <Table
          caption={t("users.caption")}
          head={[t("users.name"), t("users.role"), t("users.state"), t("users.sessions"), t("users.last_seen"), t("users.until"), t("users.second_factor"), t("users.act")]}
          rows={read.value.users.map((user) => ({
            key: user.user,
            cells: [
              name(user),
              t(`frame:role.${user.role}`),
              state(user),
              number(user.sessions),
              user.last_seen ? dateTime(user.last_seen) : t("users.not_since_start"),
              user.expires ? day(user.expires) : user.provider ? "" : t("users.no_end"), // the other system says
              user.provider ? "" : user.second_factor ? t("users.yes") : t("users.no"),
              <button type="button" onClick={() => setEnding(user)} aria-label={t("users.end_of", { user: user.user })}>
                {t("users.end")}
              </button>,
            ],
          }))}
        />
      )}
    </>
  );
}
