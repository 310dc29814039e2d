#include "api/own/json.h"

#include <algorithm>
#include <cmath>

#include "core/biographic.h"
#include "core/clock.h"
#include "core/limits.h"
#include "core/text.h"

namespace puente::api::own {
namespace {

Json strings(const std::vector<std::string>& items) {
  return Json(Json::Array(items.begin(), items.end()));
}

// With line breaks as base64(1) and MIME write them.
Result<Bytes> read_file_in_base64(std::string text) {
  std::erase_if(text, [](char letter) { return letter == '\r' || letter == '\n'; });
  return from_base64(text);
}

// What people write in sentences: lines may end.
bool is_prose(std::string text) {
  std::erase_if(text, [](char letter) { return letter == '\r' || letter == '\n' || letter == '\t'; });
  return is_plain_text(text);
}

std::string prose(JsonReader& reader, std::string_view name, std::string text) {
  if (!is_prose(text)) reader.complain("member \"" + std::string(name) + "\" must have no control characters");
  return text;
}

Result<Sample> read_sample(const Json& item, const std::string& name, std::size_t number) {
  JsonReader reader(item, name + "[" + std::to_string(number) + "]");
  Sample sample;
  auto position = parse_finger_capture(reader.string_or("position", "UNKNOWN"));
  auto image = read_file_in_base64(reader.long_string("image"));
  sample.ppi = reader.number_or("ppi", 0);
  if (!position.ok()) reader.complain("member \"position\": " + position.error().message);
  if (!image.ok() || image->empty())
    reader.complain("member \"image\" must be a file in base64: an image, or a record with some in it");
  const bool says_ppi = !reader.any_or_null("ppi").is_null();
  if (says_ppi && (sample.ppi < limits::kPpiMin || sample.ppi > limits::kPpiMax))
    reader.complain("member \"ppi\" must be from 100 to 2000");
  TRY(reader.finish());
  sample.position = *position;
  sample.image = *std::move(image);
  return sample;
}

std::optional<ProtectionClass> read_class(JsonReader& reader) {
  if (reader.any_or_null("class").is_null()) return std::nullopt;  // what is not said, policy refuses
  const auto of_class = parse_protection_class(reader.string("class"));
  if (!of_class.ok()) reader.complain("member \"class\": " + of_class.error().message);
  return of_class.ok() ? std::optional(*of_class) : std::nullopt;
}

Result<Mark> read_mark(const Json& item) {
  constexpr double kFar = 1e5, kTurn = 7;  // beyond any print; a whole turn and a little
  JsonReader reader(item, "marks");
  const double x = reader.number_or("x", -1), y = reader.number_or("y", -1);
  const double direction = reader.number_or("direction", 0);
  const std::int64_t type = reader.integer_or("type", 0, 0, 2);
  if (!(0 <= x && x < kFar && 0 <= y && y < kFar)) reader.complain("members \"x\" and \"y\" must lie on the print");
  if (!(std::abs(direction) <= kTurn)) reader.complain("member \"direction\" must be in radians");
  TRY(reader.finish());
  return Mark{static_cast<float>(x), static_cast<float>(y), static_cast<float>(direction),
              static_cast<std::uint8_t>(type)};
}

}  // namespace

Result<std::vector<std::vector<Mark>>> read_marks(const Json& json) {
  JsonReader reader(json, "marks");
  const Json::Array& prints = reader.array("prints");
  TRY(reader.finish());
  std::vector<std::optional<std::vector<Mark>>> by_pair(prints.size());
  for (const Json& print : prints) {
    JsonReader of_print(print, "prints");
    const auto last = static_cast<std::int64_t>(prints.size()) - 1;
    const std::int64_t pair = of_print.integer("pair", 0, std::max<std::int64_t>(last, 0));
    const Json::Array& marks = of_print.array("marks");
    TRY(of_print.finish());
    std::optional<std::vector<Mark>>& of_pair = by_pair[static_cast<std::size_t>(pair)];
    if (of_pair) return Error{Code::kInvalidInput, "prints: each pair once, counted from 0"};
    of_pair.emplace();
    for (const Json& item : marks) {
      ASSIGN_OR_RETURN(const Mark mark, read_mark(item));
      of_pair->push_back(mark);
    }
  }
  std::vector<std::vector<Mark>> out;
  for (auto& each : by_pair) out.push_back(*std::move(each));  // as many, and each once: none is missing
  return out;
}

std::string read_prose(JsonReader& reader, std::string_view name) {
  return prose(reader, name, reader.string(name));
}
std::string read_prose_or_none(JsonReader& reader, std::string_view name) {
  return prose(reader, name, reader.string_or(name, ""));
}

Result<std::vector<Sample>> read_samples(const Json::Array& array, const std::string& name) {
  if (array.empty()) return Error{Code::kInvalidInput, name + ": at least one is needed"};
  if (array.size() > limits::kSamplesPerEncounterMax) return Error{Code::kTooLarge, name + ": too many in one request"};
  std::vector<Sample> out;
  for (const Json& item : array) {
    ASSIGN_OR_RETURN(Sample sample, read_sample(item, name, out.size()));
    out.push_back(std::move(sample));
  }
  return out;
}

Result<BiographicData> read_biographic(const Json& json) {
  BiographicData out;
  if (json.is_null()) return out;
  const Json::Object* members = json.as_object();
  if (members == nullptr) return Error{Code::kInvalidInput, "biographic: must be a JSON object"};
  for (const auto& [name, value] : *members) {
    ASSIGN_OR_RETURN(const DataElement element, parse_data_element(name));
    const std::string* text = value.as_string();
    if (text == nullptr || text->size() > limits::kTextBytesMax) {
      return Error{Code::kInvalidInput, "biographic: \"" + name + "\" must be a string of at most 512 bytes"};
    }
    out[element] = *text;
  }
  TRY(about("biographic", check_biographic(out)));
  if (const auto born = out.find(DataElement::kDateOfBirth); born != out.end() && !day_of(born->second))
    return Error{Code::kInvalidInput, "biographic: date_of_birth: write a real day as 1990-04-30, from 1900 on"};
  return out;
}

Result<std::string> read_reasons(const Call& call, const char* what) {
  ASSIGN_OR_RETURN(const Json body, call.body());
  JsonReader reader(body, what);
  std::string reasons = read_prose(reader, "reasons");
  TRY(reader.finish());
  return reasons;
}

service::ProtectRequest read_protect(JsonReader& reader) {
  service::ProtectRequest request;
  request.protection_class = read_class(reader);
  if (!reader.any_or_null("withheld_from").is_null()) request.withheld_from = reader.strings("withheld_from");
  request.reasons = read_prose(reader, "reasons");
  return request;
}

Result<service::EnrolRequest> read_enrol(const Json& json) {
  JsonReader reader(json, "enrol");
  service::EnrolRequest request;
  request.person_id = reader.string_or("person_id", "");
  request.encounter_id = reader.string_or("encounter_id", "");
  const Json& biographic = reader.any_or_null("biographic");
  const Json::Array& samples = reader.array("samples");
  if (!reader.any_or_null("withheld_from").is_null()) request.withheld_from = reader.strings("withheld_from");
  request.protection_class = read_class(reader);
  request.guardian = reader.string_or("guardian", "");
  request.retention_days = reader.integer_or("retention_days", 0, 0, bounds::kRetentionDaysMax);
  request.enrol_if_known = reader.boolean_or("enrol_if_known", false);
  request.best_prints = reader.boolean_or("best_prints", false);
  request.overrule = read_prose_or_none(reader, "overrule");
  TRY(reader.finish());
  ASSIGN_OR_RETURN(request.biographic, read_biographic(biographic));
  ASSIGN_OR_RETURN(request.samples, read_samples(samples));
  return request;
}

Result<service::AskRequest> read_ask(const Json& json) {
  JsonReader reader(json, "question");
  service::AskRequest request;
  request.partner = reader.string("partner");
  const auto purpose = parse_purpose(reader.string("purpose"));
  request.case_reference = reader.string("case_reference");
  request.grounds = read_grounds(reader);
  const Json::Array& samples = reader.array("samples");
  if (!is_country(request.partner)) reader.complain("member \"partner\" must be a code of ISO 3166-1 alpha-3");
  if (!purpose.ok()) reader.complain("member \"purpose\": " + purpose.error().message);
  if (request.grounds.legal_basis.empty()) reader.complain("member \"legal_basis\" must not be empty");
  if (!is_case_reference(request.case_reference))
    reader.complain("member \"case_reference\" must have 3 to 64 printable ASCII characters, a digit among them");
  TRY(reader.finish());
  request.purpose = *purpose;
  ASSIGN_OR_RETURN(request.samples, read_samples(samples));
  return request;
}

Json to_json(const BiographicData& data) {
  Json::Object out;
  for (const auto& [element, value] : data) out[to_string(element)] = value;
  return Json(std::move(out));
}

Json to_json(const service::Receipt& receipt) {
  return Json::object(
      {{"index", static_cast<std::size_t>(receipt.index)}, {"log_size", static_cast<std::size_t>(receipt.size)}});
}

net::Response done(const service::Receipt& receipt) {
  return answer(to_json(receipt));
}

Json to_json(const SampleQuality& quality) {
  return Json::object(
      {{"position", to_string(quality.position)}, {"score", quality.score}, {"reasons", strings(quality.reasons)}});
}

Json to_json(const Candidate& candidate) {
  Json::Array fingers;
  for (const auto& finger : candidate.scores) {
    Json& one = fingers.emplace_back(Json::object(
        {{"probe", to_string(finger.probe)}, {"reference", to_string(finger.reference)}, {"score", finger.score}}));
    if (finger.repeated) one.set("repeated", true);
  }
  return Json::object({{"person_id", candidate.person_id},
                       {"encounter_id", candidate.encounter_id},
                       {"score", candidate.score},
                       {"expected_false", candidate.expected_false},
                       {"fingers", Json(std::move(fingers))}});
}

Json to_json(const service::EnrolAnswer& answer) {
  return Json::object({{"person_id", answer.person_id},
                       {"encounter_id", answer.encounter_id},
                       {"enrolled", answer.enrolled},
                       {"reasons", strings(answer.reasons)},
                       {"withheld_from", strings({answer.withheld_from.begin(), answer.withheld_from.end()})},
                       {"warnings", strings(answer.warnings)},
                       {"quality", to_json(answer.quality)},
                       {"known_as", to_json(answer.known_as)},
                       {"left_out", strings(answer.left_out)},
                       {"remarks", strings(answer.remarks)},
                       {"receipt", to_json(answer.receipt)}});
}

Json to_json(const service::ProtectionView& view) {
  const Protection& held = view.protection;
  Json::Array classes;
  for (const ProtectionClass each : held.classes) classes.emplace_back(to_string(each));
  Json out = Json::object({{"person_id", held.person_id},
                           {"withheld_from", strings({held.withheld_from.begin(), held.withheld_from.end()})},
                           {"classes", Json(std::move(classes))},
                           {"revision", held.revision},
                           {"since", to_iso8601(held.since_ms)},
                           {"set_by", held.set_by},
                           {"reasons", held.reasons},
                           {"same_hand", strings({view.same_hand.begin(), view.same_hand.end()})},
                           {"warnings", strings(view.warnings)},
                           {"receipt", to_json(view.receipt)}});
  if (!held.lift_proposed_by.empty())
    out.set("lift_proposed_by", held.lift_proposed_by).set("lift_reasons", held.lift_reasons);
  return out;
}

Json to_json(const Alarm& alarm) {
  Json out = Json::object({{"number", alarm.number},
                           {"time", to_iso8601(alarm.time_ms)},
                           {"kind", alarm.kind},
                           {"sentence", alarm.sentence},
                           {"person_id", alarm.person_id},
                           {"seen_by", alarm.seen_by}});
  if (!alarm.by.empty()) out.set("act_of", alarm.by);
  if (alarm.more > 0) out.set("more", alarm.more);
  return out;
}

Json to_json(const service::IdentifyAnswer& answer) {
  Json out = Json::object({{"candidates", to_json(answer.candidates)},
                           {"quality", to_json(answer.quality)},
                           {"left_out", strings(answer.left_out)},
                           {"remarks", strings(answer.remarks)},
                           {"receipt", to_json(answer.receipt)}});
  const auto doubts = [](const SampleQuality& each) {
    return std::find(each.reasons.begin(), each.reasons.end(), "position_doubted") != each.reasons.end();
  };
  if (std::any_of(answer.quality.begin(), answer.quality.end(), doubts)) out.set("position_doubted", true);
  if (!answer.case_reference.empty()) out.set("case_reference", answer.case_reference);
  return out;
}

Json to_json(const service::TaskView& task) {
  Json out = Json::object({{"task_id", task.task_id},
                           {"state", to_string(task.state)},
                           {"created", to_iso8601(task.created_ms)},
                           {"expires", to_iso8601(task.expires_ms)}});
  if (task.answer) out.set("answer", to_json(*task.answer));
  if (!task.failure.empty()) out.set("failure", task.failure);
  return out;
}

Json to_json(const service::VerifyAnswer& answer) {
  Json::Array fingers;
  for (const auto& finger : answer.scores) {
    Json& one = fingers.emplace_back(Json::object({{"position", to_string(finger.probe)}, {"score", finger.score}}));
    if (finger.repeated) one.set("repeated", true);
  }
  Json out = Json::object({{"match", answer.match},
                           {"score", answer.score},
                           {"false_match_rate", answer.false_match_rate},
                           {"fingers", Json(std::move(fingers))},
                           {"receipt", to_json(answer.receipt)}});
  if (!answer.case_reference.empty()) out.set("case_reference", answer.case_reference);
  return out;
}

Json to_json(const Encounter& encounter) {
  Json::Array samples;
  for (const Sample& sample : encounter.samples) {
    const char* position = sample.modality == Modality::kFinger ? to_string(sample.position)
                           : sample.modality == Modality::kIris ? to_string(sample.eye)
                                                                : "FACE";
    samples.push_back(Json::object(
        {{"modality", to_string(sample.modality)}, {"position", position}, {"bytes", sample.image.size()}}));
  }
  Json::Object missing;
  for (const auto& [position, why] : encounter.missing) missing[to_string(position)] = to_string(why);
  return Json::object(
      {{"person_id", encounter.person_id},
       {"encounter_id", encounter.encounter_id},
       {"created", to_iso8601(encounter.created_ms)},
       {"retention_until", to_iso8601(encounter.retention_until_ms)},
       {"biographic", to_json(encounter.biographic)},
       {"withheld_from", strings({encounter.standing.withheld_from.begin(), encounter.standing.withheld_from.end()})},
       {"missing", Json(std::move(missing))},
       {"samples", Json(std::move(samples))}});
}

Json standing_of(const Question& question) {
  Json json = Json::object({{"exchange_id", question.exchange_id},
                            {"agreement_id", question.agreement_id},
                            {"partner", question.partner},
                            {"purpose", to_string(question.purpose)},
                            {"case_reference", question.case_reference},
                            {"state", to_string(question.state)},
                            {"asked", to_iso8601(question.asked_ms)},
                            {"expires", to_iso8601(question.expires_ms)}});
  if (question.grounds != Grounds()) json.set("grounds", to_json(question.grounds));
  if (!question.reference.empty()) json.set("reference", question.reference);
  if (!question.reasons.empty()) json.set("reasons", strings(question.reasons));
  return json;
}

Json to_json(const Question& question) {
  Json json = standing_of(question);
  if (question.state == QuestionState::kReleased) {
    json.set("released", to_json(question.released)).set("retention_until", to_iso8601(question.retention_until_ms));
  }
  return json;
}

// No score, no name, and until the verdict nothing of why it is asked: the examiner judges the fingers.
Json to_json(const Case& the_case) {
  Json json = Json::object({{"case_id", the_case.case_id},
                            {"partner", the_case.partner},
                            {"purpose", to_string(the_case.purpose)},
                            {"state", to_string(the_case.state)},
                            {"opened", to_iso8601(the_case.opened_ms)},
                            {"expires", to_iso8601(the_case.expires_ms)}});
  if (!the_case.partner_case_reference.empty()) json.set("partner_case_reference", the_case.partner_case_reference);
  if (!the_case.verdicts.empty()) {  // while it is open, the reader's own alone
    Json::Array verdicts;
    for (const Opinion& each : the_case.verdicts) {
      Json one = Json::object({{"examiner", each.examiner},
                               {"verdict", to_string(each.verdict)},
                               {"reasons", each.reasons},
                               {"given", to_iso8601(each.given_ms)}});
      Json::Array marks;  // what it stood on: how many on each print, before any of the candidate's was shown
      if (const LockedProbe* const locked = locked_by(the_case, each.examiner))
        for (const std::uint8_t count : locked->counts) marks.push_back(int{count});
      verdicts.push_back(std::move(one.set("marks", Json(std::move(marks)))));
    }
    json.set("verdicts", Json(std::move(verdicts)));
  }
  if (the_case.state == CaseState::kOpen && !the_case.locked.empty())  // the reader's own
    json.set("probe_locked", to_iso8601(the_case.locked.begin()->second.locked_ms));
  if (!the_case.doubts.empty()) {
    Json::Array doubts;
    for (const Doubt each : the_case.doubts) doubts.emplace_back(to_string(each));
    json.set("doubts", Json(std::move(doubts)));
  }
  if (the_case.decided_ms != 0) {
    json.set("examiner", the_case.examiner)
        .set("reasons", the_case.verdict_reasons)
        .set("decided", to_iso8601(the_case.decided_ms));
    if (the_case.grounds != Grounds()) json.set("grounds", to_json(the_case.grounds));  // for who releases
  }
  if (the_case.cleared_ms != 0) {
    json.set("releaser", the_case.releaser)
        .set("facts", the_case.release_facts)
        .set("cleared", to_iso8601(the_case.cleared_ms));
    if (!the_case.offence.empty()) json.set("offence", the_case.offence);
  }
  return json;
}

Json to_json(const service::ShownCase& the_case) {
  Json json = to_json(static_cast<const Case&>(the_case));
  if (the_case.needed > 0)
    json.set("examined", Json::object({{"agreeing", the_case.agreeing}, {"needed", the_case.needed}}));
  return json;
}

Json to_json(const service::ReleaseCard& card) {
  Json::Array elements;
  for (const DataElement element : card.elements) elements.emplace_back(to_string(element));
  Json json = Json::object({{"case", to_json(card.the_case)},
                            {"elements", Json(std::move(elements))},
                            {"against", strings(card.against)},
                            {"risks", strings(card.risks)}});
  Json::Array same_hand;
  for (const auto& [id, risks] : card.same_hand)
    same_hand.push_back(Json::object({{"person_id", id}, {"risks", strings(risks)}}));
  json.set("same_hand", Json(std::move(same_hand)));
  if (card.retention_until_ms != 0) json.set("retention_until", to_iso8601(card.retention_until_ms));
  return json;
}

// As any receipt, with the ids that stay.
Json to_json(const service::Erasure& erased) {
  Json json = to_json(erased.receipt);
  if (erased.other_ids) json.set("other_ids", strings({erased.other_ids->begin(), erased.other_ids->end()}));
  return json;
}

Json to_json(const service::LogPage& page) {
  Json::Array entries;
  for (const auto& line : page.lines) {
    Json entry = line.leaf;
    entry.set("index", std::size_t{line.index}).set("opened", line.details);
    entries.push_back(std::move(entry));
  }
  Json out = Json::object({{"entries", Json(std::move(entries))}});
  if (page.next) out.set("next", std::size_t{*page.next});
  return out;
}

Json to_json(const std::vector<Mark>& marks) {
  Json::Array out;
  for (const Mark& mark : marks) {
    out.push_back(Json::object({{"x", double{mark.x}},
                                {"y", double{mark.y}},
                                {"direction", double{mark.direction}},
                                {"type", int{mark.type}}}));
  }
  return Json(std::move(out));
}

Json to_json(const service::CaptureReport& report) {
  Json::Array prints, quality;
  for (const service::PrintReport& print : report.prints) {
    Json one = Json::object({{"sample", print.sample},
                             {"position", to_string(print.place)},
                             {"second", print.second},
                             {"score", print.quality},
                             {"reasons", strings(print.reasons)},
                             {"width", print.width},
                             {"height", print.height},
                             {"marks", to_json(print.marks)}});
    if (!print.png.empty()) one.set("image", to_base64(print.png));
    prints.push_back(std::move(one));
  }
  for (const SampleQuality& each : report.quality) quality.push_back(to_json(each));
  return Json::object({{"prints", Json(std::move(prints))},
                       {"quality", Json(std::move(quality))},
                       {"left_out", strings(report.left_out)},
                       {"remarks", strings(report.remarks)}});
}

Json to_json(const ExhibitSide& side) {
  Json out = Json::object({{"place", to_string(side.place)},
                           {"width", side.width},
                           {"height", side.height},
                           {"marks", to_json(side.marks)}});
  if (side.image.empty()) return out;
  out.set("coding", to_string(coding_of(side.image))).set("image", to_base64(side.image));
  return out;
}

Json to_json(const service::CaseView& view) {
  Json::Array pairs;
  for (const ExhibitPair& pair : view.exhibit.pairs) {
    Json shown = Json::object({{"probe", to_json(pair.probe)}});
    if (view.is_locked) shown.set("reference", to_json(pair.reference)).set("rotation", double{pair.rotation});
    pairs.push_back(std::move(shown));
  }
  return Json::object({{"case", to_json(view.the_case)}, {"pairs", Json(std::move(pairs))}});
}

Json to_json(const service::ExchangedView& exchanged) {
  Json::Array ways;
  for (const service::Exchanged& each : exchanged.ways)
    ways.push_back(Json::object({{"agreement", each.agreement_id},
                                 {"purpose", each.purpose},
                                 {"asking", each.asking},
                                 {"answering", each.answering},
                                 {"asked", std::size_t{each.asked}},
                                 {"refused", std::size_t{each.refused}},
                                 {"released", std::size_t{each.released}}}));
  return Json::object({{"since", to_iso8601(exchanged.since_ms)}, {"ways", Json(std::move(ways))}});
}

Json to_json(const Replayed& replayed) {
  Json::Array differences;
  for (const Replayed::Difference& each : replayed.differences)
    differences.push_back(
        Json::object({{"index", std::size_t{each.index}}, {"event", each.event}, {"what", each.words}}));
  return Json::object({{"ours", std::size_t{replayed.ours}},
                       {"partners", std::size_t{replayed.partners}},
                       {"by_own_rules", std::size_t{replayed.by_own_rules}},
                       {"quota_unread", std::size_t{replayed.quota_unread}},
                       {"not_readable", std::size_t{replayed.not_readable}},
                       {"not_counted", std::size_t{replayed.not_counted}},
                       {"differences", Json(std::move(differences))}});
}

Json to_json(const service::AgreementView& agreement) {
  Json::Array parties, purposes, used_for, quotas;
  for (const service::AgreementView::Quota& each : agreement.quotas)
    quotas.push_back(Json::object(
        {{"purpose", to_string(each.purpose)}, {"asking", each.asking}, {"of", each.of}, {"used", each.used}}));
  for (const Purpose each : agreement.used_for) used_for.push_back(to_string(each));
  for (const Party& party : agreement.parties) parties.push_back(party.country);
  for (const PurposeTerms& terms : agreement.purposes) purposes.push_back(to_string(terms.purpose));
  Json out = Json::object({{"id", agreement.id},
                           {"state", to_string(agreement.state)},
                           {"standing", agreement.standing},
                           {"used_for", Json(std::move(used_for))},
                           {"quotas", Json(std::move(quotas))},
                           {"parties", Json(std::move(parties))},
                           {"purposes", Json(std::move(purposes))},
                           {"valid_from", to_iso8601(agreement.valid_from_ms)},
                           {"valid_until", to_iso8601(agreement.valid_until_ms)},
                           {"accepted", to_iso8601(agreement.accepted_ms)},
                           {"sha256", to_hex(agreement.digest)}});
  if (!agreement.replaces.empty()) out.set("replaces", agreement.replaces);
  if (agreement.replaced_ms != AcceptedAgreement::kNever) out.set("replaced", to_iso8601(agreement.replaced_ms));
  return out;
}

}  // namespace puente::api::own
