// A data directory: made where nothing is, read, told of peers and agreements.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "audit/audit.h"
#include "core/text.h"
#include "home/inside.h"
#include "home/keys.h"
#include "home/toml_text.h"
#include "policy/policy.h"

namespace puente::home {
namespace {

namespace fs = std::filesystem;

// What lies in a directory that is to be made: anything but empty folders and what a file system puts at its root.
std::string something_in(const std::string& path) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(path, error)) {
    const std::string name = entry.path().filename().string();
    if (name == "lost+found") continue;
    std::error_code unreadable;
    if (!entry.is_symlink() && entry.is_directory() && fs::is_empty(entry.path(), unreadable) && !unreadable) continue;
    if (!entry.is_symlink() && entry.is_directory()) {
      const auto inner = fs::directory_iterator(entry.path(), unreadable);
      if (!unreadable && inner != fs::directory_iterator()) return name + "/" + inner->path().filename().string();
    }
    return name;
  }
  return error && error != std::errc::no_such_file_or_directory ? error.message() : "";
}

// An init was cut off before there was a database: nothing has worked here yet, or it was all taken away.
bool is_unfinished(const std::string& path) {
  const auto is_missing = [&](const char* file) { return !is_there(path + file); };
  return !is_missing("/keys/node.key") && is_missing("/node.toml") && is_missing("/puente.db") &&
         is_missing("/place.json");
}

Error unfinished(const std::string& path) {
  return {Code::kAlreadyExists,
          path +
              " is unfinished: there are keys and neither node.toml nor puente.db, as when an init is cut off. "
              "Remove it and make the node anew: rm -r " +
              path + ". Where a node has worked here, keep its keys: they open its backup"};
}

Status make_folders(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  for (const char* folder : {"", "/keys", "/agreements"}) {
    if (!error) fs::create_directory(path + folder, error);
    if (!error) fs::permissions(path + folder, fs::perms::owner_all, error);
  }
  if (error) return Error{Code::kUnavailable, path + ": cannot be made: " + error.message()};
  return {};
}

const char* section_of(Introduction::Kind kind) {
  switch (kind) {
    case Introduction::Kind::kPartner:
      return "partners";
    case Introduction::Kind::kOverseer:
      return "overseers";
    case Introduction::Kind::kCallback:
      return "callbacks";
    case Introduction::Kind::kLog:
      break;
  }
  return "logs";
}

// node.toml with one table changed: read again before it is written, so that a file that would be refused never is.
Status rewrite(const std::string& path, const std::function<Result<std::string>(const std::string&)>& change) {
  ASSIGN_OR_RETURN(const Turn turn, Turn::take(path));
  TRY(read_directory(path));
  ASSIGN_OR_RETURN(const std::string before, read_text(path + "/node.toml"));
  ASSIGN_OR_RETURN(const std::string after, about(path, change(before)));
  TRY(parse_node_toml(path, after));
  return write_ours(path + "/node.toml", view(after), Readers::kByUmask);
}

bool is_word(const std::string& text) {  // that TOML need not escape
  return !text.empty() && text.size() <= limits::kTextBytesMax &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f && c != '"' && c != '\\'; });
}

Result<Members> members_of(const Introduction& peer) {
  Members out;
  if (!peer.url.empty()) {
    TRY(parse_url(peer.url));
    out.emplace_back("url", peer.url);
  }
  if (!peer.certificate_pem.empty()) {
    ASSIGN_OR_RETURN(const Digest digest, net::certificate_sha256(peer.certificate_pem));
    out.emplace_back("certificate_sha256", to_hex(digest));
  }
  if (!peer.vkey.empty()) {
    TRY(audit::parse_vkey(peer.vkey));
    out.emplace_back("vkey", peer.vkey);
  }
  if (out.empty())
    return Error{Code::kInvalidInput,
                 peer.name + ": say where it is, with --url, or by which key it signs, with --vkey"};
  return out;
}

}  // namespace

Status make_directory(const Directory& wanted, const std::string& name, Random& random,
                      const std::vector<std::string>& hosts) {
  const bool overseer = wanted.role == "overseer";
  if (!overseer && !is_country(wanted.country)) {
    return Error{Code::kInvalidInput, "--country: an ISO 3166-1 alpha-3 code such as COL"};
  }
  if (overseer && (!audit::is_key_name(wanted.country) || is_reserved_name(wanted.country))) {
    return Error{Code::kInvalidInput, "--country: an overseer's name, without blanks or +, and not a country's code"};
  }
  if (is_unfinished(wanted.path)) return unfinished(wanted.path);
  if (const std::string there = something_in(wanted.path); !there.empty()) {
    return Error{Code::kAlreadyExists, wanted.path + " is not empty: " + there +
                                           " is there already. A node is made in a new directory; nothing was changed"};
  }
  TRY(make_folders(wanted.path));
  const Status made = make_keys(wanted, name.empty() ? wanted.country : name, random, hosts);
  const Status written = made.ok() ? create_file(wanted.path + "/node.toml", view(new_node_toml(wanted))) : made;
  if (written.ok()) return {};
  return Error{written.error().code,
               written.error().message + "; " + wanted.path + " is half made: take it away and try again"};
}

Result<Directory> read_directory(const std::string& path) {
  const auto content = read_text(path + "/node.toml");
  if (content.ok()) {
    ASSIGN_OR_RETURN(Directory out, parse_node_toml(path, *content));
    // What serves an overseer makes its key anew when it was restored: never over a node's.
    if (out.role == "overseer" && is_there(key_file(path, Renewable::kSigning, Generation::kPresent)))
      return Error{Code::kInvalidInput, path + "/node.toml: role: its keys are a node's, and this says overseer"};
    return out;
  }
  if (content.error().code != Code::kNotFound) return content.error();
  if (is_unfinished(path)) return unfinished(path);
  std::error_code error;
  if (fs::exists(path + "/puente.db", error) || fs::exists(path + "/keys/node.key", error)) {
    return Error{Code::kNotFound, path +
                                      "/node.toml is missing, but a node is there: write it again as "
                                      "docs/operations.md shows; do not make the node anew"};
  }
  return Error{Code::kNotFound,
               path + ": no node here. Make one with: puente node init --data " + path + " --country COL"};
}

Result<std::string> own_fingerprint(const std::string& path) {
  const std::string file = path + "/party.json";
  ASSIGN_OR_RETURN(const std::string content, read_text(file));
  ASSIGN_OR_RETURN(const Json json, about(file, parse_json(content)));
  ASSIGN_OR_RETURN(const Party party, about(file, policy::read_party(json)));
  return policy::fingerprint(party);
}

// A name that is taken by mistake would put another's key in the place of one that was compared.
static Status has_no_other_key(const std::string& path, const Introduction& peer) {
  if (peer.vkey.empty()) return {};
  ASSIGN_OR_RETURN(const Directory directory, read_directory(path));
  const auto& known = peer.kind == Introduction::Kind::kLog ? directory.logs : directory.overseers;
  const auto found = std::ranges::find(known, peer.name, &PeerAddress::name);
  if (found == known.end() || found->vkey.empty() || found->vkey == without_white_end(peer.vkey)) return {};
  return Error{Code::kConflict,
               peer.name + " has another key here: nothing was written. If it has a new one, say --replace"};
}

Result<std::vector<std::string>> add_peer(const std::string& path, const Introduction& peer) {
  if (!is_word(peer.name)) return Error{Code::kInvalidInput, "--name: a country, or a name without blanks or quotes"};
  ASSIGN_OR_RETURN(const Members members, members_of(peer));
  if (!peer.replace) TRY(has_no_other_key(path, peer));
  TRY(rewrite(path,
              [&](const std::string& text) { return with_members(text, section_of(peer.kind), peer.name, members); }));
  std::vector<std::string> odd;
  if (peer.kind != Introduction::Kind::kPartner) return odd;
  ASSIGN_OR_RETURN(const Directory directory, read_directory(path));
  const auto known = known_agreements(directory);
  const bool agreed =
      known.ok() && std::any_of(known->begin(), known->end(), [&](const AgreementRecord& each) {
        const auto agreement = policy::read_agreement(each.document);
        return agreement.ok() && agreement->party(peer.name) != nullptr && each.state != AgreementState::kTerminated;
      });
  if (!agreed) odd.push_back("there is no agreement with " + peer.name + " yet: nothing can be exchanged with it");
  return odd;
}

Status remove_peer(const std::string& path, Introduction::Kind kind, const std::string& name) {
  return rewrite(path, [&](const std::string& text) { return without_table(text, section_of(kind), name); });
}

Result<HostPort> parse_url(const std::string& url) {
  constexpr std::string_view kScheme = "https://";
  const std::size_t colon = url.rfind(':');
  HostPort out;
  if (url.starts_with(kScheme) && colon != std::string::npos && colon > kScheme.size()) {
    out.host = url.substr(kScheme.size(), colon - kScheme.size());
    out.port = to_number<std::uint16_t>(std::string_view(url).substr(colon + 1)).value_or(0);
    const bool bracketed = out.host.starts_with('[') && out.host.ends_with(']');
    if (bracketed) out.host = out.host.substr(1, out.host.size() - 2);
    const bool sound = !out.host.empty() && std::all_of(out.host.begin(), out.host.end(), [&](unsigned char c) {
      return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_' || (bracketed && c == ':');
    });
    if (out.port != 0 && sound) return out;
  }
  return Error{Code::kInvalidInput, "not an address: write it as https://host:port"};
}

bool is_reserved_name(const std::string& name) {
  const bool code =
      name.size() == 3 && std::all_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  std::string lower = name;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return code || lower == "node" || lower == "local" || lower == "system";
}

Result<std::string> read_text(const std::string& path) {
  ASSIGN_OR_RETURN(const Bytes bytes, read_file(path, kSmallFileMax));
  return std::string(text(bytes));
}

namespace {

void leave_to_owner_of_folder(const std::string& path) {
  struct stat folder {};
  if (::geteuid() != 0 || ::stat(fs::path(path).parent_path().c_str(), &folder) != 0) return;
  [[maybe_unused]] const int given = ::chown(path.c_str(), folder.st_uid, folder.st_gid);
}

}  // namespace

Status create_ours(const std::string& path, ByteView bytes, Readers readers) {
  TRY(create_file(path, bytes, readers));
  leave_to_owner_of_folder(path);
  return {};
}

Status write_ours(const std::string& path, ByteView bytes, Readers readers) {
  const Status created = create_ours(path, bytes, readers);
  if (created.ok() || created.error().code != Code::kAlreadyExists) return created;
  return write_file(path, bytes, readers);  // which leaves it to its owner
}

// Of keys/, since the folder itself is the lock of whoever has the database open.
Result<Turn> Turn::take(const std::string& path) {
  constexpr std::chrono::seconds kPatience{5};  // a change takes some milliseconds
  auto lock = Lock::take(path + "/keys", Lock::Of::kFolder, kPatience);
  if (lock.ok()) return Turn(*std::move(lock));
  if (lock.error().code != Code::kConflict) return lock.error();
  return Error{Code::kUnavailable,
               path + ": its files are being changed by " + lock.error().message + ": try again when that has ended"};
}

}  // namespace puente::home
