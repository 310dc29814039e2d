// Encounter ⇄ ANSI/NIST-ITL transaction (ANSI/NIST-ITL 1-2011 Update:2015), and an encounter out of whatever bytes hold
// one. The mapping, and our own domain of Type-2 fields: docs/formats/transactions.md. Plain values; pure functions;
// any thread.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/person.h"
#include "format/itl/itl.h"
#include "format/person/describe.h"
#include "format/person/kind.h"
#include "format/person/samples.h"

namespace puente::format {

struct Intake {
  Encounter encounter;                // biographic data, samples, missing fingers; ids and dates are the receiver's
  std::vector<std::string> left_out;  // what was in the bytes and is not in the encounter, and why, a line each
  std::vector<std::string> remarks;   // what is in it, though not as the bytes say it, likewise
};

// Fingers, single or slaps, of Types 4, 13 and 14, minutiae of Type 9 whose image is not there, faces of Type 10,
// irises of Type 17, records of ISO/IEC 19794 of Type 99, and names of a Type-2 record of our own domain or of the
// FBI's EBTS. Images that are not compressed become PNG, others stay as they are. kInvalidInput: no sample in it that
// can be used, with the first reason; kTooLarge: over a limit.
Result<Intake> to_encounter(const itl::Transaction& transaction);

// What a record of a transaction states of its print's resolution, in pixels an inch; of Type-4 what 1.011 or 1.012
// says. 0: nothing.
double ppi_of_record(const itl::Transaction& transaction, const itl::Record& record);

// Of a file told apart by its content: an image is one finger of unknown position.
Result<Intake> read_encounter(ByteView bytes);

// Fields of our domain in a Type-2 record: what is asked or answered, and under what. Names as on the wire.
enum class DomainField {  // the number is the field's
  kPurpose = 201,
  kAgreement = 202,
  kLegalBasis = 203,
  kCaseReference = 204,
  kExchange = 205,
  kResult = 206,  // NO_HIT, HIT, RELEASED, NOT_CONFIRMED, REFUSED
  kReference = 207,
  kReasons = 208,         // a subfield each
  kCaveats = 209,         // likewise
  kRetentionUntil = 210,  // 2027-04-30
  kAnswerBy = 211,        // 2026-11-23T17:00:00Z
};
inline constexpr int kBiographicField = 301;  // and those after it: DataElement's values in their order

struct TransactionHeader {
  std::string type{};               // 1.004: CPS, SRE, …
  std::string destination{};        // 1.007
  std::string originator{};         // 1.008, and every record's source
  std::string control_number{};     // 1.009
  std::string control_reference{};  // 1.010: of the transaction that this one answers; empty: none
  std::int64_t time_ms = 0;         // 1.005, 1.014
  std::int64_t captured_ms = 0;     // the date of every sample; 0: the transaction's, for a date there must be
  std::vector<std::pair<DomainField, std::string>> domain{};  // subfields divided by RS
};

// One record of Type 1, one of Type 2, then one a sample. kInvalidInput: an image that cannot be read, with its number;
// text with separators in it.
Result<itl::Transaction> to_transaction(const Encounter& encounter, const TransactionHeader& header);

}  // namespace puente::format
