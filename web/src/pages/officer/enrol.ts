// An enrolment that the node does not make is answered 409 with who it is already, which app/api.ts would take for a
// failure: so this one call is made here, by the same rules.
import { Refusal, type Schema } from "../../app/api";

export async function enrol(body: Schema["EnrolRequest"], key: string, csrf: string): Promise<Schema["EnrolAnswer"]> {
  let response: Response;
  try {
    response = await fetch("/v1/persons", {
      method: "POST",
      headers: { "content-type": "application/json", "x-puente-csrf": csrf, "idempotency-key": key },
      body: JSON.stringify(body),
      cache: "no-store",
      credentials: "same-origin",
      redirect: "error",
    });
  } catch {
    throw new Refusal(0, "unavailable", "");
  }
  const said = await response.json().catch(() => null);
  if (response.ok || (response.status === 409 && said?.error === undefined && said?.reasons)) return said as Schema["EnrolAnswer"];
  throw new Refusal(response.status, said?.error?.code ?? "internal", said?.error?.message ?? "");
}
