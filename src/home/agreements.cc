// agreements/: signed texts that wait for the next start, and what the database has of those that were taken.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "core/text.h"
#include "home/keys.h"
#include "store/store.h"

namespace puente::home {
namespace {

std::vector<std::string> files_in(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> files;
  for (const auto& file : std::filesystem::directory_iterator(folder, error)) {
    if (file.path().extension() == ".json") files.push_back(file.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

Result<std::string> read_signed(const Directory& directory, const std::string& file) {
  ASSIGN_OR_RETURN(std::string content, read_text(file));
  ASSIGN_OR_RETURN(const Agreement agreement, about(file, policy::read_agreement(content)));
  if (agreement.party(directory.country) == nullptr) {
    return Error{Code::kInvalidInput,
                 file + ": " + directory.country + " is not a party of this agreement: take it out"};
  }
  return content;
}

Result<std::vector<AgreementRecord>> recorded(const Directory& directory) {
  ASSIGN_OR_RETURN(SecretKey key, node_key(directory.path));
  SystemRandom random;
  ASSIGN_OR_RETURN(const auto store, store::open(directory.path, store::Mode::kReadOnly, std::move(key), random));
  return store->agreements();
}

std::string day(std::int64_t ms) {
  return to_iso8601(ms).substr(0, 10);
}

// What will work, and yet is perhaps not what was meant.
std::vector<std::string> odd_about(const Directory& directory, const Agreement& taken,
                                   std::span<const AcceptedAgreement> all, std::int64_t now_ms) {
  std::vector<std::string> out;
  const std::string& partner = taken.partner_of(directory.country)->country;
  const auto known = [&](const PeerAddress& peer) { return peer.name == partner; };
  if (std::none_of(directory.partners.begin(), directory.partners.end(), known))
    out.push_back(partner + " has no address here yet: puente node peer add --kind partner --name " + partner);
  if (taken.valid_from_ms > now_ms) out.push_back("it is in force only from " + day(taken.valid_from_ms));
  if (taken.valid_until_ms - now_ms < bounds::kDaysLeftMin * kDayMs)
    out.push_back("it ends already on " + day(taken.valid_until_ms));
  for (const AcceptedAgreement& each : all) {
    if (each.id == taken.id || each.party(partner) == nullptr || each.replaced_ms != AcceptedAgreement::kNever)
      continue;
    if (!policy::why_not_in_force(each, now_ms).empty()) continue;
    out.push_back(each.id + " with " + partner +
                  " stays in force beside it: a text that takes its place says \"replaces\"");
  }
  return out;
}

}  // namespace

Result<std::vector<std::string>> read_agreements(const Directory& directory) {
  std::vector<std::string> out;
  for (const std::string& file : files_in(directory.path + "/agreements")) {
    ASSIGN_OR_RETURN(out.emplace_back(), read_signed(directory, file));
  }
  return out;
}

Result<std::vector<AgreementRecord>> known_agreements(const Directory& directory) {
  ASSIGN_OR_RETURN(std::vector<AgreementRecord> out, recorded(directory));
  ASSIGN_OR_RETURN(const policy::Holdings own, holdings_of(directory));
  const policy::Step step{"node", "found in the data directory", SystemClock().now_ms()};
  for (const std::string& file : files_in(directory.path + "/agreements")) {
    ASSIGN_OR_RETURN(std::string content, read_signed(directory, file));
    auto record = policy::accept_agreement(content, directory.country, out, step);
    if (!record.ok() && record.error().code == Code::kAlreadyExists) continue;
    if (!record.ok()) return about(file, record).error();
    ASSIGN_OR_RETURN(const Agreement agreement, policy::read_agreement(content));
    if (const auto foreign = policy::not_ours(agreement, directory.country, own); !foreign.empty()) {
      return Error{Code::kInvalidInput, fmt::format("{}: {} that it names for {} is not this node's: take it out", file,
                                                    foreign.front(), directory.country)};
    }
    out.push_back(*std::move(record));
  }
  return out;
}

Result<std::vector<std::string>> accept_agreement(const std::string& path, ByteView document) {
  ASSIGN_OR_RETURN(const Directory directory, read_directory(path));
  if (directory.role != "node")
    return Error{Code::kInvalidInput, path + ": this is an overseer, which has no agreements"};
  ASSIGN_OR_RETURN(const Turn turn, Turn::take(path));
  ASSIGN_OR_RETURN(const Agreement agreement, policy::read_agreement(text(document)));
  ASSIGN_OR_RETURN(std::vector<AgreementRecord> known, known_agreements(directory));
  const std::int64_t now_ms = SystemClock().now_ms();
  auto record = policy::accept_agreement(std::string(text(document)), directory.country, known,
                                         {"node", "accepted at the command line", now_ms});
  const auto before = std::ranges::find(known, agreement.id, &AgreementRecord::id);
  const bool is_over = before != known.end() && before->state == AgreementState::kTerminated;
  if (!record.ok() && record.error().code == Code::kAlreadyExists && !is_over)
    return std::vector{record.error().message};
  if (!record.ok()) return record.error();
  if (now_ms >= agreement.valid_until_ms)
    return Error{Code::kDenied, "it ended on " + day(agreement.valid_until_ms) + ": sign a new one"};
  ASSIGN_OR_RETURN(const policy::Holdings own, holdings_of(directory));
  if (const auto foreign = policy::not_ours(agreement, directory.country, own); !foreign.empty()) {
    return Error{
        Code::kInvalidInput,
        fmt::format("{} that it names for {} is not this node's: nothing could be exchanged under it. Draft it "
                    "again from {}/party.json",
                    fmt::join(foreign, " and "), directory.country, path)};
  }
  known.push_back(*std::move(record));
  ASSIGN_OR_RETURN(const std::vector<AcceptedAgreement> all, policy::read_records(known));
  TRY(create_ours(path + "/agreements/" + to_hex(agreement.digest).substr(0, 16) + ".json", document, Readers::kOwner));
  return odd_about(directory, agreement, all, now_ms);
}

Result<std::vector<std::string>> agreement_ids(const std::string& path) {
  ASSIGN_OR_RETURN(const Directory directory, read_directory(path));
  ASSIGN_OR_RETURN(const std::vector<AgreementRecord> known, known_agreements(directory));
  std::vector<std::string> out;
  for (const AgreementRecord& each : known) out.push_back(each.id);
  return out;
}

}  // namespace puente::home
