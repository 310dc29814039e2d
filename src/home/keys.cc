// keys/ made and read, and with it what a node or an overseer is opened with.
#include "home/keys.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "audit/audit.h"
#include "core/text.h"
#include "store/store.h"

namespace puente::home {
namespace {

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

Result<SigningKey> read_signing_key(const std::string& file) {
  ASSIGN_OR_RETURN(const Bytes seed, read_key(file));
  return SigningKey::from_seed(seed);
}

Result<SealingKey> read_sealing_key(const std::string& file) {
  ASSIGN_OR_RETURN(const Bytes secret, read_key(file));
  return SealingKey::from_bytes(secret);
}

std::string either(const std::string& path, Renewable what, Generation generation) {
  const std::string next = key_file(path, what, Generation::kNext);
  return generation == Generation::kNext && is_there(next) ? next : key_file(path, what, Generation::kPresent);
}

}  // namespace

Bytes key_line(ByteView key) {
  return to_bytes(to_hex(key) + "\n");
}

std::string key_file(const std::string& path, Renewable what, Generation generation) {
  const char* ending = generation == Generation::kNext ? ".next.key" : ".key";
  switch (what) {
    case Renewable::kCertificate:
      return path + "/keys/tls" + ending;
    case Renewable::kSigning:
      return path + "/keys/signing" + ending;
    case Renewable::kSealing:
      return path + "/keys/sealing" + ending;
  }
  CHECK(false);
}

std::string certificate_file(const std::string& path, Generation generation) {
  return path + "/keys/tls" + (generation == Generation::kNext ? ".next.crt" : ".crt");
}

std::string party_file(const std::string& path, Generation generation) {
  return path + (generation == Generation::kNext ? "/party.next.json" : "/party.json");
}

bool is_there(const std::string& file) {
  struct stat facts {};
  return ::lstat(file.c_str(), &facts) == 0;
}

Result<net::Identity> read_identity(const Directory& directory, Generation generation) {
  const bool next = generation == Generation::kNext && is_there(certificate_file(directory.path, generation));
  const Generation of = next ? Generation::kNext : Generation::kPresent;
  net::Identity out;
  ASSIGN_OR_RETURN(out.certificate_pem, read_text(certificate_file(directory.path, of)));
  ASSIGN_OR_RETURN(out.key_pem, read_text(key_file(directory.path, Renewable::kCertificate, of)));
  const std::string next_key = key_file(directory.path, Renewable::kCertificate, Generation::kNext);
  if (!next && is_there(next_key) && !net::check_identity(out).ok()) {  // a crash between the two files' changes
    ASSIGN_OR_RETURN(out.key_pem, read_text(next_key));
  }
  TRY(about(certificate_file(directory.path, of), net::check_identity(out)));
  return out;
}

std::string vkey_line(const Directory& directory, const SigningPublicKey& key) {
  const bool overseer = directory.role == "overseer";
  return audit::to_vkey({overseer ? directory.country : log_origin(directory.country),
                         overseer ? audit::KeyType::kOverseer : audit::KeyType::kLog, key}) +
         "\n";
}

Result<std::string> wrong_with_vkey(const Directory& directory) {
  const std::string file = directory.path + "/keys/log.vkey";
  ASSIGN_OR_RETURN(const SigningKey key, read_signing_key(directory.path + "/keys/log.key"));
  if (!is_there(file)) return file + " is missing: a start makes it again from log.key";
  ASSIGN_OR_RETURN(const std::string found, read_text(file));
  if (without_white_end(found) == without_white_end(vkey_line(directory, key.public_key()))) return std::string();
  return file + " is not of log.key: remove it, a start makes it again";
}

Status keep_vkey(const Directory& directory) {
  const std::string file = directory.path + "/keys/log.vkey";
  if (is_there(file)) return {};
  ASSIGN_OR_RETURN(const SigningKey key, read_signing_key(directory.path + "/keys/log.key"));
  return create_file(file, view(vkey_line(directory, key.public_key())));
}

Result<OwnParts> own_parts(const Directory& directory, Generation generation) {
  OwnParts out;
  ASSIGN_OR_RETURN(const SigningKey signing, read_signing_key(either(directory.path, Renewable::kSigning, generation)));
  ASSIGN_OR_RETURN(const SealingKey sealing, read_sealing_key(either(directory.path, Renewable::kSealing, generation)));
  ASSIGN_OR_RETURN(const net::Identity identity, read_identity(directory, generation));
  out.signing = signing.public_key();
  out.sealing = sealing.public_key();
  ASSIGN_OR_RETURN(out.certificate_sha256, net::certificate_sha256(identity.certificate_pem));
  ASSIGN_OR_RETURN(out.dates, net::certificate_dates(identity.certificate_pem));
  return out;
}

Result<Party> read_own_party(const std::string& path, Generation generation) {
  const std::string file = party_file(path, generation);
  ASSIGN_OR_RETURN(const std::string content, read_text(file));
  ASSIGN_OR_RETURN(const Json json, about(file, parse_json(content)));
  return about(file, policy::read_party(json));
}

Party party_of(const Directory& directory, const std::string& name, const OwnParts& parts) {
  return {directory.country,
          name,
          parts.signing,
          parts.sealing,
          parts.certificate_sha256,
          {kMessageVersions.begin(), kMessageVersions.end()}};
}

Result<policy::Holdings> holdings_of(const Directory& directory) {
  policy::Holdings out;
  for (const Generation each : {Generation::kPresent, Generation::kNext}) {
    ASSIGN_OR_RETURN(const OwnParts parts, own_parts(directory, each));
    out.signing.push_back(parts.signing);
    out.sealing.push_back(parts.sealing);
    out.certificates.push_back(parts.certificate_sha256);
  }
  return out;
}

Result<Json> told_of_keys(const Directory& directory) {
  Json out{Json::Object()};
  for (const Generation each : {Generation::kPresent, Generation::kNext}) {
    ASSIGN_OR_RETURN(const OwnParts parts, own_parts(directory, each));
    const std::string prefix = each == Generation::kNext ? "next_" : "";
    const auto is_next = [&](Renewable what) {
      return each == Generation::kPresent || is_there(key_file(directory.path, what, each));
    };
    if (is_next(Renewable::kSigning)) out.set(prefix + "signing", to_base64(parts.signing));
    if (is_next(Renewable::kSealing)) out.set(prefix + "sealing", to_base64(parts.sealing));
    if (is_next(Renewable::kCertificate)) out.set(prefix + "certificate_sha256", to_hex(parts.certificate_sha256));
  }
  return out;
}

Status make_keys(const Directory& directory, const std::string& name, Random& random,
                 const std::vector<std::string>& hosts) {
  ASSIGN_OR_RETURN(const net::Identity tls, net::make_identity("puente-" + directory.country, kCertificateDays, hosts));
  const std::string keys = directory.path + "/keys/";
  SecretKey node = SecretKey::generate(random);
  const SigningKey log = SigningKey::generate(random);
  const auto secret = [&](const std::string& file, ByteView bytes) {
    return create_file(file, bytes, Readers::kOwner);
  };
  TRY(secret(keys + "node.key", key_line(node.bytes())));
  TRY(secret(keys + "tls.key", view(tls.key_pem)));
  TRY(create_file(keys + "tls.crt", view(tls.certificate_pem)));
  TRY(secret(keys + "log.key", key_line(log.seed())));
  TRY(create_file(keys + "log.vkey", view(vkey_line(directory, log.public_key()))));
  if (directory.role != "overseer") {
    TRY(secret(keys + "signing.key", key_line(SigningKey::generate(random).seed())));
    TRY(secret(keys + "sealing.key", key_line(SealingKey::generate(random).bytes())));
    ASSIGN_OR_RETURN(const OwnParts parts, own_parts(directory, Generation::kPresent));
    const Json party = policy::party_document(party_of(directory, name, parts));
    TRY(create_file(party_file(directory.path, Generation::kPresent), view(pretty(party) + "\n")));
  }
  TRY(store::open(directory.path, store::Mode::kCreate, std::move(node), random));
  return settle(directory, [] { return Result<std::uint64_t>(std::uint64_t{0}); });
}

Result<SecretKey> node_key(const std::string& path) {
  ASSIGN_OR_RETURN(const Bytes key, read_key(path + "/keys/node.key"));
  return SecretKey::from_bytes(key);
}

Result<service::Config> node_config(const Directory& directory) {
  if (directory.role != "node") return Error{Code::kInvalidInput, directory.path + ": this is an overseer, not a node"};
  service::Config out;
  out.directory = directory.path;
  out.country = directory.country;
  out.log_origin = log_origin(directory.country);
  ASSIGN_OR_RETURN(out.node_key, node_key(directory.path));
  ASSIGN_OR_RETURN(out.log_key, read_signing_key(directory.path + "/keys/log.key"));
  const auto file = [&](Renewable what, Generation of) { return key_file(directory.path, what, of); };
  ASSIGN_OR_RETURN(out.signing_key, read_signing_key(file(Renewable::kSigning, Generation::kPresent)));
  ASSIGN_OR_RETURN(out.sealing_key, read_sealing_key(file(Renewable::kSealing, Generation::kPresent)));
  if (is_there(file(Renewable::kSigning, Generation::kNext))) {
    ASSIGN_OR_RETURN(out.next_signing_key, read_signing_key(file(Renewable::kSigning, Generation::kNext)));
  }
  if (is_there(file(Renewable::kSealing, Generation::kNext))) {
    ASSIGN_OR_RETURN(out.next_sealing_key, read_sealing_key(file(Renewable::kSealing, Generation::kNext)));
  }
  ASSIGN_OR_RETURN(const policy::Holdings own, holdings_of(directory));
  out.certificates = own.certificates;
  ASSIGN_OR_RETURN(out.overseers, verifier_keys(directory.overseers));
  for (const PeerAddress& callback : directory.callbacks) out.callbacks.insert(callback.name);
  out.expected_false_max = directory.expected_false_max;
  out.false_match_rate_max = directory.false_match_rate_max;
  out.retention_days = directory.retention_days;
  out.case_days = directory.case_days;
  out.question_hours = directory.question_hours;
  out.record_days = directory.record_days;
  out.details_days = directory.details_days;
  out.uncosigned_hours = directory.uncosigned_hours;
  out.fingers_as_wsq = directory.fingers_as_wsq;
  out.version = version();
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
  ASSIGN_OR_RETURN(out.signing_key, read_signing_key(directory.path + "/keys/log.key"));
  ASSIGN_OR_RETURN(out.logs, verifier_keys(directory.logs));
  return out;
}

Result<net::Identity> identity_to_show(const Directory& directory, std::span<const AcceptedAgreement> agreements,
                                       std::int64_t now_ms) {
  if (!is_there(certificate_file(directory.path, Generation::kNext)))
    return read_identity(directory, Generation::kPresent);
  ASSIGN_OR_RETURN(net::Identity present, read_identity(directory, Generation::kPresent));
  ASSIGN_OR_RETURN(net::Identity next, read_identity(directory, Generation::kNext));
  ASSIGN_OR_RETURN(const net::CertificateDates dates, net::certificate_dates(present.certificate_pem));
  ASSIGN_OR_RETURN(const Digest next_sha256, net::certificate_sha256(next.certificate_pem));
  std::set<std::string> partners, ready;  // of agreements in force; of those that name the next
  for (const AcceptedAgreement& each : agreements) {
    const Party* own = each.party(directory.country);
    const Party* partner = each.partner_of(directory.country);
    if (own == nullptr || partner == nullptr || !policy::why_not_in_force(each, now_ms).empty()) continue;
    partners.insert(partner->country);
    if (own->certificate_sha256 == next_sha256) ready.insert(partner->country);
  }
  const bool follow = now_ms >= dates.until_ms || (!partners.empty() && partners == ready);
  return follow ? std::move(next) : std::move(present);
}

}  // namespace puente::home
