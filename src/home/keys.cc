// keys/ made and read, and with it what a node or an overseer is opened with.
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "audit/audit.h"
#include "core/files.h"
#include "core/text.h"
#include "home/inside.h"
#include "policy/policy.h"
#include "store/store.h"

namespace puente::home {
namespace {

constexpr int kCertificateDays = 825;

// A key file is its 32 bytes in hexadecimal and a line end.
Result<Bytes> read_key(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string line, read_text(path));
  auto key = from_hex(without_white_end(line));
  if (!key.ok() || key->size() != 32) return Error{Code::kCorrupt, path + ": must be 64 hexadecimal digits"};
  return key;
}

Result<std::vector<audit::VerifierKey>> verifier_keys(const std::vector<PeerAddress>& peers) {
  std::vector<audit::VerifierKey> out;
  for (const PeerAddress& peer : peers) {
    ASSIGN_OR_RETURN(out.emplace_back(), audit::parse_vkey(peer.vkey));
  }
  return out;
}

std::string log_origin(const std::string& country) {
  return "puente/" + country;
}

// The texts: the node checks them, and takes into force what it never decided about.
Result<std::vector<std::string>> read_agreements(const Directory& directory) {
  std::error_code error;
  std::vector<std::string> files;
  for (const auto& file : std::filesystem::directory_iterator(directory.path + "/agreements", error)) {
    if (file.path().extension() == ".json") files.push_back(file.path().string());
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> out;
  for (const std::string& file : files) {
    ASSIGN_OR_RETURN(std::string content, read_text(file));
    ASSIGN_OR_RETURN(const Agreement agreement, about(file, policy::read_agreement(content)));
    if (agreement.party(directory.country) == nullptr) {
      return Error{Code::kInvalidInput, file + ": " + directory.country + " is not a party of this agreement"};
    }
    out.push_back(std::move(content));
  }
  return out;
}

}  // namespace

Result<std::string> read_text(const std::string& path) {
  ASSIGN_OR_RETURN(const Bytes bytes, read_file(path, kSmallFileMax));
  return std::string(text(bytes));
}

Status write_secret(const std::string& path, ByteView bytes) {
  TRY(write_file(path, bytes));
  if (chmod(path.c_str(), 0600) != 0) return Error{Code::kUnavailable, path + ": cannot be made private"};
  return {};
}

Status make_keys(const Directory& directory, const std::string& name, Random& random) {
  ASSIGN_OR_RETURN(const net::Identity tls, net::make_identity("puente-" + directory.country, kCertificateDays));
  const std::string keys = directory.path + "/keys/";
  SecretKey node = SecretKey::generate(random);
  const SigningKey signing = SigningKey::generate(random);
  const SigningKey log = SigningKey::generate(random);
  const SealingKey sealing = SealingKey::generate(random);
  const auto hex_line = [](ByteView key) { return to_bytes(to_hex(key) + "\n"); };
  TRY(write_secret(keys + "node.key", hex_line(node.bytes())));
  TRY(write_secret(keys + "tls.key", view(tls.key_pem)));
  TRY(write_file(keys + "tls.crt", view(tls.certificate_pem)));
  const bool overseer = directory.role == "overseer";
  const audit::VerifierKey vkey{overseer ? directory.country : log_origin(directory.country),
                                overseer ? audit::KeyType::kOverseer : audit::KeyType::kLog, log.public_key()};
  TRY(write_secret(keys + "log.key", hex_line(log.seed())));
  TRY(write_file(keys + "log.vkey", view(audit::to_vkey(vkey) + "\n")));
  if (!overseer) {
    TRY(write_secret(keys + "signing.key", hex_line(signing.seed())));
    TRY(write_secret(keys + "sealing.key", hex_line(sealing.bytes())));
    Party party{directory.country,    name, signing.public_key(),
                sealing.public_key(), {},   {kMessageVersions.begin(), kMessageVersions.end()}};
    ASSIGN_OR_RETURN(party.certificate_sha256, net::certificate_sha256(tls.certificate_pem));
    TRY(write_file(directory.path + "/party.json", view(pretty(policy::party_document(party)) + "\n")));
  }
  TRY(store::open(directory.path, store::Mode::kCreate, std::move(node), random));
  return {};
}

Result<SecretKey> node_key(const std::string& path) {
  ASSIGN_OR_RETURN(const Bytes key, read_key(path + "/keys/node.key"));
  return SecretKey::from_bytes(key);
}

Result<service::Config> node_config(const Directory& directory) {
  if (directory.role != "node") return Error{Code::kInvalidInput, directory.path + ": this is an overseer, not a node"};
  const std::string keys = directory.path + "/keys/";
  service::Config out;
  out.directory = directory.path;
  out.country = directory.country;
  out.log_origin = log_origin(directory.country);
  ASSIGN_OR_RETURN(out.node_key, node_key(directory.path));
  ASSIGN_OR_RETURN(const Bytes signing, read_key(keys + "signing.key"));
  ASSIGN_OR_RETURN(out.signing_key, SigningKey::from_seed(signing));
  ASSIGN_OR_RETURN(const Bytes log, read_key(keys + "log.key"));
  ASSIGN_OR_RETURN(out.log_key, SigningKey::from_seed(log));
  ASSIGN_OR_RETURN(const Bytes sealing, read_key(keys + "sealing.key"));
  ASSIGN_OR_RETURN(out.sealing_key, SealingKey::from_bytes(sealing));
  ASSIGN_OR_RETURN(out.overseers, verifier_keys(directory.overseers));
  for (const PeerAddress& callback : directory.callbacks) out.callbacks.insert(callback.name);
  out.expected_false_max = directory.expected_false_max;
  out.false_match_rate_max = directory.false_match_rate_max;
  out.retention_days = directory.retention_days;
  out.case_days = directory.case_days;
  out.question_hours = directory.question_hours;
  ASSIGN_OR_RETURN(out.agreements, read_agreements(directory));
  return out;
}

Result<service::OverseerConfig> overseer_config(const Directory& directory) {
  if (directory.role != "overseer")
    return Error{Code::kInvalidInput, directory.path + ": this is a node, not an overseer"};
  service::OverseerConfig out;
  out.directory = directory.path;
  out.name = directory.country;
  ASSIGN_OR_RETURN(out.node_key, node_key(directory.path));
  ASSIGN_OR_RETURN(const Bytes log, read_key(directory.path + "/keys/log.key"));
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

}  // namespace puente::home
