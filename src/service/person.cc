// The use cases that concern this node alone: enrol, identify, verify, read, erase.
#include "core/limits.h"
#include "service/inside.h"

namespace puente::service {
namespace {

Status check_enrol(const EnrolRequest& request) {
  if (!request.person_id.empty() && !is_id(request.person_id)) {
    return Error{Code::kInvalidInput, "person_id: 1 to 64 of letters, digits and . _ : -"};
  }
  if (!request.encounter_id.empty() && !is_id(request.encounter_id)) {
    return Error{Code::kInvalidInput, "encounter_id: 1 to 64 of letters, digits and . _ : -"};
  }
  for (const std::string& country : request.withheld_from) {
    if (!is_country(country)) return Error{Code::kInvalidInput, "withheld_from: countries as ISO 3166-1 alpha-3 codes"};
  }
  if (request.retention_days < 0) return Error{Code::kInvalidInput, "retention_days: must not be negative"};
  return {};
}

Json candidates_json(const std::vector<Candidate>& candidates) {
  Json::Array out;
  for (const auto& candidate : candidates) {
    out.push_back(Json::object({{"person_id", candidate.person_id}, {"score", candidate.score}}));
  }
  return Json(std::move(out));
}

Encounter encounter_of(const Node::Inside& in, EnrolRequest&& request, Encounter taken, const EnrolAnswer& answer) {
  Encounter out = std::move(taken);
  out.person_id = answer.person_id;
  out.encounter_id = answer.encounter_id;
  out.created_ms = in.now_ms();
  const std::int64_t days = request.retention_days > 0 ? request.retention_days : in.config.retention_days;
  out.retention_until_ms = out.created_ms + days * kDayMs;
  for (auto& [element, value] : request.biographic) out.biographic[element] = std::move(value);
  out.standing.withheld_from = {request.withheld_from.begin(), request.withheld_from.end()};
  return out;
}

}  // namespace

Result<EnrolAnswer> Node::enrol(const Caller& caller, EnrolRequest request) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kEnrol));
  TRY(check_enrol(request));
  ASSIGN_OR_RETURN(intake::Taken taken, take_in(in, std::move(request.samples), intake::Depth::kSearchable));
  EnrolAnswer answer;
  answer.left_out = std::move(taken.left_out);
  answer.quality = std::move(taken.quality);
  answer.person_id = request.person_id.empty() ? in.seams.random.id("p-") : request.person_id;
  answer.encounter_id = request.encounter_id.empty() ? in.seams.random.id("e-") : request.encounter_id;
  const std::vector<identify::Probe> probe = probe_of(taken);
  const identify::Found before = in.roster.search(probe, Scope::own(), limits::kCandidatesMax);

  // Of two enrolments of one person at once, the second finds the first: nobody else changes anything from here on.
  const auto transaction = in.store->begin();
  for (Candidate& candidate : in.roster.since(before, probe, Scope::own(), limits::kCandidatesMax).candidates) {
    if (candidate.person_id != answer.person_id) answer.known_as.push_back(std::move(candidate));
  }
  const policy::Decision decision = policy::may_enrol(
      {.known_under_another_id = !answer.known_as.empty(), .officer_insists = request.enrol_if_known});
  if (!decision.permitted) {
    Entry refused = in.journal.entry(Event::kEnrolRefused, caller.user, answer.known_as.front().person_id);
    refused.reasons = decision.reasons;
    ASSIGN_OR_RETURN(answer.receipt, in.journal.commit(*transaction, std::move(refused),
                                                       Json::object({{"known_as", candidates_json(answer.known_as)}})));
    return answer;
  }

  const Encounter encounter = encounter_of(in, std::move(request), std::move(taken.encounter), answer);
  std::vector<store::Template> templates;
  identify::Enrolled searchable{answer.person_id, answer.encounter_id, encounter.standing, {}};
  for (intake::Print& print : taken.prints) {
    templates.push_back({{print.place, finger::kTemplateFormat, print.encoded}, print.cut});
    searchable.prints.push_back(identify::make_print(finger_at(print.place), std::move(print.encoded), print.sketch));
  }
  TRY(transaction->put_encounter(encounter, templates));
  ASSIGN_OR_RETURN(answer.receipt,
                   in.journal.commit(*transaction, in.journal.entry(Event::kEnrolled, caller.user, answer.person_id),
                                     Json::object({{"encounter_id", answer.encounter_id},
                                                   {"fingers", templates.size()},
                                                   {"known_as", candidates_json(answer.known_as)}})));
  in.roster.add(std::move(searchable));
  answer.enrolled = true;
  return answer;
}

Result<OwnSearch> search_own(const Node::Inside& in, std::vector<Sample> samples) {
  ASSIGN_OR_RETURN(intake::Taken taken, take_in(in, std::move(samples), intake::Depth::kSearchable));
  OwnSearch out;
  out.answer.quality = std::move(taken.quality);
  out.answer.candidates = in.roster.search(probe_of(taken), Scope::own(), 10).candidates;
  out.details = Json::object({{"candidates", candidates_json(out.answer.candidates)}});
  return out;
}

Result<IdentifyAnswer> Node::identify(const Caller& caller, const std::vector<Sample>& samples) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kIdentify));
  ASSIGN_OR_RETURN(OwnSearch searched, search_own(in, samples));
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(
      searched.answer.receipt,
      in.journal.commit(*transaction, in.journal.entry(Event::kIdentified, caller.user, searched.subject()),
                        std::move(searched.details)));
  return std::move(searched.answer);
}

Result<VerifyAnswer> Node::verify(const Caller& caller, const std::string& person_id,
                                  const std::vector<Sample>& samples) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kVerify));
  ASSIGN_OR_RETURN(const std::vector<std::string> encounters, in.store->encounter_ids(person_id));
  if (encounters.empty()) return Error{Code::kNotFound, "nobody is enrolled under this person_id"};
  ASSIGN_OR_RETURN(const intake::Taken taken, take_in(in, samples, intake::Depth::kSearchable));
  VerifyAnswer answer;
  if (const auto candidate = in.roster.compare(probe_of(taken), person_id)) {
    const identify::Fused fused = identify::fuse(candidate->scores);
    answer.scores = candidate->scores;
    answer.score = fused.score;
    answer.false_match_rate = fused.false_match_rate;
  }
  answer.match = answer.false_match_rate <= in.config.false_match_rate_max;
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(answer.receipt,
                   in.journal.commit(*transaction, in.journal.entry(Event::kVerified, caller.user, person_id),
                                     Json::object({{"match", answer.match}, {"score", answer.score}})));
  return answer;
}

Result<Encounter> Node::read_encounter(const Caller& caller, const std::string& person_id,
                                       const std::string& encounter_id) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kReadEncounter));
  ASSIGN_OR_RETURN(Encounter encounter, in.store->encounter(person_id, encounter_id));
  const auto transaction = in.store->begin();
  TRY(in.journal.commit(*transaction, in.journal.entry(Event::kEncounterRead, caller.user, person_id),
                        Json::object({{"encounter_id", encounter_id}})));
  return encounter;
}

Result<Receipt> Node::erase_person(const Caller& caller, const std::string& person_id, const std::string& reasons) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kErase));
  if (policy::written(reasons) < policy::kReasonsMin) {
    return Error{Code::kInvalidInput, "reasons: say in at least ten characters why this person is erased"};
  }
  const auto transaction = in.store->begin();
  TRY(transaction->erase_person(person_id));
  ASSIGN_OR_RETURN(const Receipt receipt,
                   in.journal.commit(*transaction, in.journal.entry(Event::kErased, caller.user, person_id),
                                     Json::object({{"reasons", reasons}})));
  in.roster.remove_person(person_id);
  return receipt;
}

}  // namespace puente::service
