// node.toml: made, read, told of peers and agreements.
#include <fmt/format.h>

#include <toml++/toml.h>
#include <filesystem>

#include "audit/audit.h"
#include "core/files.h"
#include "core/text.h"
#include "home/inside.h"
#include "policy/policy.h"

namespace puente::home {
namespace {

Result<std::vector<PeerAddress>> read_peers(const toml::table& file, const char* section) {
  std::vector<PeerAddress> out;
  const toml::table* table = file[section].as_table();
  if (table == nullptr) return out;
  for (const auto& [name, value] : *table) {
    const toml::table* peer = value.as_table();
    if (peer == nullptr)
      return Error{Code::kInvalidInput, fmt::format("node.toml: [{}.{}] must be a table", section, name.str())};
    PeerAddress address;
    address.name = std::string(name.str());
    address.url = (*peer)["url"].value_or(std::string());
    address.certificate_sha256 = (*peer)["certificate_sha256"].value_or(std::string());
    address.vkey = (*peer)["vkey"].value_or(std::string());
    out.push_back(std::move(address));
  }
  return out;
}

std::string peers_toml(const char* section, const std::vector<PeerAddress>& peers) {
  std::string out;
  for (const PeerAddress& peer : peers) {
    out += fmt::format("\n[{}.\"{}\"]\n", section, peer.name);
    if (!peer.url.empty()) out += fmt::format("url = \"{}\"\n", peer.url);
    if (!peer.certificate_sha256.empty()) out += fmt::format("certificate_sha256 = \"{}\"\n", peer.certificate_sha256);
    if (!peer.vkey.empty()) out += fmt::format("vkey = \"{}\"\n", peer.vkey);
  }
  return out;
}

Status write_toml(const Directory& directory) {
  std::string out = fmt::format(
      "# Puente node. docs/operations.md explains each line.\nrole = \"{}\"\ncountry = \"{}\"\n\n[api]\naddress = "
      "\"{}\"\nport = {}\n\n"
      "[partner]\naddress = \"{}\"\nport = {}\n\n[limits]\nexpected_false_max = {}\nfalse_match_rate_max = "
      "{}\nretention_days = {}\n"
      "case_days = {}\nquestion_hours = {}\n",
      directory.role, directory.country, directory.api_address, directory.api_port, directory.partner_address,
      directory.partner_port, directory.expected_false_max, directory.false_match_rate_max, directory.retention_days,
      directory.case_days, directory.question_hours);
  out += peers_toml("partners", directory.partners) + peers_toml("overseers", directory.overseers) +
         peers_toml("logs", directory.logs) + peers_toml("callbacks", directory.callbacks);
  return write_file(directory.path + "/node.toml", view(out));
}

Status check(const Directory& directory) {
  const std::string file = directory.path + "/node.toml";
  if (directory.role != "node" && directory.role != "overseer") {
    return Error{Code::kInvalidInput, file + ": role must be node or overseer"};
  }
  if (!(directory.expected_false_max > 0) || !(directory.false_match_rate_max > 0) || directory.retention_days < 1 ||
      directory.case_days < 1 || directory.question_hours < 1) {
    return Error{Code::kInvalidInput, file + ": every limit must be above zero"};
  }
  for (const PeerAddress& callback : directory.callbacks) {  // the line knows peers by name
    const auto same = [&](const PeerAddress& other) { return other.name == callback.name; };
    if (is_country(callback.name) || std::any_of(directory.overseers.begin(), directory.overseers.end(), same))
      return Error{Code::kInvalidInput, file + ": a callback must not be named as a country or an overseer is"};
  }
  return {};
}

std::vector<PeerAddress>& peers_of(Directory& directory, Introduction::Kind kind) {
  switch (kind) {
    case Introduction::Kind::kPartner:
      return directory.partners;
    case Introduction::Kind::kOverseer:
      return directory.overseers;
    case Introduction::Kind::kCallback:
      return directory.callbacks;
    case Introduction::Kind::kLog:
      break;
  }
  return directory.logs;
}

}  // namespace

Status make_directory(const Directory& wanted, const std::string& name, Random& random) {
  const bool overseer = wanted.role == "overseer";
  if (!overseer && !is_country(wanted.country)) {
    return Error{Code::kInvalidInput, "--country: an ISO 3166-1 alpha-3 code such as COL"};
  }
  if (overseer && !audit::is_key_name(wanted.country)) {
    return Error{Code::kInvalidInput, "--country: an overseer's name, without blanks or +"};
  }
  std::error_code error;
  if (std::filesystem::exists(wanted.path + "/node.toml", error)) {
    return Error{Code::kAlreadyExists, wanted.path + ": there is a node in this directory already"};
  }
  std::filesystem::create_directories(wanted.path + "/keys", error);
  if (!error) std::filesystem::create_directories(wanted.path + "/agreements", error);
  if (error) return Error{Code::kUnavailable, wanted.path + ": cannot be made: " + error.message()};
  std::filesystem::permissions(wanted.path, std::filesystem::perms::owner_all, error);
  std::filesystem::permissions(wanted.path + "/keys", std::filesystem::perms::owner_all, error);
  TRY(make_keys(wanted, name, random));
  return write_toml(wanted);  // last: a directory without it is not a node
}

Result<Directory> read_directory(const std::string& path) {
  const auto content = read_file(path + "/node.toml", kSmallFileMax);
  if (!content.ok()) {
    return Error{Code::kNotFound,
                 path + ": no node here. Make one with: puente node init --data " + path + " --country COL"};
  }
  Directory out;
  try {
    const toml::table file = toml::parse(text(*content));
    out.path = path;
    out.role = file["role"].value_or(std::string());
    out.country = file["country"].value_or(std::string());
    out.api_address = file["api"]["address"].value_or(out.api_address);
    out.api_port = file["api"]["port"].value_or(out.api_port);
    out.partner_address = file["partner"]["address"].value_or(out.partner_address);
    out.partner_port = file["partner"]["port"].value_or(out.partner_port);
    const auto limits = file["limits"];
    out.expected_false_max = limits["expected_false_max"].value_or(out.expected_false_max);
    out.false_match_rate_max = limits["false_match_rate_max"].value_or(out.false_match_rate_max);
    out.retention_days = limits["retention_days"].value_or(out.retention_days);
    out.case_days = limits["case_days"].value_or(out.case_days);
    out.question_hours = limits["question_hours"].value_or(out.question_hours);
    ASSIGN_OR_RETURN(out.partners, read_peers(file, "partners"));
    ASSIGN_OR_RETURN(out.overseers, read_peers(file, "overseers"));
    ASSIGN_OR_RETURN(out.logs, read_peers(file, "logs"));
    ASSIGN_OR_RETURN(out.callbacks, read_peers(file, "callbacks"));
  } catch (const toml::parse_error& problem) {
    return Error{Code::kInvalidInput,
                 fmt::format("{}/node.toml line {}: {}", path, problem.source().begin.line, problem.description())};
  }
  TRY(check(out));
  return out;
}

Status add_peer(const std::string& path, const Introduction& peer) {
  ASSIGN_OR_RETURN(Directory directory, read_directory(path));
  PeerAddress address{peer.name, peer.url, "", peer.vkey};
  if (!peer.url.empty()) TRY(parse_url(peer.url));
  if (!peer.certificate_pem.empty()) {
    ASSIGN_OR_RETURN(const Digest digest, net::certificate_sha256(peer.certificate_pem));
    address.certificate_sha256 = to_hex(digest);
  }
  if (!peer.vkey.empty()) TRY(audit::parse_vkey(peer.vkey));
  std::vector<PeerAddress>& peers = peers_of(directory, peer.kind);
  std::erase_if(peers, [&](const PeerAddress& each) { return each.name == peer.name; });
  peers.push_back(std::move(address));
  TRY(check(directory));
  return write_toml(directory);
}

Status accept_agreement(const std::string& path, ByteView document) {
  ASSIGN_OR_RETURN(const Directory directory, read_directory(path));
  ASSIGN_OR_RETURN(const Agreement agreement, policy::read_agreement(text(document)));
  if (agreement.party(directory.country) == nullptr) {
    return Error{Code::kInvalidInput, directory.country + " is not a party of this agreement"};
  }
  return write_file(path + "/agreements/" + to_hex(agreement.digest).substr(0, 16) + ".json", document);
}

Result<HostPort> parse_url(const std::string& url) {
  constexpr std::string_view kScheme = "https://";
  const std::size_t colon = url.rfind(':');
  HostPort out;
  if (url.starts_with(kScheme) && colon != std::string::npos && colon > kScheme.size()) {
    out.host = url.substr(kScheme.size(), colon - kScheme.size());
    out.port = to_number<std::uint16_t>(std::string_view(url).substr(colon + 1)).value_or(0);
    if (out.port != 0) return out;
  }
  return Error{Code::kInvalidInput, "not an address: write it as https://host:port"};
}

}  // namespace puente::home
