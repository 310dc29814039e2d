#include "format/iso/cbeff.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <type_traits>

#include "core/text.h"

namespace puente::format::cbeff {
namespace {

// ---- what elements are called, in the order that the schema wants ---------------------------------------------------

template <typename Of>
struct Text {
  std::string_view name;
  std::string Of::*member;
};
constexpr Text<BirInfo> kBirInfo[] = {{"Creator", &BirInfo::creator},
                                      {"Index", &BirInfo::index},
                                      {"Payload", &BirInfo::payload},
                                      {"Integrity", nullptr},
                                      {"CreationDate", &BirInfo::creation_date},
                                      {"NotValidBefore", &BirInfo::not_valid_before},
                                      {"NotValidAfter", &BirInfo::not_valid_after}};

struct BdbItem {
  std::string_view name;
  std::string BdbInfo::*text;
  Registered BdbInfo::*registered;
};
constexpr BdbItem kBdbInfo[] = {{"ChallengeResponse", &BdbInfo::challenge_response, nullptr},
                                {"Index", &BdbInfo::index, nullptr},
                                {"Format", nullptr, &BdbInfo::format},
                                {"Encryption", &BdbInfo::encryption, nullptr},
                                {"CreationDate", &BdbInfo::creation_date, nullptr},
                                {"NotValidBefore", &BdbInfo::not_valid_before, nullptr},
                                {"NotValidAfter", &BdbInfo::not_valid_after, nullptr},
                                {"Type", &BdbInfo::type, nullptr},
                                {"Subtype", &BdbInfo::subtype, nullptr},
                                {"Level", &BdbInfo::level, nullptr},
                                {"Product", nullptr, &BdbInfo::product},
                                {"CaptureDevice", nullptr, &BdbInfo::capture_device},
                                {"FeatureExtractionAlgorithm", nullptr, &BdbInfo::extraction_algorithm},
                                {"ComparisonAlgorithm", nullptr, &BdbInfo::comparison_algorithm},
                                {"CompressionAlgorithm", nullptr, &BdbInfo::compression_algorithm},
                                {"Purpose", &BdbInfo::purpose, nullptr}};

constexpr std::array<std::string_view, 11> kFingers = {"",
                                                       "Right Thumb",
                                                       "Right IndexFinger",
                                                       "Right MiddleFinger",
                                                       "Right RingFinger",
                                                       "Right LittleFinger",
                                                       "Left Thumb",
                                                       "Left IndexFinger",
                                                       "Left MiddleFinger",
                                                       "Left RingFinger",
                                                       "Left LittleFinger"};

constexpr std::string_view kIsoSpaceOfAnyEdition = "http://standards.iso.org/iso-iec/19785/-3/";

// ---- reading --------------------------------------------------------------------------------------------------------

Registered registered_of(const xml::Element& element) {
  return {std::string(element.value("Organization")), std::string(element.value("Type"))};
}

std::string text_of(const xml::Element& element) {
  return std::string(xml::trimmed(element.text));
}

class Reader {
 public:
  explicit Reader(Document& document) : document_(document) {}

  Status bir(const xml::Element& element, Bir& bir) {
    if (++birs_ > kBirsMax) return {Code::kTooLarge, fmt::format("CBEFF of more than {} BIRs", kBirsMax)};
    if (element.space.empty()) note(element, "a BIR stands in the namespace of its format");
    for (const xml::Element& child : element.children) {
      if (child.name == "BIR" && (child.space == element.space || child.space.empty())) {
        TRY(this->bir(child, bir.children.emplace_back()));
      } else if (child.space != element.space) {
        bir.extensions.push_back(child);
      } else if (!part(child, bir)) {
        note(child, "a BIR has no such element");
        bir.extensions.push_back(child);
      }
    }
    return {};
  }

 private:
  void note(const xml::Element& element, std::string_view what) {
    if (document_.findings.size() < kFindingsMax)
      document_.findings.push_back(fmt::format("line {}: {}: {}", element.line, element.name.substr(0, 64), what));
  }

  // Whether there is such a part.
  bool part(const xml::Element& child, Bir& bir) {
    if (child.name == "Version") {
      version(child, bir.version);
    } else if (child.name == "CBEFFVersion") {
      version(child, bir.cbeff_version);
    } else if (child.name == "BIRInfo") {
      bir.info = bir_info(child);
    } else if (child.name == "BDBInfo") {
      bir.bdb_info = {bdb_info(child)};
    } else if (child.name == "SBInfo") {
      if (const xml::Element* format = child.find("Format")) bir.sb_format = registered_of(*format);
    } else if (child.name == "BDB") {
      bir.bdb = base64(child);
    } else if (child.name == "SB") {
      bir.sb = base64(child);
    } else if (child.name == "Others") {
      bir.others.emplace_back(child.value("Key"), child.value("Value"));
    } else if (child.name == "others") {
      document_.entries = true;
      for (const xml::Element& entry : child.children)
        bir.others.emplace_back(entry.attribute("key"), xml::trimmed(entry.text));
    } else {
      return false;
    }
    return true;
  }

  // MOSIP's interfaces write base64url, which is no xs:base64Binary.
  Bytes base64(const xml::Element& element) {
    std::string compact;
    compact.reserve(element.text.size());
    bool of_urls = false;
    for (const char c : element.text) {
      of_urls |= c == '-' || c == '_';
      if (c != ' ' && c != '\t' && c != '\r' && c != '\n') compact += c == '-' ? '+' : c == '_' ? '/' : c;
    }
    while (of_urls && compact.size() % 4 != 0) compact += '=';
    Result<Bytes> bytes = from_base64(compact);
    if (!bytes.ok()) note(element, "this is not base64");
    if (bytes.ok() && of_urls) note(element, "this is base64 for URLs");
    return bytes.ok() ? *std::move(bytes) : Bytes();
  }

  void version(const xml::Element& element, std::vector<Version>& out) {
    Version version;
    for (const auto& [name, member] : {std::pair("Major", &version.major), std::pair("Minor", &version.minor)}) {
      const std::string_view digits = element.value(name);
      const auto number = to_number<std::remove_pointer_t<decltype(member)>>(digits);
      if (!number) return note(element, "a version has a Major and a Minor number");
      *member = *number;
    }
    out = {version};
  }

  BirInfo bir_info(const xml::Element& element) {
    BirInfo info;
    for (const xml::Element& child : element.children) {
      const auto* item = std::find_if(std::begin(kBirInfo), std::end(kBirInfo),
                                      [&](const Text<BirInfo>& each) { return each.name == child.name; });
      if (item == std::end(kBirInfo)) {
        note(child, "BIRInfo has no such element");
      } else if (item->member != nullptr) {
        info.*item->member = text_of(child);
      } else {
        const std::string value = text_of(child);
        info.integrity = value == "true" || value == "1";
        if (!info.integrity && value != "false" && value != "0") note(child, "true or false is wanted");
      }
    }
    return info;
  }

  BdbInfo bdb_info(const xml::Element& element) {
    BdbInfo info;
    for (const xml::Element& child : element.children) {
      const auto* item = std::find_if(std::begin(kBdbInfo), std::end(kBdbInfo),
                                      [&](const BdbItem& each) { return each.name == child.name; });
      if (item != std::end(kBdbInfo)) {
        if (item->text != nullptr) info.*item->text = text_of(child);
        if (item->registered != nullptr) info.*item->registered = registered_of(child);
      } else if (child.name == "FormatOwner") {  // of BIAS
        info.format.organization = text_of(child);
      } else if (child.name == "FormatType") {
        info.format.type = text_of(child);
      } else if (child.name == "Quality") {
        const xml::Element* algorithm = child.find("Algorithm");
        if (algorithm) info.quality_algorithm = registered_of(*algorithm);
        info.quality = child.children.empty() ? text_of(child) : std::string(child.value("Score"));
      } else {
        note(child, "BDBInfo has no such element");
      }
    }
    return info;
  }

  Document& document_;
  std::size_t birs_ = 0;
};

// ---- writing --------------------------------------------------------------------------------------------------------

void add_text(xml::Element& to, std::string_view name, const std::string& value) {
  if (!value.empty()) to.add(name, value);
}
void add_registered(xml::Element& to, std::string_view name, const Registered& value) {
  if (!value.said()) return;
  xml::Element& element = to.add(name);
  element.add("Organization", value.organization);
  element.add("Type", value.type);
}
void add_version(xml::Element& to, std::string_view name, const std::vector<Version>& versions) {
  for (const Version& version : versions) {
    xml::Element& element = to.add(name);
    element.add("Major", std::to_string(version.major));
    element.add("Minor", std::to_string(version.minor));
  }
}

void add_bdb_info(xml::Element& to, const BdbInfo& info, bool bias) {
  xml::Element& element = to.add("BDBInfo");
  for (const BdbItem& item : kBdbInfo) {
    if (item.text != nullptr) {
      add_text(element, item.name, info.*item.text);
    } else if (bias && item.name == "Format") {
      add_text(element, "FormatOwner", info.format.organization);
      add_text(element, "FormatType", info.format.type);
    } else {
      add_registered(element, item.name, info.*item.registered);
    }
  }
  if (info.quality.empty() && !info.quality_algorithm.said()) return;
  if (bias) return add_text(element, "Quality", info.quality);
  xml::Element& quality = element.add("Quality");
  add_registered(quality, "Algorithm", info.quality_algorithm);
  add_text(quality, "Score", info.quality);
}

xml::Element to_element(const Bir& bir, const Document& document) {
  xml::Element out;
  out.space = document.bias ? kBiasSpace : kIsoSpace;
  out.name = "BIR";
  add_version(out, "Version", bir.version);
  add_version(out, "CBEFFVersion", bir.cbeff_version);
  for (const xml::Element& extension : bir.extensions) out.children.push_back(extension);
  xml::Element& info = out.add("BIRInfo");
  for (const Text<BirInfo>& item : kBirInfo) {
    if (item.member != nullptr) {
      add_text(info, item.name, bir.info.*item.member);
    } else {
      info.add(item.name, bir.info.integrity ? "true" : "false");
    }
  }
  for (const BdbInfo& bdb : bir.bdb_info) add_bdb_info(out, bdb, document.bias);
  if (bir.sb_format.said()) add_registered(out.add("SBInfo"), "Format", bir.sb_format);
  for (const Bir& child : bir.children) out.children.push_back(to_element(child, document));
  if (!bir.bdb.empty()) out.add("BDB", to_base64(bir.bdb));
  if (!bir.sb.empty()) out.add("SB", to_base64(bir.sb));
  if (document.entries && !bir.others.empty()) {
    xml::Element& list = out.add("others");
    for (const auto& [key, value] : bir.others) list.add("entry", value).attributes.push_back({"", "key", key});
  } else {
    for (const auto& [key, value] : bir.others) {
      xml::Element& other = out.add("Others");
      other.add("Key", key);
      other.add("Value", value);
    }
  }
  return out;
}

}  // namespace

Result<Document> read(const xml::Element& root) {
  const bool known = root.space == kIsoSpace || root.space == kBiasSpace || root.space.empty();
  if (root.name != "BIR" || (!known && !root.space.starts_with(kIsoSpaceOfAnyEdition)))
    return Error{Code::kInvalidInput, "not CBEFF: its root is a BIR of ISO/IEC 19785-3 or of OASIS BIAS"};
  Document document;
  if (!known)
    document.findings.push_back(fmt::format("the namespace is of another edition: {}, not {}", root.space, kIsoSpace));
  document.bias = root.space == kBiasSpace;
  TRY(Reader(document).bir(root, document.root));
  return document;
}

Result<Document> read(ByteView bytes) {
  ASSIGN_OR_RETURN(const xml::Element root, xml::read(bytes));
  return read(root);
}

Result<Bytes> write(const Document& document) {
  const xml::Prefix prefixes[] = {{"", std::string(document.bias ? kBiasSpace : kIsoSpace)}};
  return xml::write(to_element(document.root, document), prefixes);
}

int finger_position(std::string_view subtype) {
  const auto found = std::find(kFingers.begin() + 1, kFingers.end(), subtype);
  return found == kFingers.end() ? 0 : static_cast<int>(found - kFingers.begin());
}

std::string type_of_format(const Registered& format) {
  if (format.organization != "257" && format.organization != "Mosip") return {};
  if (format.type == "1" || format.type == "2") return "finger minutiae";
  if (format.type == "7") return "finger image";
  if (format.type == "8") return "face image";
  return format.type == "9" ? "iris image" : "";
}

}  // namespace puente::format::cbeff
