// CBEFF biometric information records (BIRs) in XML: the patron format of ISO/IEC 19785-3 as MOSIP uses it, and the
// older one of OASIS BIAS. A tree: a BIR without data holds others. Plain values; pure functions; any thread.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"
#include "format/xml/xml.h"

namespace puente::format::cbeff {

inline constexpr std::string_view kIsoSpace = "http://standards.iso.org/iso-iec/19785/-3/ed-2/";
inline constexpr std::string_view kBiasSpace = "http://docs.oasis-open.org/bias/ns/biaspatronformat-1.0/";

struct Version {
  std::uint32_t major = 1, minor = 1;
  bool operator==(const Version&) const = default;
};

// An organization and its number or name of something: {"Mosip", "7"}. Both empty: not said.
struct Registered {
  std::string organization, type;
  bool operator==(const Registered&) const = default;
  bool said() const { return !organization.empty() || !type.empty(); }
};

// Times are xs:dateTime, as they stand; empty strings are left out.
struct BirInfo {
  std::string creator, index, payload;  // payload in base64
  bool integrity = false;
  std::string creation_date, not_valid_before, not_valid_after;
  bool operator==(const BirInfo&) const = default;
};

struct BdbInfo {  // of the biometric data block
  std::string challenge_response, index;
  Registered format;  // MOSIP: 7 finger, 8 face, 9 iris; ISO/IEC JTC 1/SC 37 is 257
  std::string encryption, creation_date, not_valid_before, not_valid_after;
  std::string type, subtype, level;  // "Finger", "Right IndexFinger", "Raw"
  Registered product, capture_device, extraction_algorithm, comparison_algorithm, compression_algorithm;
  std::string purpose;  // "Enroll"
  Registered quality_algorithm;
  std::string quality;  // 0..100, empty when not said
  bool operator==(const BdbInfo&) const = default;
};

struct Bir {
  std::vector<Version> version, cbeff_version;  // one, or none
  BirInfo info;
  std::vector<BdbInfo> bdb_info;  // one, or none
  Registered sb_format;           // of the security block
  std::vector<Bir> children;
  Bytes bdb;  // a record of image_record.h, minutiae_record.h, or something else
  Bytes sb;
  std::vector<std::pair<std::string, std::string>> others;  // MOSIP's own: {"RETRIES", "1"}
  std::vector<xml::Element> extensions;                     // elements that the format does not have, as they stand
};

struct Document {
  bool bias = false;     // of OASIS BIAS instead of ISO/IEC 19785-3
  bool entries = false;  // others in an <others> list of <entry key="…">, not an <Others> of <Key> and <Value> each
  Bir root;
  std::vector<std::string> findings;  // departures from the format, a line each; at most kFindingsMax
};

// The most BIRs of a document, root and groups too.
inline constexpr std::size_t kBirsMax = 1000;
inline constexpr std::size_t kFindingsMax = 1000;

// What one BIR says wrongly does not cost the others: elements that the format does not have, text that is not what it
// must be and a namespace that is missing are findings, with their line; data that is not base64 is left out.
// kInvalidInput: no BIR at all; kTooLarge: over a limit.
Result<Document> read(const xml::Element& root);
Result<Document> read(ByteView bytes);
Result<Bytes> write(const Document& document);

// "Right IndexFinger" as ANSI/NIST-ITL finger position code, 1 to 10; 0 for none of them or several.
int finger_position(std::string_view subtype);

// What a format of ISO/IEC JTC 1/SC 37 (257, as MOSIP writes it, its own numbers too) says that the data are: "finger
// minutiae", "finger image", "face image", "iris image"; empty: another owner's, or a number that is none of these.
std::string type_of_format(const Registered& format);

}  // namespace puente::format::cbeff
