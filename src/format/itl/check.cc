// The layout tables' part of the check: presence, counts, lengths, letters and values of every field.
#include "format/itl/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/bytes.h"
#include "core/text.h"
#include "format/itl/layout.h"

namespace puente::format::itl {
namespace {

constexpr char kRecordSeparator = '\x1e', kUnitSeparator = '\x1f';
constexpr std::size_t kFindingsMax = 1000, kFindingsOfFieldMax = 8;

std::size_t offset_of(const Record& record, const Field& field, std::size_t subfield, std::size_t item) {
  if (is_binary(record.type) || subfield == 0 || field.digits == 0) return field.offset;
  std::string_view rest = field.value;
  bool more = true;
  for (std::size_t i = 1; i < subfield && more; ++i) take_piece(rest, kRecordSeparator, more);
  for (std::size_t i = 1; i < item && more; ++i) take_piece(rest, kUnitSeparator, more);
  const auto type = std::max<std::size_t>(static_cast<std::size_t>(field.type_digits), record.type < 10 ? 1 : 2);
  const std::size_t tag = type + 1 + static_cast<std::size_t>(field.digits) + 1;
  return field.offset + tag + (field.value.size() - rest.size());
}

// ---- letters --------------------------------------------------------------------------------------------------------

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool is_date(std::string_view text) {  // YYYYMMDD, Annex B.1.2
  if (text.size() != 8 || !std::all_of(text.begin(), text.end(), is_digit)) return false;
  const auto number = [&](std::size_t at, std::size_t size) {
    int value = 0;
    for (const char c : text.substr(at, size)) value = 10 * value + (c - '0');
    return value;
  };
  const int year = number(0, 4), month = number(4, 2), day = number(6, 2);
  if (month < 1 || month > 12 || day < 1) return false;
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day <= kDays[month - 1] + (month == 2 && leap);
}

bool is_moment(std::string_view text) {  // YYYYMMDDHHMMSSZ, Annex B.1.4
  if (text.size() != 15 || text[14] != 'Z' || !is_date(text.substr(0, 8))) return false;
  const std::string_view time = text.substr(8, 6);
  return std::all_of(time.begin(), time.end(), is_digit) && time.substr(0, 2) <= "23" && time.substr(2, 2) <= "59" &&
         time.substr(4, 2) <= "60";
}

bool is_unsigned_real(std::string_view text) {
  return !text.empty() && std::count(text.begin(), text.end(), '.') <= 1 && text != "." &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || c == '.'; });
}

std::string_view without_sign(std::string_view text) {
  return text.substr(text.starts_with('-') || text.starts_with('+') ? 1 : 0);
}

bool is_of(char letters, std::string_view text) {
  const auto all = [&](auto test) { return std::all_of(text.begin(), text.end(), test); };
  switch (letters) {
    case 'N':
      return all(is_digit);
    case 'A':
      return all([](char c) { return is_letter(c) || c == ' '; });
    case 'X':
      return all([](char c) { return is_letter(c) || is_digit(c); });
    case 'H':
      return all([](char c) { return is_digit(c) || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f'); });
    case 'T':
      return all([](char c) { return c >= ' ' && c <= '~'; });
    case 'S':
      text = without_sign(text);
      return !text.empty() && all(is_digit);
    case 'R':
      return is_unsigned_real(without_sign(text));
    case 'P':
      return is_unsigned_real(text);
    case 'D':
      return is_date(text);
    case 'G':
      return is_moment(text);
    default:
      return true;
  }
}

constexpr std::pair<char, std::string_view> kLetters[] = {
    {'N', "digits"},
    {'A', "letters"},
    {'X', "letters and digits"},
    {'H', "hexadecimal digits"},
    {'T', "printable ASCII"},
    {'S', "a whole number"},
    {'R', "a number"},
    {'P', "a number without sign"},
    {'D', "a date, YYYYMMDD"},
    {'G', "a moment in UTC, YYYYMMDDHHMMSSZ"},
};
std::string_view letters_in_words(char letters) {
  for (const auto& [letter, words] : kLetters)
    if (letter == letters) return words;
  return "text";
}

// How many letters text has, of one byte each or in UTF-8.
std::size_t letters_in(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

constexpr char kStart = '\x02', kEnd = '\x03';

// Without what stands between STX and ETX: in files of old it is in another encoding than the rest. nullopt: one of the
// two is alone.
std::optional<std::string> without_runs(std::string_view text) {
  std::string out;
  for (std::size_t begin; (begin = text.find(kStart)) != std::string_view::npos;) {
    const std::size_t end = text.find(kEnd, begin);
    if (end == std::string_view::npos) return std::nullopt;
    out += text.substr(0, begin);
    text.remove_prefix(end + 1);
  }
  out += text;
  return out.find(kEnd) == std::string::npos ? std::optional(out) : std::nullopt;
}

struct CharacterFault {
  std::string words;  // empty: none
  Severity severity = Severity::kError;
};
// Annex A: what is wrong with text's characters.
CharacterFault character_fault_of(std::string_view name, std::string_view text, Characters characters) {
  constexpr char kDelete = '\x7f';
  const auto is_control = [](char c) {
    return (c >= 0 && c < ' ' && c != kStart && c != kEnd && c != '\t' && c != '\r' && c != '\n') || c == kDelete;
  };
  if (characters == Characters::kOther) return {};
  if (std::any_of(text.begin(), text.end(), is_control))
    return {fmt::format("{} has a control character: {}", name, quoted(text))};
  const std::optional<std::string> rest = without_runs(text);
  if (!rest) return {fmt::format("{} has STX or ETX without the other: {}", name, quoted(text))};
  const auto is_c1 = [](char c) { return (static_cast<unsigned char>(c) & 0xe0) == 0x80; };
  if (characters == Characters::kLatin1 && std::any_of(rest->begin(), rest->end(), is_c1))
    return {fmt::format("{} is ISO 8859-1, as DCS (1.015) says, without control characters: {}", name, quoted(text))};
  if (characters == Characters::kUtf8 && !is_utf8(*rest))
    return {fmt::format("{} is UTF-8, as DCS (1.015) says; here stands {}", name, quoted(text))};
  const auto is_foreign = [](char c) { return (c & 0x80) != 0; };
  if (characters == Characters::kAscii && std::any_of(rest->begin(), rest->end(), is_foreign))
    return {fmt::format("{} is ASCII where DCS (1.015) names nothing else; here stands {}", name, quoted(text))};
  if (rest->size() < text.size())
    return {fmt::format("not looked at: {} has a run between STX and ETX, in characters of its own: {}", name,
                        quoted(text)),
            Severity::kWarning};
  return {};
}

// ---- values ---------------------------------------------------------------------------------------------------------

// Numbers are compared as numbers: 02 is 2.
bool is_among(std::span<const Choice> choices, std::string_view text) {
  const auto number = to_number<long>(text.starts_with('+') ? text.substr(1) : text);
  return std::any_of(choices.begin(), choices.end(), [&](const Choice& choice) {
    return choice.text == text || (number && choice.numeric && choice.from <= *number && *number <= choice.to);
  });
}

std::string values_in_words(std::string_view values) {
  constexpr std::size_t kLongest = 70;
  std::string out(values.substr(0, kLongest));
  if (values.size() > kLongest) out = out.substr(0, out.rfind(',')) + ",…";
  return out;
}

// ---- fields ---------------------------------------------------------------------------------------------------------

// What is wrong with one item, or nothing.
std::string fault_of(const ItemLayout& item, std::string_view name, std::string_view text) {
  if (text.empty()) return item.optional || item.letters == 'B' ? "" : fmt::format("{} is empty", name);
  if (item.letters == 'B') return "";
  if (!is_of(item.letters, text))
    return fmt::format("{} is {}; here stands {}", name, letters_in_words(item.letters), quoted(text));
  const std::size_t size = item.letters == 'U' ? letters_in(text) : text.size();
  if (size < item.shortest || (item.longest > 0 && size > item.longest)) {
    const std::string wanted = item.longest == item.shortest ? std::to_string(item.longest)
                               : item.longest == 0           ? fmt::format("at least {}", item.shortest)
                                                             : fmt::format("{} to {}", item.shortest, item.longest);
    return fmt::format("{} is {} character{}; here are {}: {}", name, wanted, wanted == "1" ? "" : "s", size,
                       quoted(text));
  }
  if (!item.choices.empty() && !is_among(item.choices, text))
    return fmt::format("{} is one of {}; here stands {}", name, values_in_words(item.values), quoted(text));
  return "";
}

// Of a field whose layout is a domain's own: its first item with letters that the transaction does not name. One with
// control characters may be no text.
void check_characters(Findings& findings, std::size_t record, const Field& field) {
  if (field.digits == 0) return;  // of XML
  const auto is_foreign = [](char c) { return (c & 0x80) != 0; };
  std::string_view rest = field.value;
  std::size_t subfields = 1;
  for (bool more = true; more; ++subfields) {
    std::string_view subfield = take_piece(rest, kRecordSeparator, more);
    std::size_t items = 1;
    for (bool more_items = true; more_items; ++items) {
      const std::string_view item = take_piece(subfield, kUnitSeparator, more_items);
      if (!std::any_of(item.begin(), item.end(), is_foreign)) continue;
      CharacterFault fault = character_fault_of("text", item, findings.characters());
      if (findings.characters() == Characters::kOther)
        fault = {fmt::format("not looked at: DCS (1.015) names a character set that is not known here; here stands {}",
                             quoted(item)),
                 Severity::kWarning};
      if (fault.words.empty()) continue;
      findings.add(record, field.number, std::move(fault.words), fault.severity, subfields, items);
      return;
    }
  }
}

class FieldCheck {
 public:
  FieldCheck(Findings& findings, std::size_t record, const Field& field, const FieldLayout& layout)
      : findings_(findings), record_(record), field_(field), layout_(layout) {
    if (layout.items.items.empty()) return;
    if (layout.items.items[0].letters == 'B') {  // not to be divided
      if (field.value.empty()) note("is empty", 0, 0);
      return;
    }
    std::string_view rest = field.value;
    std::size_t count = 0;
    for (bool more = true; more;) subfield(take_piece(rest, kRecordSeparator, more), ++count);
    if (layout.most > 0 && count > static_cast<std::size_t>(layout.most))
      note(layout.most == 1 ? fmt::format("is one subfield; here are {}", count)
                            : fmt::format("has at most {} subfields; here are {}", layout.most, count),
           static_cast<std::size_t>(layout.most) + 1, 0);
  }

 private:
  void note(std::string rule, std::size_t subfield, std::size_t item, Severity severity = Severity::kError) {
    findings_.add(record_, field_.number, std::move(rule), severity, subfield, item);
  }

  void subfield(std::string_view text, std::size_t number) {
    const auto& [items, repeat_from] = layout_.items;
    std::size_t count = 0;
    for (bool more = true; more; ++count) {
      const std::string_view item = take_piece(text, kUnitSeparator, more);
      std::size_t at = count;
      if (at >= items.size() && repeat_from < items.size())
        at = repeat_from + (at - repeat_from) % (items.size() - repeat_from);
      if (at >= items.size()) continue;
      const std::string_view name = name_of(items[at]);
      CharacterFault fault{fault_of(items[at], name, item)};
      if (fault.words.empty() && items[at].letters == 'U' && field_.digits > 0)  // of XML, the parser saw to it
        fault = character_fault_of(name, item, findings_.characters());
      if (!fault.words.empty()) note(std::move(fault.words), number, count + 1, fault.severity);
    }
    check_count(count, number);
  }

  void check_count(std::size_t count, std::size_t number) {
    const auto& [items, repeat_from] = layout_.items;
    const bool repeats = repeat_from < items.size();
    std::size_t least = repeat_from;
    while (least > 0 && items[least - 1].optional) --least;
    const std::size_t group = items.size() - repeat_from;
    const bool whole_groups = !repeats || count < repeat_from || (count - repeat_from) % group == 0;
    if (count >= std::max<std::size_t>(least, 1) && (repeats || count <= items.size()) && whole_groups) return;
    std::string names;
    for (const ItemLayout& item : items) names += (names.empty() ? "" : ", ") + std::string(name_of(item));
    if (repeats) names += ", …";
    const std::string wanted = repeats ? fmt::format("{} items and then {} at a time", repeat_from, group)
                               : least == items.size() ? fmt::format("{} item{}", least, least == 1 ? "" : "s")
                                                       : fmt::format("{} to {} items", least, items.size());
    note(fmt::format("a subfield has {} ({}); here {} {}", wanted, names, count == 1 ? "is" : "are", count), number, 0);
  }

  std::string_view name_of(const ItemLayout& item) const { return item.name.empty() ? layout_.mnemonic : item.name; }

  Findings& findings_;
  std::size_t record_;
  const Field& field_;
  const FieldLayout& layout_;
};

void check_record(Findings& findings, std::size_t index) {
  const Record& record = findings.transaction().records[index];
  const RecordLayout* layout = layout_of_record(record.type);
  if (!layout) {
    findings.add(index, 0, fmt::format("the standard has no Type-{} record", record.type));
    return;
  }
  if (layout->since > findings.version())
    findings.add(index, 0,
                 fmt::format("Type-{} records came with version {:04}; this file names {:04}", record.type,
                             layout->since, findings.version()));
  for (const auto& block : layout->blocks) {
    for (const FieldLayout& row : block)
      if (row.presence == 'M' && layout_of_field(*layout, row.number, findings.version()) == &row &&
          row.since <= findings.version() && !record.find(row.number))
        findings.add(index, row.number, fmt::format("{} is mandatory; it is missing", row.mnemonic));
  }
  for (const Field& field : record.fields) {
    const FieldLayout* row = layout_of_field(*layout, field.number, findings.version());
    const int user_to = findings.version() < 500 && record.type >= 10 ? 998 : layout->user_to;
    if (!row && field.number >= layout->user_from && field.number <= user_to && layout->user_to > 0) {
      check_characters(findings, index, field);
      if (layout->partly)
        findings.add(index, field.number, "not looked at: what the standard says of this field is not known here",
                     Severity::kWarning);
      else if (record.type != 2)
        findings.add(index, field.number, "a user-defined field: what it says is up to the domain", Severity::kWarning);
    } else if (!row) {
      findings.add(index, field.number, fmt::format("the standard has no such field in a Type-{} record", record.type));
    } else {
      if (row->since > findings.version())
        findings.add(index, field.number,
                     fmt::format("{} came with version {:04}; this file names {:04}", row->mnemonic, row->since,
                                 findings.version()));
      FieldCheck(findings, index, field, *row);
    }
  }
}

}  // namespace

Findings::Findings(const Reading& reading)
    : transaction_(reading.transaction),
      whole_(std::none_of(reading.findings.begin(), reading.findings.end(), [](const Finding& f) { return f.fatal; })) {
  if (transaction_.records.empty()) return;
  const std::string_view text = transaction_.records[0].value(2);
  if (text.size() == 4 && is_of('N', text)) version_ = transaction_.records[0].integer(2);
  const Field* encodings = transaction_.records[0].find(15);
  if (!encodings) return;
  each_subfield(*encodings, [&](std::size_t, const auto& items) {
    const int index = number(items[0]);
    if (index == 3 && characters_ == Characters::kAscii) characters_ = Characters::kUtf8;
    if (index == 1 && characters_ != Characters::kOther) characters_ = Characters::kLatin1;
    if (index != 3 && index != 0 && index != 1) characters_ = Characters::kOther;
  });
}

void Findings::add(std::size_t record, int field, std::string rule, Severity severity, std::size_t subfield,
                   std::size_t item) {
  in_field_ = record == last_record_ && field == last_field_ ? in_field_ + 1 : 1;
  last_record_ = record;
  last_field_ = field;
  if (findings_.size() >= kFindingsMax || in_field_ > kFindingsOfFieldMax) return;
  if (in_field_ == kFindingsOfFieldMax) rule += "; more of this field are not listed";
  if (findings_.size() + 1 == kFindingsMax) rule += "; more findings are not listed";
  const Record& in = transaction_.records[record];
  const Field* found = in.find(field);
  const std::size_t offset = found ? offset_of(in, *found, subfield, item) : in.offset;
  findings_.push_back({record, in.type, field, offset, std::move(rule), false, severity, subfield, item});
}

std::string_view take_piece(std::string_view& rest, char separator, bool& more) {
  const std::size_t end = rest.find(separator);
  more = end != std::string_view::npos;
  const std::string_view piece = rest.substr(0, end);
  rest.remove_prefix(more ? end + 1 : rest.size());
  return piece;
}

int number(std::string_view text) {
  int value = 0;
  if (text.empty() || text.size() > 9) return -1;
  for (const char c : text) {
    if (!is_digit(c)) return -1;
    value = 10 * value + (c - '0');
  }
  return value;
}

std::string quoted(std::string_view text) {
  constexpr std::size_t kLongest = 24;
  std::string out = "\"";
  for (const char c : text.substr(0, kLongest)) out += c >= ' ' && c <= '~' ? c : '?';
  return out + (text.size() > kLongest ? "…\"" : "\"");
}

std::vector<Finding> check(const Reading& reading) {
  Findings findings(reading);
  for (std::size_t i = 0; i < reading.transaction.records.size(); ++i) check_record(findings, i);
  check_rules(findings);
  std::vector<Finding> out = findings.take();
  std::stable_sort(out.begin(), out.end(), [](const Finding& a, const Finding& b) { return a.record < b.record; });
  return out;
}

}  // namespace puente::format::itl
