// Sentences of the node's that have neither a reason nor a code of their own, by the name that our texts have for them
// (reasons.json, "code"). One that is not here is shown as the node says it.
export const sentences: Record<string, string> = {
  not_a_picture: "neither an image",
  case_is_over: "the case is ", // and in which state
  under_way: "a request with this key is under way",
  done_otherwise: "this key was sent with another request",
  done_and_erased: "this request was done; its answer is gone",
  damaged_picture: "image is damaged",
  text_too_long: "must be a string of at most 512 bytes",
  text_of_signs: "control characters",
};
