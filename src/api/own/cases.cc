#include "api/own/json.h"
#include "api/own/once.h"
#include "api/own/own.h"
#include "api/own/query.h"

namespace puente::api::own {
namespace {

using net::Response;
using service::Node;

// About one case an answer is given when a window ends, whatever it took: a seeded case needs some microseconds less
// than a hit, of which there is a person to be looked at (docs/decisions/0112).
constexpr int kCasesWindowMs = 100;

// A page: /v1/cases?state=open&partner=USA&after=…&limit=100. `next`: there may be more, from there on.
Result<Response> list_cases(Node& node, const Call& call) {
  service::CaseFilter filter;
  if (const std::string state = call.parameter("state"); !state.empty()) {
    ASSIGN_OR_RETURN(filter.state, parse_case_state(state));
  }
  ASSIGN_OR_RETURN(filter.partner, country_of(call, "partner"));
  filter.after = call.parameter("after");  // opaque here
  ASSIGN_OR_RETURN(filter.limit, page_limit(call));
  ASSIGN_OR_RETURN(const service::CasePage page, node.cases(call.caller, filter));
  Json out = Json::object({{"cases", to_json(page.cases)}});
  if (!page.next.empty()) out.set("next", page.next);
  return answer(out);
}

// With ?fingers=no the case alone, which is no look at its fingers.
Result<Response> view_case(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const bool alone, says(call, "fingers", "no"));
  if (alone) {
    ASSIGN_OR_RETURN(const service::ShownCase facts, node.case_facts(call.caller, call.parts[0]));
    return answer(Json::object({{"case", to_json(facts)}}));
  }
  ASSIGN_OR_RETURN(const service::CaseView seen, node.view_case(call.caller, call.parts[0]));
  return answer(to_json(seen));
}

// One pair, drawn: /v1/cases/c-1/pictures/0?kind=probe
Result<Response> picture(Node& node, const Call& call) {
  const std::string kind = call.parameter("kind");
  ASSIGN_OR_RETURN(const service::PictureKind wanted, service::parse_picture_kind(kind.empty() ? "clean" : kind));
  ASSIGN_OR_RETURN(const std::int64_t pair,
                   read_number(call.parts[1], "the pair's number must be one, counted from 0", 0));
  ASSIGN_OR_RETURN(Bytes png, node.case_picture(call.caller, call.parts[0], static_cast<std::size_t>(pair), wanted));
  Response response;
  response.content_type = "image/png";
  response.body = std::move(png);
  return response;
}

Response marked(const service::ShownCase& the_case) {
  return answer(Json::object({{"case", to_json(the_case)}}));
}

// What the examiner found on the question's prints, before any of the candidate's is shown.
Result<Response> mark(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const Json body, call.body());
  ASSIGN_OR_RETURN(const std::vector<std::vector<Mark>> marks, read_marks(body));
  return once<service::ShownCase>(
      node, call, marked, [&](const auto& only) { return node.lock_probe(call.caller, call.parts[0], marks, only); });
}

Response decided(const service::ShownCase& the_case) {
  return answer(to_json(the_case));
}

Result<Response> decide_case(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const Json body, call.body());
  JsonReader reader(body, "verdict");
  const auto verdict = parse_verdict(reader.string("verdict"));
  const std::string reasons = read_prose(reader, "reasons");
  if (!verdict.ok()) reader.complain("member \"verdict\" must be confirm, reject or inconclusive");
  TRY(reader.finish());
  return once<service::ShownCase>(node, call, decided, [&](const auto& only) {
    return node.decide_case(call.caller, call.parts[0], *verdict, reasons, only);
  });
}

// What whoever decides about a release should know.
Result<Response> card(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const service::ReleaseCard card, node.release_card(call.caller, call.parts[0]));
  return answer(to_json(card));
}

Result<Response> release(Node& node, const Call& call) {
  ASSIGN_OR_RETURN(const Json body, call.body());
  JsonReader reader(body, "release");
  const auto decision = parse_release_decision(reader.string("decision"));
  const std::string facts = read_prose(reader, "facts");
  const std::string offence = read_prose_or_none(reader, "offence");
  if (!decision.ok()) reader.complain("member \"decision\" must be release or hold_back");
  TRY(reader.finish());
  return once<Case>(
      node, call, [](const Case& cleared) { return answer(to_json(cleared)); },
      [&](const auto& only) {
        return node.decide_release(call.caller, call.parts[0], *decision, facts, offence, only);
      });
}

constexpr Entry kCaseEntries[] = {
    {{"GET", "/v1/cases", "cases", Action::kListCases, "state partner after limit"}, list_cases},
    {{"GET", "/v1/cases/{case_id}", "viewCase", Action::kViewCase, "fingers", kCasesWindowMs}, view_case},
    {{"GET", "/v1/cases/{case_id}/pictures/{pair}", "casePicture", Action::kViewCase, "kind", kCasesWindowMs}, picture},
    {{"POST", "/v1/cases/{case_id}/marks", "lockProbe", Action::kDecideCase, {}, kCasesWindowMs}, mark},
    {{"POST", "/v1/cases/{case_id}/verdict", "decideCase", Action::kDecideCase, {}, kCasesWindowMs}, decide_case},
    {{"GET", "/v1/cases/{case_id}/card", "releaseCard", Action::kDecideRelease}, card},
    {{"POST", "/v1/cases/{case_id}/release", "decideRelease", Action::kDecideRelease}, release},
};

}  // namespace

std::span<const Entry> cases() {
  return kCaseEntries;
}

}  // namespace puente::api::own
