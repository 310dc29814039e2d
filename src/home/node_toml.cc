// node.toml, read: whatever it says that this program does not know, or that makes no sense, is refused with its line.
#include <arpa/inet.h>
#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <cmath>

#include "audit/audit.h"
#include "core/text.h"
#include "home/inside.h"

namespace puente::home {
namespace {

// A table of the file: gives members, and remembers the first complaint; finish() also complains of what nobody asked
// for.
class Table {
 public:
  Table(std::string file, std::string name, const toml::table& table)
      : file_(std::move(file)), name_(std::move(name)), table_(table) {}

  bool has(std::string_view key) const { return table_.contains(key); }
  void complain(std::string_view key, const std::string& words) {
    const toml::node* node = table_.get(key);
    const auto line = (node == nullptr ? table_.source() : node->source()).begin.line;
    if (complaint_.empty()) complaint_ = fmt::format("{} line {}: {}{}: {}", file_, line, name_, key, words);
  }
  void text(std::string_view key, std::string& out) {
    read<std::string>(key, out, "must be a text in quotation marks");
  }
  void port(std::string_view key, std::uint16_t& out) {
    std::int64_t number = out;
    whole(key, 0, 65535, number);
    out = static_cast<std::uint16_t>(number);
  }
  void whole(std::string_view key, std::int64_t min, std::int64_t max, std::int64_t& out) {
    read<std::int64_t>(key, out, "must be a whole number");
    if (has(key) && (out < min || out > max)) complain(key, fmt::format("must be {} to {}", min, max));
  }
  void real(std::string_view key, double min, double max, double& out) {
    asked_.emplace_back(key);
    const toml::node* node = table_.get(key);
    if (node != nullptr && !node->is_number()) return complain(key, "must be a number");
    if (node != nullptr) out = *node->value<double>();
    if (!std::isfinite(out) || out < min || out > max) complain(key, fmt::format("must be {} to {}", min, max));
  }
  const toml::table* table(std::string_view key) {
    asked_.emplace_back(key);
    const toml::node* node = table_.get(key);
    if (node != nullptr && !node->is_table()) complain(key, fmt::format("must be a section: [{}]", key));
    return node == nullptr ? nullptr : node->as_table();
  }
  Status finish() {
    for (const auto& [key, value] : table_) {
      if (std::find(asked_.begin(), asked_.end(), key.str()) != asked_.end()) continue;
      if (complaint_.empty()) {
        complaint_ = fmt::format("{} line {}: {}{} is not known here; it may hold {}", file_, key.source().begin.line,
                                 name_, key.str(), fmt::join(asked_, ", "));
      }
    }
    return complaint_.empty() ? Status() : Status(Code::kInvalidInput, complaint_);
  }

 private:
  template <typename T>
  void read(std::string_view key, T& out, const char* otherwise) {
    asked_.emplace_back(key);
    const toml::node* node = table_.get(key);
    if (node == nullptr) return;
    const auto* value = node->as<T>();
    if (value == nullptr) return complain(key, otherwise);
    out = value->get();
  }

  const std::string file_, name_;
  const toml::table& table_;
  std::string complaint_;
  std::vector<std::string> asked_;
};

bool is_ip(const std::string& address) {
  in6_addr scratch{};
  return inet_pton(AF_INET, address.c_str(), &scratch) == 1 || inet_pton(AF_INET6, address.c_str(), &scratch) == 1;
}

Status read_listener(const std::string& file, Table& root, const char* name, std::string& address,
                     std::uint16_t& port) {
  const toml::table* found = root.table(name);
  if (found == nullptr) return {};
  Table section(file, fmt::format("[{}] ", name), *found);
  section.text("address", address);
  if (!is_ip(address)) section.complain("address", "must be an IP address to listen on, such as 127.0.0.1 or ::");
  section.port("port", port);
  return section.finish();
}

Status read_limits(const std::string& file, Table& root, Directory& out) {
  const toml::table* found = root.table("limits");
  if (found == nullptr) return {};
  using namespace bounds;
  Table section(file, "[limits] ", *found);
  section.real("expected_false_max", kRateMin, kExpectedFalseMax, out.expected_false_max);
  section.real("false_match_rate_max", kRateMin, kFalseMatchRateMax, out.false_match_rate_max);
  section.whole("retention_days", 1, kRetentionDaysMax, out.retention_days);
  section.whole("case_days", 1, kCaseDaysMax, out.case_days);
  section.whole("question_hours", 1, kQuestionHoursMax, out.question_hours);
  section.whole("record_days", kRecordDaysMin, kRetentionDaysMax, out.record_days);
  section.whole("details_days", kRecordDaysMin, kRetentionDaysMax, out.details_days);
  section.whole("uncosigned_hours", 0, kUncosignedHoursMax, out.uncosigned_hours);
  if (out.details_days < out.record_days + out.case_days)
    section.complain("details_days", "must be at least record_days and case_days together");
  return section.finish();
}

Status read_roles(const std::string& file, Table& section, ProviderAddress& out) {
  const toml::table* found = section.table("roles");
  if (found == nullptr) return {};
  Table roles(file, "[provider.roles] ", *found);
  for (int i = 0; i < kRoleCount; ++i) {
    const auto role = static_cast<Role>(i);
    std::string words;
    roles.text(to_string(role), words);
    if (!words.empty() && !out.roles.emplace(words, role).second)
      roles.complain(to_string(role), "has the word of another role");
  }
  return roles.finish();
}

// A scheme, a host, perhaps a path: no name and password, no question, no fragment.
bool is_issuer(const std::string& text) {
  constexpr std::string_view kScheme = "https://";
  return text.starts_with(kScheme) && text.size() > kScheme.size() && text[kScheme.size()] != '/' &&
         text.find_first_of(" @?#\\\"") == std::string::npos;
}

Status read_provider(const std::string& file, Table& root, Directory& directory) {
  const toml::table* found = root.table("provider");
  if (found == nullptr) return {};
  ProviderAddress out;
  Table section(file, "[provider] ", *found);
  for (const auto& [key, member] :
       std::initializer_list<std::pair<const char*, std::string*>>{{"issuer", &out.issuer},
                                                                   {"name", &out.name},
                                                                   {"client_id", &out.client_id},
                                                                   {"return_address", &out.return_address},
                                                                   {"audience", &out.audience},
                                                                   {"name_claim", &out.name_claim},
                                                                   {"roles_claim", &out.roles_claim},
                                                                   {"certified_claim", &out.certified_claim},
                                                                   {"second_factor", &out.second_factor},
                                                                   {"authorities", &out.authorities}})
    section.text(key, *member);
  for (const char* const key : {"issuer", "client_id", "return_address"})
    if (!section.has(key)) section.complain(key, "is missing");
  if (!is_issuer(out.issuer)) section.complain("issuer", "must be an address of https, as its tokens say it");
  for (const auto& [key, text] : {std::pair("client_id", &out.client_id),
                                  {"name_claim", &out.name_claim},
                                  {"roles_claim", &out.roles_claim},
                                  {"authorities", &out.authorities}})
    if (text->empty() && (section.has(key) || text != &out.client_id)) section.complain(key, "must not be empty");
  if (("." + out.roles_claim + ".").find("..") != std::string::npos)
    section.complain("roles_claim", "must be a member, or several with a full stop between them");
  if (out.name.empty()) out.name = out.issuer;
  constexpr std::string_view kReturn = "/v1/sign-in/return";
  if (!out.return_address.starts_with("https://") || !out.return_address.ends_with(kReturn))
    section.complain("return_address", "must be this node's https address with /v1/sign-in/return at its end");
  if (out.audience == out.client_id)
    section.complain("audience", "must not be client_id: what tells us of a person is no token for the API");
  TRY(read_roles(file, section, out));
  TRY(section.finish());
  if (out.roles.empty())
    return Error{Code::kInvalidInput,
                 file + ": [provider] needs [provider.roles], such as officer = \"puente-officer\""};
  directory.provider = std::move(out);
  return {};
}

Status read_machines(const std::string& file, Table& root, const toml::table& table, Directory& out) {
  if (!table.contains("machines")) return {};
  out.machines_address = "127.0.0.1";
  out.machines_port = 8444;
  return read_listener(file, root, "machines", out.machines_address, out.machines_port);
}

Status read_samples(const std::string& file, Table& root, Directory& out) {
  const toml::table* found = root.table("samples");
  if (found == nullptr) return {};
  Table section(file, "[samples] ", *found);
  std::string fingers = "captured";
  section.text("fingers", fingers);
  if (fingers != "captured" && fingers != "wsq") section.complain("fingers", "must be \"captured\" or \"wsq\"");
  out.fingers_as_wsq = fingers == "wsq";
  return section.finish();
}

// What a peer of a kind must have; of the rest it may have all.
struct Kind {
  const char* section;
  bool url, certificate;
  std::optional<audit::KeyType> vkey;
};
constexpr Kind kPartner{"partners", true, false, std::nullopt};
constexpr Kind kOverseer{"overseers", true, true, audit::KeyType::kOverseer};
constexpr Kind kLog{"logs", false, false, audit::KeyType::kLog};
constexpr Kind kCallback{"callbacks", true, true, std::nullopt};

void check_vkey(const Kind& kind, const PeerAddress& peer, Table& section) {
  const auto key = audit::parse_vkey(peer.vkey);
  if (!key.ok()) return section.complain("vkey", key.error().message);
  if (key->type != *kind.vkey) section.complain("vkey", "is the key of the other kind: an overseer's, a log's");
  if (key->type == audit::KeyType::kOverseer && key->name != peer.name)
    section.complain("vkey", "is the key of " + key->name + ": the section must bear that name");
}

Result<PeerAddress> read_peer(const std::string& file, const Kind& kind, std::string name, const toml::table& table) {
  Table section(file, fmt::format("[{}.\"{}\"] ", kind.section, name), table);
  PeerAddress out;
  out.name = std::move(name);
  section.text("url", out.url);
  section.text("certificate_sha256", out.certificate_sha256);
  section.text("vkey", out.vkey);
  const auto need = [&](const char* key, bool wanted) {
    if (wanted && !section.has(key)) section.complain(key, "is missing");
    return section.has(key);
  };
  if (need("url", kind.url)) {
    if (const auto url = parse_url(out.url); !url.ok()) section.complain("url", url.error().message);
  }
  if (need("certificate_sha256", kind.certificate)) {
    const auto digest = from_hex(out.certificate_sha256);
    if (!digest.ok() || digest->size() != 32) section.complain("certificate_sha256", "must be 64 hexadecimal digits");
  }
  if (need("vkey", kind.vkey.has_value()) && kind.vkey) check_vkey(kind, out, section);
  TRY(section.finish());
  return out;
}

Status read_peers(const std::string& file, Table& root, const Kind& kind, std::vector<PeerAddress>& out) {
  const toml::table* found = root.table(kind.section);
  if (found == nullptr) return {};
  for (const auto& [name, value] : *found) {
    if (!value.is_table()) {
      return Error{Code::kInvalidInput,
                   fmt::format("{} line {}: [{}] {}: must be a section: [{}.\"{}\"]", file, value.source().begin.line,
                               kind.section, name.str(), kind.section, name.str())};
    }
    ASSIGN_OR_RETURN(out.emplace_back(), read_peer(file, kind, std::string(name.str()), *value.as_table()));
  }
  return {};
}

// The line and the log know peers by their names: none may be taken for another, nor for this node itself.
Status check_names(const std::string& file, const Directory& directory) {
  const auto refuse = [&](const PeerAddress& peer, const char* words) {
    return Error{Code::kInvalidInput, fmt::format("{}: {}: {}", file, peer.name, words)};
  };
  for (const PeerAddress& partner : directory.partners) {
    if (!is_country(partner.name)) return refuse(partner, "a partner is named by its country's code, such as USA");
    if (partner.name == directory.country) return refuse(partner, "this country is no partner of its own");
  }
  std::vector<std::string> taken;
  for (const auto* peers : {&directory.overseers, &directory.callbacks}) {
    for (const PeerAddress& peer : *peers) {
      if (is_reserved_name(peer.name)) return refuse(peer, "an overseer or a callback must not be named so");
      if (std::find(taken.begin(), taken.end(), peer.name) != taken.end())
        return refuse(peer, "an overseer and a callback must not have one name");
      taken.push_back(peer.name);
    }
  }
  return {};
}

Status check_whole(const std::string& file, const Directory& out) {
  const bool one_place = out.api_address == out.partner_address && out.api_port == out.partner_port;
  if (out.role == "node" && one_place && out.api_port != 0)
    return Error{Code::kInvalidInput, file + ": [api] and [partner] cannot both listen at one port"};
  for (const auto& [address, port] :
       {std::pair(out.api_address, out.api_port), std::pair(out.partner_address, out.partner_port)}) {
    if (address == out.machines_address && port == out.machines_port && port != 0)
      return Error{Code::kInvalidInput, file + ": [machines] must listen at a port of its own"};
  }
  const bool people = out.provider || !out.machines_address.empty();
  const bool strays = out.role == "node" ? !out.logs.empty()
                                         : out.fingers_as_wsq || !out.partners.empty() || !out.overseers.empty() ||
                                               !out.callbacks.empty() || people;
  if (strays) {
    return Error{Code::kInvalidInput,
                 file + (out.role == "node" ? ": [logs] are an overseer's; this is a node"
                                            : ": an overseer has [api] and [logs], no other peers")};
  }
  return check_names(file, out);
}

Result<Directory> read_root(const std::string& file, const toml::table& table) {
  Directory out;
  out.role.clear();
  Table root(file, "", table);
  root.text("role", out.role);
  root.text("country", out.country);
  if (out.role != "node" && out.role != "overseer") root.complain("role", "must be node or overseer");
  if (out.role == "node" && !is_country(out.country))
    root.complain("country", "must be an ISO 3166-1 alpha-3 code such as COL");
  if (out.role == "overseer" && !audit::is_key_name(out.country))
    root.complain("country", "must be the overseer's name, without blanks or +");
  TRY(read_listener(file, root, "api", out.api_address, out.api_port));
  TRY(read_listener(file, root, "partner", out.partner_address, out.partner_port));
  TRY(read_machines(file, root, table, out));
  TRY(read_provider(file, root, out));
  TRY(read_limits(file, root, out));
  TRY(read_samples(file, root, out));
  TRY(read_peers(file, root, kPartner, out.partners));
  TRY(read_peers(file, root, kOverseer, out.overseers));
  TRY(read_peers(file, root, kLog, out.logs));
  TRY(read_peers(file, root, kCallback, out.callbacks));
  if (out.role == "overseer" && (table.contains("partner") || table.contains("limits")))
    root.complain("partner", "and limits are a node's; this is an overseer");
  TRY(root.finish());
  TRY(check_whole(file, out));
  return out;
}

}  // namespace

Result<Directory> parse_node_toml(const std::string& path, const std::string& text) {
  const std::string file = path + "/node.toml";
  try {
    ASSIGN_OR_RETURN(Directory out, read_root(file, toml::parse(text)));
    out.path = path;
    return out;
  } catch (const toml::parse_error& problem) {
    return Error{Code::kInvalidInput,
                 fmt::format("{} line {}: {}", file, problem.source().begin.line, problem.description())};
  }
}

std::string new_node_toml(const Directory& directory) {
  std::string out = fmt::format(
      "# docs/operations.md explains each line; `puente node check` says what is in effect.\nrole = \"{}\"\ncountry = "
      "\"{}\"\n\n[api]  # {}\naddress = \"{}\"\nport = {}\n",
      directory.role, directory.country, directory.role == "node" ? "this country's own applications" : "nodes",
      directory.api_address, directory.api_port);
  if (directory.role != "node") return out;
  return out + fmt::format(
                   "\n[partner]  # partners' nodes\naddress = \"{}\"\nport = {}\n\n[limits]\nexpected_false_max = "
                   "{}\nfalse_match_rate_max = {}\nretention_days = {}\ncase_days = {}\nquestion_hours = {}\n",
                   directory.partner_address, directory.partner_port, directory.expected_false_max,
                   directory.false_match_rate_max, directory.retention_days, directory.case_days,
                   directory.question_hours);
}

}  // namespace puente::home
