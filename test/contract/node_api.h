// A country's own API in this process: real answers of a real node, without the network between.
#pragma once
#include <map>
#include <string>

#include "api/api.h"
#include "flow/world.h"

namespace puente::contract {

inline std::vector<api::User> users() {
  std::vector<api::User> out;
  const std::map<std::string, Role> names = {
      {"officer", Role::kOfficer},       {"other.officer", Role::kOfficer},
      {"examiner", Role::kExaminer},     {"other.examiner", Role::kExaminer},
      {"supervisor", Role::kSupervisor}, {"other.supervisor", Role::kSupervisor},
      {"auditor", Role::kAuditor},       {"administrator", Role::kAdministrator}};
  for (const auto& [name, role] : names) {
    out.push_back({name, role, sha256(view(name))});  // the name is the token
    if (role == Role::kExaminer) out.back().certified_until_ms = flow::kCertified;
  }
  return out;
}

inline net::Response call(service::Node& node, const std::string& user, const std::string& method,
                          const std::string& target, const std::string& body = {}, const std::string& key = {},
                          const api::SignIn& sign_in = {}, const std::map<std::string, std::string>& headers = {}) {
  net::Request request;
  request.headers = headers;
  request.method = method;
  request.target = target.substr(0, target.find('?'));
  if (request.target.size() < target.size()) request.query = target.substr(request.target.size() + 1);
  if (!user.empty()) request.headers["authorization"] = "Bearer " + user;
  if (!key.empty()) request.headers["idempotency-key"] = key;
  request.body = to_bytes(body);
  const auto find = [](const Digest& token) -> std::optional<Caller> {
    for (const api::User& each : users())
      if (each.token_sha256 == token) return Caller{each.name, each.role, false, each.certified_until_ms};
    return std::nullopt;
  };
  return api::own_api(node, find, {}, sign_in).handle(request);
}

inline Json samples_of(std::uint32_t person, std::uint32_t day) {
  Json::Array out;
  for (const Sample& each : flow::fingers_of(person, day))
    out.push_back(Json::object({{"position", to_string(each.position)}, {"image", to_base64(each.image)}}));
  return Json(std::move(out));
}

inline Json body_of(const net::Response& response) {
  const auto json = parse_json(text(response.body));
  return json.ok() ? *json : Json();
}
inline std::string member(const Json& json, const char* name) {
  const std::string* value = json[name].as_string();
  return value == nullptr ? "" : *value;
}

inline Json enrolment(const std::string& id, std::uint32_t person, std::uint32_t day = 1) {
  return Json::object({{"person_id", id}, {"samples", samples_of(person, day)}});
}
inline Json because(const std::string& reasons) {
  return Json::object({{"reasons", reasons}});
}
inline Json question_about(std::uint32_t person) {
  return Json::object({{"partner", "USA"},
                       {"purpose", "border_identification"},
                       {"case_reference", "BOG-2026-0117"},
                       {"legal_basis", "a test"},
                       {"samples", samples_of(person, 2)}});
}

}  // namespace puente::contract
