// An enrolment that the node does not make is answered 409 with whose fingers these are: no failure, but the answer.
import { post, Refusal, type Schema } from "../../app/api";

type Answer = Schema["EnrolAnswer"];

export async function enrol(body: Schema["EnrolRequest"], key: string): Promise<Answer> {
  try {
    return await post<Answer>("/v1/persons", body, key);
  } catch (failure) {
    const said = failure instanceof Refusal && failure.status === 409 ? (failure.said as Partial<Answer> | null) : null;
    if (said && "enrolled" in said) return said as Answer;
    throw failure;
  }
}
