// A key and what follows it: made beside it, put in its place, the older one destroyed.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/text.h"
#include "home/keys.h"
#include "store/store.h"

namespace puente::home {
namespace {

constexpr Renewable kAll[] = {Renewable::kCertificate, Renewable::kSigning, Renewable::kSealing};
constexpr const char* kOld = ".old";

const char* name_of(Renewable what) {
  switch (what) {
    case Renewable::kCertificate:
      return "certificate";
    case Renewable::kSigning:
      return "signing key";
    case Renewable::kSealing:
      return "sealing key";
  }
  CHECK(false);
}

bool has_next(const std::string& path, Renewable what) {
  if (what == Renewable::kCertificate && is_there(certificate_file(path, Generation::kNext))) return true;
  return is_there(key_file(path, what, Generation::kNext));
}

// The next certificate and its key, of which a renewal that was cut left one. Where it was cut while they took their
// places, that has to be finished first: what is left is the present one's.
Status clear_half_certificate(const std::string& path) {
  const std::string key = key_file(path, Renewable::kCertificate, Generation::kNext);
  const std::string certificate = certificate_file(path, Generation::kNext);
  if (is_there(key) == is_there(certificate)) return {};
  if (!is_there(key)) return destroy_file(certificate);
  ASSIGN_OR_RETURN(const std::string present, read_text(certificate_file(path, Generation::kPresent)));
  ASSIGN_OR_RETURN(const std::string key_pem, read_text(key));
  if (!net::check_identity({present, key_pem}).ok()) return destroy_file(key);
  return Error{Code::kConflict, path + ": a renewal was cut while it took its place: puente node renew --finish first"};
}

bool waits(const std::string& path) {
  return std::any_of(std::begin(kAll), std::end(kAll), [&](Renewable what) { return has_next(path, what); });
}

Status make_next(const Directory& directory, Renewable what, Random& random, const std::vector<std::string>& hosts) {
  const std::string file = key_file(directory.path, what, Generation::kNext);
  const auto write_key = [&](ByteView key) { return create_ours(file, key_line(key), Readers::kOwner); };
  switch (what) {
    case Renewable::kSigning:
      return write_key(SigningKey::generate(random).seed());
    case Renewable::kSealing:
      return write_key(SealingKey::generate(random).bytes());
    case Renewable::kCertificate:
      break;
  }
  ASSIGN_OR_RETURN(const net::Identity made,
                   net::make_identity("puente-" + directory.country, kCertificateDays, hosts));
  TRY(create_ours(file, view(made.key_pem), Readers::kOwner));
  return create_ours(certificate_file(directory.path, Generation::kNext), view(made.certificate_pem),
                     Readers::kByUmask);
}

// A certificate that begins only later would let nobody in.
Status check_begun(const std::string& path, const Clock& clock) {
  const std::string next = certificate_file(path, Generation::kNext);
  if (!is_there(next)) return {};
  ASSIGN_OR_RETURN(const std::string pem, read_text(next));
  ASSIGN_OR_RETURN(const net::CertificateDates dates, net::certificate_dates(pem));
  if (dates.from_ms <= clock.now_ms()) return {};
  return Error{Code::kConflict, "the next certificate begins only on " + to_iso8601(dates.from_ms) +
                                    ": it was made by a clock that ran ahead, or the clock is behind now"};
}

// The time that the clock and this node's own log agree on: a clock that runs ahead at a start frees no key.
Result<std::int64_t> believed_ms(const Directory& directory, const Clock& clock) {
  ASSIGN_OR_RETURN(const std::optional<std::int64_t> last_ms, newest_entry_ms(directory.path));
  return last_ms ? std::min(clock.now_ms(), *last_ms + kDayMs) : clock.now_ms();
}

// An agreement under which something may still be asked, answered or released, and that names a part of ours that is
// about to go.
Status check_unneeded(const Directory& directory, const Clock& clock) {
  if (directory.role != "node") return {};
  ASSIGN_OR_RETURN(const std::vector<AgreementRecord> known, known_agreements(directory));
  ASSIGN_OR_RETURN(const std::vector<AcceptedAgreement> all, policy::read_records(known));
  ASSIGN_OR_RETURN(const OwnParts next, own_parts(directory, Generation::kNext));
  const policy::Holdings to_stay{{next.signing}, {next.sealing}, {next.certificate_sha256}};
  ASSIGN_OR_RETURN(const std::int64_t now_ms, believed_ms(directory, clock));
  for (const AcceptedAgreement& each : all) {
    if (each.state == AgreementState::kTerminated || now_ms >= each.valid_until_ms) continue;
    const auto gone = policy::not_ours(each, directory.country, to_stay);
    if (gone.empty()) continue;
    return Error{Code::kConflict,
                 fmt::format("the agreement {} names {} of before until {}: let it end, or terminate it "
                             "when a newer one is in force",
                             each.id, gone.front(), to_iso8601(each.valid_until_ms).substr(0, 10))};
  }
  return {};
}

Status system_refuses(const std::string& file) {
  return Error{Code::kUnavailable, file + ": " + std::strerror(errno)};
}

// There is a present one at every moment: the older gets a second name, the next takes the first, the older's bytes go.
Status step_up(const std::string& present, const std::string& next, Readers readers) {
  const std::string old = present + kOld;
  if (is_there(next)) {
    if (!is_there(old) && ::link(present.c_str(), old.c_str()) != 0 && errno != ENOENT) return system_refuses(old);
    if (::rename(next.c_str(), present.c_str()) != 0) return system_refuses(next);
  }
  struct stat facts_old {
  }, facts_present{};
  if (::lstat(old.c_str(), &facts_old) != 0) return {};
  const bool same = ::lstat(present.c_str(), &facts_present) == 0 && facts_old.st_ino == facts_present.st_ino;
  if (readers == Readers::kOwner && !same) return destroy_file(old);
  return ::unlink(old.c_str()) == 0 ? Status() : system_refuses(old);
}

Status step_up(const std::string& path, Renewable what) {
  const auto key = [&](Generation of) { return key_file(path, what, of); };
  if (what == Renewable::kCertificate) {
    if (const Status cleared = clear_half_certificate(path); !cleared.ok() && cleared.error().code != Code::kConflict)
      return cleared;
    TRY(step_up(certificate_file(path, Generation::kPresent), certificate_file(path, Generation::kNext),
                Readers::kByUmask));
  }
  return step_up(key(Generation::kPresent), key(Generation::kNext), Readers::kOwner);
}

Status write_party_file(const Directory& directory, const std::string& name, Generation generation) {
  ASSIGN_OR_RETURN(const OwnParts parts, own_parts(directory, generation));
  const Json party = policy::party_document(party_of(directory, name, parts));
  return write_ours(party_file(directory.path, generation), view(pretty(party) + "\n"), Readers::kByUmask);
}

}  // namespace

Result<std::string> renew(const std::string& path, const std::vector<Renewable>& what, Random& random,
                          const std::vector<std::string>& hosts) {
  ASSIGN_OR_RETURN(const Directory directory, read_directory(path));
  ASSIGN_OR_RETURN(const Turn turn, Turn::take(path));
  const bool overseer = directory.role == "overseer";
  if (what.empty()) return Error{Code::kInvalidInput, "say what: --certificate, --signing or --sealing"};
  TRY(clear_half_certificate(path));
  for (const Renewable each : what) {
    if (overseer && each != Renewable::kCertificate)
      return Error{Code::kInvalidInput, path + ": an overseer has a certificate, but no such key"};
    if (has_next(path, each) && (overseer || is_there(party_file(path, Generation::kNext))))
      return Error{Code::kAlreadyExists,
                   std::string("a next ") + name_of(each) + " waits already in " + path + "/keys"};
  }
  std::string name;
  if (!overseer) {
    ASSIGN_OR_RETURN(const Party party, read_own_party(path, Generation::kPresent));
    name = party.name;
  }
  for (const Renewable each : what) {  // what an interrupted renewal has made already stays
    if (!has_next(path, each)) TRY(make_next(directory, each, random, hosts));
  }
  if (overseer) return std::string();
  TRY(write_party_file(directory, name, Generation::kNext));
  ASSIGN_OR_RETURN(const Party next, read_own_party(path, Generation::kNext));
  return policy::fingerprint(next);
}

Status finish_renewal(const std::string& path, const Clock& clock) {
  ASSIGN_OR_RETURN(const Directory directory, read_directory(path));
  ASSIGN_OR_RETURN(const Turn turn, Turn::take(path));
  const auto half_done = [&](Renewable what) { return is_there(key_file(path, what, Generation::kPresent) + kOld); };
  if (!waits(path) && std::none_of(std::begin(kAll), std::end(kAll), half_done))
    return Error{Code::kNotFound, "nothing waits to be finished: puente node renew makes the next key"};
  if (waits(path)) TRY(check_unneeded(directory, clock));
  TRY(check_begun(path, clock));
  ASSIGN_OR_RETURN(SecretKey key, node_key(path));  // nobody has the directory open while its keys change
  SystemRandom random;
  ASSIGN_OR_RETURN(const auto store, store::open(path, store::Mode::kOpen, std::move(key), random));
  for (const Renewable each : kAll) TRY(step_up(path, each));
  if (!is_there(party_file(path, Generation::kNext))) return {};
  return step_up(party_file(path, Generation::kPresent), party_file(path, Generation::kNext), Readers::kByUmask);
}

Status write_party(const std::string& path, const std::string& name) {
  ASSIGN_OR_RETURN(const Directory directory, read_directory(path));
  if (is_there(party_file(path, Generation::kPresent)))
    return Error{Code::kAlreadyExists, path + "/party.json is there: nothing was changed"};
  return write_party_file(directory, name, Generation::kPresent);
}

}  // namespace puente::home
