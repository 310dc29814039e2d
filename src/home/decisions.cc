// A node's log read again: its decisions made once more, and its questions put to a draft.
#include "audit/audit.h"
#include "home/inside.h"
#include "policy/policy.h"
#include "store/store.h"

namespace puente::home {
namespace {

// What a reading command needs of a data directory.
struct Opened {
  std::string country;
  SystemRandom random;
  std::unique_ptr<store::Store> store;
};

Status open(const std::string& path, Opened& out) {
  ASSIGN_OR_RETURN(const Directory directory, read_directory(path));
  if (directory.role != "node") return Error{Code::kInvalidInput, path + ": an overseer decides about nobody"};
  out.country = directory.country;
  ASSIGN_OR_RETURN(SecretKey key, node_key(path));
  ASSIGN_OR_RETURN(out.store, store::open(path, store::Mode::kReadOnly, std::move(key), out.random));
  return {};
}

// Else what is made again might be another log's.
Status check_log(const std::string& path, const store::Store& store) {
  const std::string vkey_path = path + "/keys/log.vkey";
  ASSIGN_OR_RETURN(const std::string vkey, read_text(vkey_path));
  ASSIGN_OR_RETURN(const audit::VerifierKey log, about(vkey_path, audit::parse_vkey(vkey)));
  const audit::VerifyReport report = audit::verify(store, log, {});
  if (!report.ok) return Error{Code::kCorrupt, report.problem};
  return {};
}

}  // namespace

Result<Replayed> replay_log(const std::string& path) {
  Opened node;
  TRY(open(path, node));
  TRY(check_log(path, *node.store));
  ASSIGN_OR_RETURN(const std::uint64_t size, node.store->log_size());
  ASSIGN_OR_RETURN(std::vector<AgreementRecord> records, node.store->agreements());
  ASSIGN_OR_RETURN(policy::Replay replay, policy::Replay::begin(std::move(records), node.country));
  TRY(store::each_line(*node.store, size, [&](const LogLine& line) { return replay.take(line); }));
  return replay.result();
}

Result<policy::WhatIfResult> what_if(const std::string& path, const Agreement& draft, std::int64_t from_ms,
                                     std::int64_t until_ms) {
  Opened node;
  TRY(open(path, node));
  if (draft.party(node.country) == nullptr)
    return Error{Code::kInvalidInput, node.country + " is not a party of this draft"};
  policy::WhatIf what_if(draft, node.country, from_ms, until_ms);
  ASSIGN_OR_RETURN(const std::uint64_t size, node.store->log_size());
  TRY(store::each_line(*node.store, size, [&](const LogLine& line) {
    what_if.take(line);
    return Status();
  }));
  return what_if.result();
}

Result<std::vector<AcceptedAgreement>> accepted_agreements(const std::string& path) {
  Opened node;
  TRY(open(path, node));
  ASSIGN_OR_RETURN(const std::vector<AgreementRecord> records, node.store->agreements());
  return policy::read_records(records);
}

}  // namespace puente::home
