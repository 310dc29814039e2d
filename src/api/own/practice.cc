#include "api/own/json.h"
#include "api/own/once.h"
#include "api/own/own.h"

namespace puente::api::own {
namespace {

using net::Response;
using service::Node;

Json outcomes_json(const PracticeOutcomes& outcomes, const ErrorRate& rate) {
  return Json::object({{"non_mates", std::int64_t{outcomes.non_mates}},
                       {"confirmed_non_mates", std::int64_t{outcomes.confirmed_non_mates}},
                       {"mates", std::int64_t{outcomes.mates}},
                       {"rejected_mates", std::int64_t{outcomes.rejected_mates}},
                       {"undecided", std::int64_t{outcomes.undecided}},
                       {"error_rate", Json::object({{"errors", std::int64_t{rate.errors}},
                                                    {"of", std::int64_t{rate.of}},
                                                    {"low", rate.low},
                                                    {"high", rate.high}})}});
}

Result<Response> add(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const Json body, call.body());
  JsonReader reader(body, "pair");
  const auto truth = parse_truth(reader.string("truth"));
  const Json::Array &probe_json = reader.array("probe"), &reference_json = reader.array("reference");
  if (!truth.ok()) reader.complain("member \"truth\" must be mated or non_mated");
  TRY(reader.finish());
  ASSIGN_OR_RETURN(const std::vector<Sample> probe, read_samples(probe_json, "probe"));
  ASSIGN_OR_RETURN(const std::vector<Sample> reference, read_samples(reference_json, "reference"));
  return once<service::Receipt>(node, call, done, [&](const auto& only) {
    return node.add_practice_pair(call.caller, *truth, probe, reference, only);
  });
}

Result<Response> report(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const service::PracticeReport found, node.practice(call.caller));
  Json::Array examiners;
  for (const service::ExaminerReport& each : found.examiners) {
    Json one = Json::object({{"examiner", each.user}, {"outcomes", outcomes_json(each.outcomes, each.rate)}});
    if (each.suspended_ms != 0) one.set("suspended", to_iso8601(each.suspended_ms));
    examiners.push_back(std::move(one));
  }
  return answer(Json::object({{"waiting", found.waiting},
                              {"examiners", std::move(examiners)},
                              {"office", outcomes_json(found.office, found.rate)}}));
}

Result<Response> renew(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const std::string reasons, read_reasons(call, "renewal"));
  return once<service::Receipt>(node, call, done, [&](const auto& only) {
    return node.renew_certificate(call.caller, call.parts[0], reasons, only);
  });
}

constexpr Entry kPracticeEntries[] = {
    {{"POST", "/v1/practice/pairs", "addPracticePair", Action::kAddPractice}, add},
    {{"GET", "/v1/practice", "practice", Action::kReadCompetence}, report},
    {{"POST", "/v1/practice/examiners/{user}/renewal", "renewCertificate", Action::kRenewCertificate}, renew},
};

}  // namespace

std::span<const Entry> practice() {
  return kPracticeEntries;
}

}  // namespace puente::api::own
