#include "api/own/json.h"
#include "api/own/once.h"
#include "api/own/own.h"
#include "core/biographic.h"

namespace puente::api::own {
namespace {

using net::Response;
using service::Node;

Response enrolled_or_not(const service::EnrolAnswer& enrolled) {
  Response response = answer(to_json(enrolled), enrolled.enrolled ? 201 : 409);
  if (enrolled.enrolled)
    response.headers["location"] = "/v1/persons/" + enrolled.person_id + "/encounters/" + enrolled.encounter_id;
  return response;
}

Result<Response> enrol_as(Node& node, const Call& call, service::EnrolRequest request) {
  return once<service::EnrolAnswer>(
      node, call, enrolled_or_not, [&](const auto& only) { return node.enrol(call.caller, std::move(request), only); });
}

Result<Response> enrol(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const Json body, call.body());
  ASSIGN_OR_RETURN(service::EnrolRequest request, read_enrol(body));
  if (!request.overrule.empty()) return Error{Code::kInvalidInput, "overrule: a supervisor's, at /v1/overrulings"};
  return enrol_as(node, call, std::move(request));
}

Result<Response> overrule(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const Json body, call.body());
  ASSIGN_OR_RETURN(service::EnrolRequest request, read_enrol(body));
  if (request.overrule.empty())
    return Error{Code::kInvalidInput, "overrule: say whose fingers these are, and how you know"};
  return enrol_as(node, call, std::move(request));
}

// Without a file the node refuses it, and says so in its log.
service::Why read_why(JsonReader& reader) {
  service::Why out{reader.string_or("case_reference", ""), read_prose_or_none(reader, "reasons"),
                   reader.boolean_or("urgent", false)};
  if (out.urgent && !out.case_reference.empty()) reader.complain("member \"urgent\" is of what has no case_reference");
  return out;
}

struct Searched {
  std::vector<Sample> samples;
  service::Why why;
};

Result<Searched> read_search(const Call& call, const char* what) {
  ASSIGN_OR_RETURN(const Json body, call.body());
  JsonReader reader(body, what);
  const Json::Array& samples = reader.array("samples");
  Searched out;
  out.why = read_why(reader);
  TRY(reader.finish());
  ASSIGN_OR_RETURN(out.samples, read_samples(samples));
  return out;
}

Result<Response> identify(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const Searched sent, read_search(call, "identify"));
  ASSIGN_OR_RETURN(const service::IdentifyAnswer found, node.identify(call.caller, sent.samples, sent.why));
  return answer(to_json(found));
}

Result<Response> assess(Node&, const Call& call) {
  ASSIGN_OR_RETURN(const Json body, call.body());
  JsonReader reader(body, "assess");
  const Json::Array& samples = reader.array("samples");
  TRY(reader.finish());
  ASSIGN_OR_RETURN(const std::vector<Sample> sent, read_samples(samples));
  ASSIGN_OR_RETURN(const service::CaptureReport report, service::assess_capture(sent));
  return answer(to_json(report));
}

Response waits(const service::TaskView& task) {
  Response response = answer(to_json(task), 202);
  response.headers["location"] = "/v1/tasks/" + task.task_id;
  return response;
}

Result<Response> identify_later(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const Json body, call.body());
  JsonReader reader(body, "task");
  const Json::Array& samples_json = reader.array("samples");
  const service::Why why = read_why(reader);
  const std::string callback = reader.string_or("callback", "");
  TRY(reader.finish());
  ASSIGN_OR_RETURN(const std::vector<Sample> samples, read_samples(samples_json));
  return once<service::TaskView>(node, call, waits, [&](const auto& only) {
    return node.identify_later(call.caller, samples, why, callback, only);
  });
}

Result<Response> task(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const service::TaskView task, node.task(call.caller, call.parts[0]));
  return answer(to_json(task));
}

Result<Response> verify(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const Searched sent, read_search(call, "verify"));
  ASSIGN_OR_RETURN(const service::VerifyAnswer compared,
                   node.verify(call.caller, call.parts[0], sent.samples, sent.why));
  return answer(to_json(compared));
}

Result<Response> search_names(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const Json body, call.body());
  JsonReader reader(body, "search");
  const auto words = [&](const char* name) {
    std::string out = reader.string_or(name, "");
    if (!reader.any_or_null(name).is_null() && (out.empty() || !is_plain_text(out)))
      reader.complain(std::string("member \"") + name + "\" must be text without control characters");
    return out;
  };
  const service::NameQuery query{words("document_number"), words("family_name"), words("given_names"),
                                 words("date_of_birth")};
  const service::Why why = read_why(reader);
  TRY(reader.finish());
  ASSIGN_OR_RETURN(const service::NamesAnswer found, node.search_names(call.caller, query, why));
  Json::Array encounters;
  for (const Encounter& each : found.encounters)
    encounters.push_back(Json::object({{"person_id", each.person_id},
                                       {"encounter_id", each.encounter_id},
                                       {"created", to_iso8601(each.created_ms)},
                                       {"biographic", to_json(each.biographic)}}));
  return answer(Json::object({{"encounters", Json(std::move(encounters))},
                              {"more", found.more},
                              {"case_reference", found.case_reference},
                              {"receipt", to_json(found.receipt)}}));
}

Result<Response> encounters(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const std::vector<Encounter> all,
                   node.encounters(call.caller, call.parts[0], {call.parameter("case_reference")}));
  Json::Array out;
  for (const Encounter& each : all)
    out.push_back(Json::object({{"encounter_id", each.encounter_id},
                                {"created", to_iso8601(each.created_ms)},
                                {"retention_until", to_iso8601(each.retention_until_ms)}}));
  return answer(Json::object({{"person_id", call.parts[0]}, {"encounters", Json(std::move(out))}}));
}

Result<Response> read_encounter(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const Encounter encounter, node.read_encounter(call.caller, call.parts[0], call.parts[1]));
  return answer(to_json(encounter));
}

Result<Response> erase(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const std::string reasons, read_reasons(call, "erase"));
  return once<service::Erasure>(
      node, call, [](const service::Erasure& erased) { return answer(to_json(erased)); },
      [&](const auto& only) { return node.erase_person(call.caller, call.parts[0], reasons, only); });
}

constexpr Entry kPersonEntries[] = {
    {{"POST", "/v1/persons", "enrol", Action::kEnrol}, enrol},
    {{"POST", "/v1/overrulings", "overrule", Action::kOverruleIdentity}, overrule},
    {{"POST", "/v1/persons/{person_id}/verify", "verify", Action::kVerify}, verify},
    {{"GET", "/v1/persons/{person_id}", "encounters", Action::kReadEncounter, "case_reference"}, encounters},
    {{"GET", "/v1/persons/{person_id}/encounters/{encounter_id}", "readEncounter", Action::kReadEncounter},
     read_encounter},
    {{"DELETE", "/v1/persons/{person_id}", "erase", Action::kErase}, erase},
    {{"POST", "/v1/identify", "identify", Action::kIdentify}, identify},
    {{"POST", "/v1/names", "searchNames", Action::kSearchNames}, search_names},
    {{"POST", "/v1/assess", "assess", Action::kIdentify}, assess},
    {{"POST", "/v1/tasks", "identifyLater", Action::kIdentify}, identify_later},
    {{"GET", "/v1/tasks/{task_id}", "task", Action::kIdentify}, task},
};

}  // namespace

std::span<const Entry> persons() {
  return kPersonEntries;
}

}  // namespace puente::api::own
