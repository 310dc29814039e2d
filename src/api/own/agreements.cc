#include "api/own/json.h"
#include "api/own/once.h"
#include "api/own/own.h"

namespace puente::api::own {
namespace {

using net::Response;
using service::Node;

Result<Response> list_agreements(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const std::vector<service::AgreementView> found, node.agreements(call.caller));
  return answer(Json::object({{"agreements", to_json(found)}}));
}

Result<Response> text_of_agreement(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const std::vector<service::AgreementView> found, node.agreements(call.caller));
  for (const service::AgreementView& each : found) {
    if (each.id != call.parts[0]) continue;
    Response out;
    out.body = to_bytes(each.document);
    return out;
  }
  return Error{Code::kNotFound, "no agreement of this id was accepted here"};
}

Response accepted(const service::Receipt& receipt) {
  Response response = answer(to_json(receipt), 201);
  response.headers["location"] = "/v1/agreements";
  return response;
}

Result<Response> accept(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const Json body, call.body());
  JsonReader reader(body, "agreement");
  const std::string document = reader.long_string("document");
  const std::string reasons = read_prose(reader, "reasons");
  TRY(reader.finish());
  return once<service::Receipt>(node, call, accepted, [&](const auto& only) {
    return node.accept_agreement(call.caller, document, reasons, only);
  });
}

using Step = Result<service::Receipt> (Node::*)(const Caller&, const std::string&, const std::string&,
                                                const service::Once<service::Receipt>&);

Result<Response> change(Node& node, const Call& call, Step step) {
  ASSIGN_OR_RETURN(const Json body, call.body());
  JsonReader reader(body, "agreement");
  const std::string reasons = read_prose(reader, "reasons");
  TRY(reader.finish());
  return once<service::Receipt>(
      node, call, done, [&](const auto& only) { return (node.*step)(call.caller, call.parts[0], reasons, only); });
}

Result<Response> suspend(Node& node, const Call& call) {
  return change(node, call, &Node::suspend_agreement);
}
Result<Response> resume(Node& node, const Call& call) {
  return change(node, call, &Node::resume_agreement);
}
Result<Response> terminate(Node& node, const Call& call) {
  return change(node, call, &Node::terminate_agreement);
}

constexpr Entry kAgreementEntries[] = {
    {{"GET", "/v1/agreements", "agreements", Action::kListAgreements}, list_agreements},
    {{"GET", "/v1/agreements/{agreement_id}/text", "agreementText", Action::kListAgreements}, text_of_agreement},
    {{"POST", "/v1/agreements", "acceptAgreement", Action::kAcceptAgreement}, accept},
    {{"POST", "/v1/agreements/{agreement_id}/suspend", "suspendAgreement", Action::kSuspendAgreement}, suspend},
    {{"POST", "/v1/agreements/{agreement_id}/resume", "resumeAgreement", Action::kResumeAgreement}, resume},
    {{"POST", "/v1/agreements/{agreement_id}/terminate", "terminateAgreement", Action::kTerminateAgreement}, terminate},
};

}  // namespace

std::span<const Entry> agreements() {
  return kAgreementEntries;
}

}  // namespace puente::api::own
