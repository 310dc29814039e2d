// The document around the records: package, findings, what is kept in XML alone.
#include <fmt/format.h>

#include <algorithm>

#include "format/itl/itl.h"
#include "format/itl/niem_record.h"
#include "format/itl/niem_values.h"

namespace puente::format::niem {
namespace {

using itl::Record;
using xml::Element;

constexpr std::string_view kPackage = "NISTBiometricInformationExchangePackage";

Element* find_in(Element& parent, std::string_view name) {
  const auto found = std::find_if(parent.children.begin(), parent.children.end(),
                                  [&](const Element& child) { return child.name == name; });
  return found == parent.children.end() ? nullptr : &*found;
}

// What nothing asked for goes with its record, for the XML that may be written of it: parts of the record, and of what
// users define in it. Parts of other parts are lost. Says so of each.
void take_foreign(Element& element, const std::vector<Unused>& unused, itl::Reading& reading, Record& record) {
  Element* const user_defined = find_in(element, kUserDefined);
  Element kept;
  kept.space = kItlSpace;
  kept.name = kUserDefined;
  std::size_t findings = 0;
  for (const Unused& one : unused) {
    Element* const parent = one.parent == &element ? &element : one.parent == user_defined ? user_defined : nullptr;
    if (findings++ < kFindingsMax)
      reading.findings.push_back(
          {reading.transaction.records.size(), record.type, 0, one.element->offset,
           fmt::format("line {}: no field here is for the element {}; it is {}", one.element->line, one.element->name,
                       parent ? "kept in XML alone" : "not kept"),
           false, itl::Severity::kWarning});
    if (!parent) continue;
    std::vector<Element>& to = parent == &element ? record.foreign : kept.children;
    to.push_back(std::move(parent->children[static_cast<std::size_t>(one.element - &parent->children.front())]));
  }
  if (!kept.children.empty()) record.foreign.push_back(std::move(kept));
}

}  // namespace

Result<itl::Reading> read(ByteView bytes) {
  ASSIGN_OR_RETURN(Element root, xml::read(bytes));
  Element* const package = root.name == kPackage ? &root : find_in(root, kPackage);
  if (!package)
    return {Code::kInvalidInput,
            fmt::format("no transaction: its element is itl:{}, here stands {}", kPackage, root.name)};
  itl::Reading reading;
  for (Element& element : package->children) {
    const RecordMap* map = map_of(std::string_view(element.name));
    if (!map) {
      reading.findings.push_back({reading.transaction.records.size(), 0, 0, element.offset,
                                  fmt::format("the element {} is no record and is not kept", element.name), false,
                                  itl::Severity::kWarning});
      continue;
    }
    if (reading.transaction.records.empty() && map->type != 1)
      return {Code::kInvalidInput,
              fmt::format("line {}: a transaction begins with its PackageInformationRecord", element.line)};
    ASSIGN_OR_RETURN(RecordRead read, read_record(element, *map));
    for (const Element* doubtful : read.doubtful_times)
      reading.findings.push_back({reading.transaction.records.size(), map->type, 0, doubtful->offset,
                                  fmt::format("line {}: {} is no date and time with a zone; it is kept as it stands",
                                              doubtful->line, doubtful->name),
                                  false, itl::Severity::kWarning});
    take_foreign(element, read.unused, reading, read.record);
    reading.transaction.records.push_back(std::move(read.record));
  }
  if (reading.transaction.records.empty())
    return {Code::kInvalidInput, "a transaction begins with its PackageInformationRecord; there is none"};
  return reading;
}

Result<Bytes> write(const itl::Transaction& transaction) {
  Element root;
  root.space = kItlSpace;
  root.name = kPackage;
  for (const Record& record : transaction.records) {
    const RecordMap* map = map_of(record.type);
    if (!map) return {Code::kInvalidInput, fmt::format("the standard has no Type-{} record", record.type)};
    root.children.push_back(write_record(record, *map));
  }
  constexpr auto text = [](std::string_view view) { return std::string(view); };
  const xml::Prefix prefixes[] = {
      {"itl", text(kItlSpace)}, {"biom", text(kBiomSpace)}, {"nc", text(kCoreSpace)}, {"puente", text(kOwnSpace)}};
  return xml::write(root, prefixes);
}

}  // namespace puente::format::niem
