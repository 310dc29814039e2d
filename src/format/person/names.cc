#include "format/person/names.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/biographic.h"
#include "core/country.h"
#include "core/text.h"

namespace puente::format {
namespace {

bool are_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// ISO 8859-1 as UTF-8; its bytes 0x80 to 0x9f, which are no letters, as they are, and then no text.
std::string from_latin_1(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0xa0) {
      out += c;
    } else {
      out += static_cast<char>(0xc0 | byte >> 6);
      out += static_cast<char>(0x80 | (byte & 0x3f));
    }
  }
  return out;
}

// Runs in another character set, as old files have them: STX, the set's number, "=", text, ETX. What marks them is
// taken out; a run without an end, or without a number, stays as it is.
std::string without_set_marks(std::string_view text) {
  constexpr char kStart = '\x02', kEnd = '\x03';
  std::string out;
  while (!text.empty()) {
    const std::size_t begin = text.find(kStart);
    out += text.substr(0, begin);
    if (begin == std::string_view::npos) break;
    text.remove_prefix(begin);
    const std::size_t end = text.find(kEnd), equals = text.find('=');
    const bool numbered = equals >= 2 && equals <= 4 && are_digits(text.substr(1, equals - 1));
    if (end == std::string_view::npos || !numbered || equals > end) return out + std::string(text);
    out += text.substr(equals + 1, end - equals - 1);
    text.remove_prefix(end + 1);
  }
  return out;
}

// A field's text in UTF-8, and whether it had to be taken for Latin-1: what all of Latin America's older systems write,
// whatever 1.015 says.
struct Plain {
  std::string text;
  bool was_latin_1 = false;
};
Plain plain(std::string_view stated) {
  Plain out{without_set_marks(stated)};
  out.was_latin_1 = !is_utf8(out.text);
  if (out.was_latin_1) out.text = from_latin_1(out.text);
  return out;
}

// Keeps what is text, without the blanks around it.
class Keeper {
 public:
  Keeper(std::size_t number, Intake& to) : number_(number), to_(to) {}

  void operator()(DataElement element, std::string_view stated, bool was_latin_1 = false) const {
    const Plain text = plain(stated);
    was_latin_1 |= text.was_latin_1;
    std::string_view value = text.text;
    while (value.starts_with(' ')) value.remove_prefix(1);
    while (value.ends_with(' ')) value.remove_suffix(1);
    if (value.empty()) return;
    if (!is_utf8(value)) {
      to_.left_out.push_back(
          fmt::format("record {} (Type-2): {} is neither UTF-8 text nor ISO 8859-1", number_, to_string(element)));
      return;
    }
    if (element == DataElement::kSex && value != "M" && value != "F" && value != "X")
      return leave_out("sex", "M, F or X");
    if (element == DataElement::kNationality && !is_nationality(value)) return leave_out("nationality", "a known code");
    if (const Status form = check_biographic({{element, std::string(value)}}); !form.ok()) {
      to_.left_out.push_back(fmt::format("record {} (Type-2): {}", number_, form.error().message));
      return;
    }
    if (was_latin_1 && std::any_of(value.begin(), value.end(), [](char c) { return (c & 0x80) != 0; }))
      to_.remarks.push_back(fmt::format("record {} (Type-2): {} is not UTF-8 text: it was read as ISO 8859-1", number_,
                                        to_string(element)));
    to_.encounter.biographic[element] = std::string(value);
  }

 private:
  void leave_out(const char* what, const char* wanted) const {
    to_.left_out.push_back(fmt::format("record {} (Type-2): {} is not {}", number_, what, wanted));
  }

  std::size_t number_;
  Intake& to_;
};

Status unused(std::string_view why) {
  return {Code::kUnsupported, std::string(why)};
}

Status keep_ours(const itl::Record& record, const Keeper& keep) {
  for (int i = 0; i < kDataElementCount; ++i) keep(static_cast<DataElement>(i), record.value(kBiographicField + i));
  return {};
}

// EBTS: 2.018 NAM "RUIZ,MARIA ELENA", 2.022 DOB "19900430", 2.024 SEX
Status keep_ebts(const itl::Record& record, const Keeper& keep) {
  const auto [name, was_latin_1] = plain(record.value(18));
  const std::string_view full = name;
  const std::size_t comma = full.find(',');
  keep(DataElement::kFamilyName, full.substr(0, comma), was_latin_1);
  if (comma != std::string_view::npos) keep(DataElement::kGivenNames, full.substr(comma + 1), was_latin_1);
  const std::string_view born = record.value(22);
  const bool day = born.size() == 8 && are_digits(born);  // else as it stands: who enrols must see that it is in doubt
  keep(DataElement::kDateOfBirth,
       day ? fmt::format("{}-{}-{}", born.substr(0, 4), born.substr(4, 2), born.substr(6)) : std::string(born));
  keep(DataElement::kSex, record.value(24));
  return {};
}

// INTERPOL's implementation in XML: int-i:RecordSubject.
Status keep_interpol(const itl::Record& record, const Keeper& keep) {
  const xml::Element* subject = nullptr;
  for (const xml::Element& foreign : record.foreign)
    if (const xml::Element* detail = foreign.find("DomainDefinedDescriptiveDetail"); detail && !subject)
      subject = detail->find("RecordSubject");
  if (subject == nullptr) return unused("no names in it that are read");
  static const xml::Element kNothing;
  const auto part = [](const xml::Element& of, std::string_view child) -> const xml::Element& {
    const xml::Element* found = of.find(child);
    return found == nullptr ? kNothing : *found;
  };
  const xml::Element& name = part(*subject, "PersonName");
  keep(DataElement::kFamilyName, name.value("PersonSurName"));
  keep(DataElement::kGivenNames, fmt::format("{} {}", name.value("PersonGivenName"), name.value("PersonMiddleName")));
  const std::string_view born = part(*subject, "PersonBirthDate").value("Date").substr(0, 10);
  keep(DataElement::kDateOfBirth, born);  // without a zone
  keep(DataElement::kSex, subject->value("PersonSexCode"));
  keep(DataElement::kNationality, subject->value("PersonCitizenshipISO3166Alpha3Code"));
  const xml::Element& address = part(part(*subject, "PersonBirthLocation"), "LocationAddress");
  keep(DataElement::kPlaceOfBirth, part(address, "StructuredAddress").value("LocationCityName"));
  return {};
}

}  // namespace

Status add_names(const itl::Transaction& transaction, const itl::Record& record, std::size_t number, Intake& to) {
  const Keeper keep(number, to);
  const itl::Field* domain = transaction.records[0].find(13);
  const std::string name(domain == nullptr ? "" : domain->item());
  if (name == kDomain) return keep_ours(record, keep);
  if (name == "INT-I") return keep_interpol(record, keep);
  if (!name.empty() && name != "NORAM") return unused("names of domain " + itl::quoted(name) + " are not read");
  return keep_ebts(record, keep);
}

}  // namespace puente::format
