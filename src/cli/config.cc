#include "cli/config.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <toml++/toml.h>
#include <algorithm>
#include <charconv>
#include <filesystem>

#include "audit/audit.h"
#include "core/files.h"
#include "policy/policy.h"
#include "store/store.h"

namespace puente::cli {
namespace {

constexpr std::size_t kSmallFileMax = 1u << 20;
constexpr int kCertificateDays = 825;

Status write_secret(const std::string& path, ByteView bytes) {
  TRY(write_file(path, bytes));
  if (chmod(path.c_str(), 0600) != 0) return Error{Code::kUnavailable, path + ": cannot be made private"};
  return {};
}

Result<std::string> read_text(const std::string& path) {
  ASSIGN_OR_RETURN(const Bytes bytes, read_file(path, kSmallFileMax));
  return std::string(text(bytes));
}

// A key file is its 32 bytes in hexadecimal and a line end.
Result<Bytes> read_key(const Directory& directory, const char* name) {
  const std::string path = directory.path + "/keys/" + name;
  ASSIGN_OR_RETURN(std::string hex, read_text(path));
  while (!hex.empty() && (hex.back() == '\n' || hex.back() == ' ')) hex.pop_back();
  auto key = from_hex(hex);
  if (!key.ok() || key->size() != 32) return Error{Code::kCorrupt, path + ": must be 64 hexadecimal digits"};
  return key;
}

std::string log_origin(const std::string& country) {
  return "puente/" + country;
}

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

Result<std::vector<audit::VerifierKey>> verifier_keys(const std::vector<PeerAddress>& peers) {
  std::vector<audit::VerifierKey> out;
  for (const PeerAddress& peer : peers) {
    ASSIGN_OR_RETURN(audit::VerifierKey key, audit::parse_vkey(peer.vkey));
    out.push_back(std::move(key));
  }
  return out;
}

Status make_keys(const InitOptions& options, const net::Identity& tls, Random& random) {
  const std::string keys = options.path + "/keys/";
  const SecretKey node = SecretKey::generate(random);
  const SigningKey signing = SigningKey::generate(random);
  const SigningKey log = SigningKey::generate(random);
  const SealingKey sealing = SealingKey::generate(random);
  const auto hex_line = [](ByteView key) { return to_bytes(to_hex(key) + "\n"); };
  TRY(write_secret(keys + "node.key", hex_line(node.bytes())));
  TRY(write_secret(keys + "tls.key", view(tls.key_pem)));
  TRY(write_file(keys + "tls.crt", view(tls.certificate_pem)));
  const bool overseer = options.role == "overseer";
  const audit::VerifierKey vkey{overseer ? options.country : log_origin(options.country),
                                overseer ? audit::KeyType::kOverseer : audit::KeyType::kLog, log.public_key()};
  TRY(write_secret(keys + "log.key", hex_line(log.seed())));
  TRY(write_file(keys + "log.vkey", view(audit::to_vkey(vkey) + "\n")));
  if (!overseer) {
    TRY(write_secret(keys + "signing.key", hex_line(signing.seed())));
    TRY(write_secret(keys + "sealing.key", hex_line(sealing.bytes())));
    Party party{options.country, options.name, signing.public_key(), sealing.public_key(), {}};
    ASSIGN_OR_RETURN(party.certificate_sha256, net::certificate_sha256(tls.certificate_pem));
    TRY(write_file(options.path + "/party.json", view(pretty(policy::party_document(party)) + "\n")));
  }
  ASSIGN_OR_RETURN(SecretKey store_key, SecretKey::from_bytes(node.bytes()));
  const auto store = store::Store::open(options.path, store::Mode::kCreate, std::move(store_key), random);
  return store.ok() ? Status() : Status(store.error());
}

}  // namespace

Status init_directory(const InitOptions& options, Random& random) {
  const bool overseer = options.role == "overseer";
  if (!overseer && !is_country(options.country)) {
    return Error{Code::kInvalidInput, "--country: an ISO 3166-1 alpha-3 code such as COL"};
  }
  if (overseer && !audit::is_key_name(options.country)) {
    return Error{Code::kInvalidInput, "--country: an overseer's name, without blanks or +"};
  }
  std::error_code error;
  if (std::filesystem::exists(options.path + "/node.toml", error)) {
    return Error{Code::kAlreadyExists, options.path + ": there is a node in this directory already"};
  }
  std::filesystem::create_directories(options.path + "/keys", error);
  if (!error) std::filesystem::create_directories(options.path + "/agreements", error);
  if (error) return Error{Code::kUnavailable, options.path + ": cannot be made: " + error.message()};
  std::filesystem::permissions(options.path, std::filesystem::perms::owner_all, error);
  std::filesystem::permissions(options.path + "/keys", std::filesystem::perms::owner_all, error);
  ASSIGN_OR_RETURN(const net::Identity tls, net::make_identity("puente-" + options.country, kCertificateDays));
  TRY(make_keys(options, tls, random));
  Directory directory;
  directory.path = options.path;
  directory.role = options.role;
  directory.country = options.country;
  directory.api_port = options.api_port;
  directory.partner_port = options.partner_port;
  return write_toml(directory);  // last: a directory without it is not a node
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
         peers_toml("logs", directory.logs);
  return write_file(directory.path + "/node.toml", view(out));
}

Result<Directory> read_directory(const std::string& path) {
  auto content = read_text(path + "/node.toml");
  if (!content.ok()) {
    return Error{Code::kNotFound,
                 path + ": no node here. Make one with: puente node init --data " + path + " --country COL"};
  }
  Directory out;
  try {
    const toml::table file = toml::parse(*content);
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
  } catch (const toml::parse_error& problem) {
    return Error{Code::kInvalidInput,
                 fmt::format("{}/node.toml line {}: {}", path, problem.source().begin.line, problem.description())};
  }
  if (out.role != "node" && out.role != "overseer") {
    return Error{Code::kInvalidInput, path + "/node.toml: role must be node or overseer"};
  }
  if (!(out.expected_false_max > 0) || !(out.false_match_rate_max > 0) || out.retention_days < 1 || out.case_days < 1 ||
      out.question_hours < 1) {
    return Error{Code::kInvalidInput, path + "/node.toml: every limit must be above zero"};
  }
  return out;
}

Result<service::Config> node_config(const Directory& directory) {
  if (directory.role != "node") return Error{Code::kInvalidInput, directory.path + ": this is an overseer, not a node"};
  service::Config out;
  out.directory = directory.path;
  out.country = directory.country;
  out.log_origin = log_origin(directory.country);
  ASSIGN_OR_RETURN(const Bytes node, read_key(directory, "node.key"));
  ASSIGN_OR_RETURN(out.node_key, SecretKey::from_bytes(node));
  ASSIGN_OR_RETURN(const Bytes signing, read_key(directory, "signing.key"));
  ASSIGN_OR_RETURN(out.signing_key, SigningKey::from_seed(signing));
  ASSIGN_OR_RETURN(const Bytes log, read_key(directory, "log.key"));
  ASSIGN_OR_RETURN(out.log_key, SigningKey::from_seed(log));
  ASSIGN_OR_RETURN(const Bytes sealing, read_key(directory, "sealing.key"));
  ASSIGN_OR_RETURN(out.sealing_key, SealingKey::from_bytes(sealing));
  ASSIGN_OR_RETURN(out.overseers, verifier_keys(directory.overseers));
  out.expected_false_max = directory.expected_false_max;
  out.false_match_rate_max = directory.false_match_rate_max;
  out.retention_days = directory.retention_days;
  out.case_days = directory.case_days;
  out.question_hours = directory.question_hours;

  std::error_code error;
  std::vector<std::string> files;
  for (const auto& file : std::filesystem::directory_iterator(directory.path + "/agreements", error)) {
    if (file.path().extension() == ".json") files.push_back(file.path().string());
  }
  std::sort(files.begin(), files.end());
  for (const std::string& file : files) {
    ASSIGN_OR_RETURN(const std::string content, read_text(file));
    auto agreement = policy::read_agreement(content);
    if (!agreement.ok()) return Error{agreement.error().code, file + ": " + agreement.error().message};
    if (agreement->party(directory.country) == nullptr) {
      return Error{Code::kInvalidInput, file + ": " + directory.country + " is not a party of this agreement"};
    }
    for (const Agreement& each : out.agreements) {
      if (each.id == agreement->id) {
        return Error{Code::kConflict, file + ": another agreement with the id " + each.id + " is in use; remove one"};
      }
    }
    out.agreements.push_back(*std::move(agreement));
  }
  return out;
}

Result<service::OverseerConfig> overseer_config(const Directory& directory) {
  if (directory.role != "overseer")
    return Error{Code::kInvalidInput, directory.path + ": this is a node, not an overseer"};
  service::OverseerConfig out;
  out.directory = directory.path;
  out.name = directory.country;
  ASSIGN_OR_RETURN(const Bytes node, read_key(directory, "node.key"));
  ASSIGN_OR_RETURN(out.node_key, SecretKey::from_bytes(node));
  ASSIGN_OR_RETURN(const Bytes log, read_key(directory, "log.key"));
  ASSIGN_OR_RETURN(out.signing_key, SigningKey::from_seed(log));
  ASSIGN_OR_RETURN(out.logs, verifier_keys(directory.logs));
  return out;
}

Result<net::Identity> tls_identity(const Directory& directory) {
  net::Identity out;
  ASSIGN_OR_RETURN(out.certificate_pem, read_text(directory.path + "/keys/tls.crt"));
  ASSIGN_OR_RETURN(out.key_pem, read_text(directory.path + "/keys/tls.key"));
  return out;
}

Result<std::vector<api::User>> read_users(const Directory& directory) {
  std::vector<api::User> out;
  const auto content = read_text(directory.path + "/users.json");
  if (!content.ok() && content.error().code == Code::kNotFound) return out;
  if (!content.ok()) return content.error();
  ASSIGN_OR_RETURN(const Json json, parse_json(*content));
  JsonReader file(json, "users.json");
  for (const Json& each : file.array("users")) {
    JsonReader reader(each, "users.json");
    api::User user;
    user.name = reader.string("name");
    const auto role = parse_role(reader.string("role"));
    const auto token = from_hex(reader.string("token_sha256"));
    if (!role.ok() || !token.ok() || token->size() != 32) reader.complain("a user's role or token_sha256 is not valid");
    TRY(reader.finish());
    user.role = *role;
    user.token_sha256 = *fixed<32>(*token);
    out.push_back(std::move(user));
  }
  TRY(file.finish());
  return out;
}

Result<std::string> add_user(const Directory& directory, const std::string& name, Role role, Random& random) {
  if (!is_id(name)) return Error{Code::kInvalidInput, "--name: 1 to 64 of letters, digits and . _ : -"};
  ASSIGN_OR_RETURN(const std::vector<api::User> users, read_users(directory));
  Json::Array all;
  for (const api::User& user : users) {
    if (user.name == name) return Error{Code::kAlreadyExists, "there is a user " + name + " already"};
    all.push_back(Json::object(
        {{"name", user.name}, {"role", to_string(user.role)}, {"token_sha256", to_hex(user.token_sha256)}}));
  }
  std::string token = random.id("") + random.id("");
  all.push_back(
      Json::object({{"name", name}, {"role", to_string(role)}, {"token_sha256", to_hex(sha256(view(token)))}}));
  TRY(write_secret(directory.path + "/users.json",
                   view(pretty(Json::object({{"users", Json(std::move(all))}})) + "\n")));
  return token;
}

Result<HostPort> parse_url(const std::string& url) {
  constexpr std::string_view kScheme = "https://";
  const std::size_t colon = url.rfind(':');
  HostPort out;
  if (url.starts_with(kScheme) && colon != std::string::npos && colon > kScheme.size()) {
    out.host = url.substr(kScheme.size(), colon - kScheme.size());
    const char* end = url.data() + url.size();
    const auto parsed = std::from_chars(url.data() + colon + 1, end, out.port);
    if (parsed.ec == std::errc() && parsed.ptr == end && out.port != 0) return out;
  }
  return Error{Code::kInvalidInput, "not an address: write it as https://host:port"};
}

}  // namespace puente::cli
