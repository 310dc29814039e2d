#include "api/own/json.h"
#include "api/own/own.h"

namespace puente::api::own {
namespace {

using net::Response;
using service::Node;

Result<Response> enrol(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const Json body, call.body());
  ASSIGN_OR_RETURN(service::EnrolRequest request, read_enrol(body));
  ASSIGN_OR_RETURN(const service::EnrolAnswer enrolled, node.enrol(call.caller, std::move(request)));
  return answer(to_json(enrolled), enrolled.enrolled ? 201 : 409);
}

Result<std::vector<Sample>> samples_alone(const Call& call, const char* what) {
  ASSIGN_OR_RETURN(const Json body, call.body());
  JsonReader reader(body, what);
  const Json::Array& samples = reader.array("samples");
  TRY(reader.finish());
  return read_samples(samples);
}

Result<Response> identify(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const std::vector<Sample> samples, samples_alone(call, "identify"));
  ASSIGN_OR_RETURN(const service::IdentifyAnswer found, node.identify(call.caller, samples));
  return answer(to_json(found));
}

Result<Response> identify_later(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const Json body, call.body());
  JsonReader reader(body, "task");
  const Json::Array& samples_json = reader.array("samples");
  const std::string callback = reader.string_or("callback", "");
  TRY(reader.finish());
  ASSIGN_OR_RETURN(const std::vector<Sample> samples, read_samples(samples_json));
  ASSIGN_OR_RETURN(const service::TaskView task, node.identify_later(call.caller, samples, callback));
  return answer(to_json(task), 202);
}

Result<Response> task(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const service::TaskView task, node.task(call.caller, call.parts[0]));
  return answer(to_json(task));
}

Result<Response> verify(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const std::vector<Sample> samples, samples_alone(call, "verify"));
  ASSIGN_OR_RETURN(const service::VerifyAnswer compared, node.verify(call.caller, call.parts[0], samples));
  return answer(to_json(compared));
}

Result<Response> read_encounter(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const Encounter encounter, node.read_encounter(call.caller, call.parts[0], call.parts[1]));
  return answer(to_json(encounter));
}

Result<Response> erase(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const std::string reasons, read_reasons(call, "erase"));
  ASSIGN_OR_RETURN(const service::Receipt receipt, node.erase_person(call.caller, call.parts[0], reasons));
  return answer(to_json(receipt));
}

constexpr Entry kEntries[] = {
    {{"POST", "/v1/persons", "enrol", Action::kEnrol}, enrol},
    {{"POST", "/v1/persons/{person_id}/verify", "verify", Action::kVerify}, verify},
    {{"GET", "/v1/persons/{person_id}/encounters/{encounter_id}", "readEncounter", Action::kReadEncounter},
     read_encounter},
    {{"DELETE", "/v1/persons/{person_id}", "erase", Action::kErase}, erase},
    {{"POST", "/v1/identify", "identify", Action::kIdentify}, identify},
    {{"POST", "/v1/tasks", "identifyLater", Action::kIdentify}, identify_later},
    {{"GET", "/v1/tasks/{task_id}", "task", Action::kIdentify}, task},
};

}  // namespace

std::span<const Entry> persons() {
  return kEntries;
}

}  // namespace puente::api::own
