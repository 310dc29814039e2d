#include "format/itl/itl.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "core/check.h"
#include "core/limits.h"
#include "core/text.h"

namespace puente::format::itl {
namespace {

constexpr char kFile = '\x1c', kGroup = '\x1d', kRecord = '\x1e', kUnit = '\x1f';
constexpr int kImageField = 999;
constexpr char kGoesOn[] = "reading goes on here, after the damage";
constexpr std::size_t kFarthest = 8;  // that a length may be off and be forgiven
constexpr std::size_t kRecordsMax = 1000, kFieldsMax = 10'000, kItemsMax = 1'000'000;

std::optional<std::int64_t> decimal(std::string_view text) {
  const auto value = to_number<std::int64_t>(text);
  return value && *value >= 0 ? value : std::nullopt;
}

// How the header of a binary record is laid out: sizes of its fields in bytes, from field 1; the last field takes what
// is left. Type 7's layout is the domain's own beyond its IDC.
const std::vector<int>& layout_of(int type) {
  static const std::vector<int> kGray = {4, 1, 1, 6, 1, 2, 2, 1}, kSignature = {4, 1, 1, 1, 1, 2, 2}, kOther = {4, 1};
  return type == 8 ? kSignature : type == 7 ? kOther : kGray;
}

// Whether a field's value is bytes that no separator divides.
bool has_image(int type, int field) {
  return field == kImageField && type >= 10;
}

// ---- reading --------------------------------------------------------------------------------------------------------

struct Tag {
  int type = 0, number = 0;
  int digits = 0;        // that the number is written with
  int type_digits = 0;   // that the type is written with, where it has fewer
  std::size_t size = 0;  // with the colon
};

// "14.013:" at the start of text.
std::optional<Tag> tag_of(std::string_view text) {
  Tag tag;
  std::size_t at = 0;
  const auto digits = [&](int& value, std::size_t most) {
    const std::size_t begin = at;
    for (; at < text.size() && at - begin < most && text[at] >= '0' && text[at] <= '9'; ++at)
      value = 10 * value + (text[at] - '0');
    return at > begin;
  };
  if (!digits(tag.type, 2) || at >= text.size() || text[at++] != '.') return std::nullopt;
  if (text[0] == '0') tag.type_digits = static_cast<int>(at - 1);
  const std::size_t number_at = at;
  if (!digits(tag.number, 9) || at >= text.size()) return std::nullopt;
  tag.digits = static_cast<int>(at - number_at);
  if (text[at++] != ':') return std::nullopt;
  tag.size = at;
  return tag;
}

// Where the number before a dot begins, of one digit or two.
std::size_t start_of_tag(std::string_view file, std::size_t dot) {
  std::size_t at = dot;
  while (at > 0 && dot - at < 2 && file[at - 1] >= '0' && file[at - 1] <= '9') --at;
  return at;
}

// Where the next field of a record of this type begins, or the record ends with FS, by its length; npos: neither.
std::size_t behind_field(std::string_view file, std::size_t at, int type, std::size_t end) {
  if (end > file.size()) return std::string_view::npos;
  while ((at = file.find_first_of("\x1c\x1d", at)) < end) {
    const bool last = file[at++] == kFile;
    if (last) return at == end ? at : std::string_view::npos;
    const auto tag = tag_of(file.substr(at, 20));
    if (tag && tag->type == type && tag->number != 1) return at;
  }
  return std::string_view::npos;
}

// How far a file has been read, and what came of it.
struct Input {
  std::string_view file;
  std::size_t at = 0;
  Reading out;

  // Where a record begins within a few bytes of `end`, for one before it whose FS was lost or overwritten.
  std::size_t record_near(std::size_t end) const {
    for (std::size_t off = 0; off <= kFarthest; ++off) {
      for (const std::size_t place : {end - off, end + off}) {
        if (place <= at || place >= file.size()) continue;
        const auto tag = tag_of(file.substr(place, 20));
        if (tag && tag->number == 1) return start_of_tag(file, file.find('.', place));
      }
    }
    return std::string_view::npos;
  }

  void note(int type, int field, std::string rule, bool fatal) {
    out.findings.push_back({out.transaction.records.size(), type, field, at, std::move(rule), fatal});
  }

  void note_lost(int type, int field, std::string rule) {
    note(type, field, std::move(rule), false);
    out.findings.back().lost = true;
  }

  void note_length(int type, std::size_t begin, std::size_t said, std::size_t there) {
    out.findings.push_back({out.transaction.records.size(), type, 1, begin,
                            fmt::format("its length says {} bytes; it has {}", said, there), false});
  }
};

// Reads the record at the input's place, and forgives what can be forgiven.
class RecordReader {
 public:
  explicit RecordReader(Input& in) : in_(in) {}

  // False when the record could not be read; what could be is in damaged(), if it is a tagged one.
  bool read(int announced) {
    const auto tag = tag_of(in_.file.substr(in_.at));
    if (tag && (tag->number == 1 || !is_binary(announced))) {
      if (tag->type != announced)
        in_.note(tag->type, 0, fmt::format("1.003 announces a Type-{} record here", announced), false);
      return read_tagged(tag->type);
    }
    if (is_binary(announced)) return read_binary(announced);
    in_.note(announced, 0, fmt::format("a Type-{} record begins with \"{}.001:\"", announced, announced), true);
    return false;
  }

  bool read_tagged(int type) {
    Record record{type, {}, in_.at, 0};
    const std::size_t begin = in_.at;
    std::size_t end = in_.file.size();
    broken_ = 0;
    for (Step step = Step::kMore; step == Step::kMore;) {
      step = field(type, begin, end, record);
      if (step == Step::kBroken) step = behind_broken_field(type, end, record);
      if (step != Step::kBroken) continue;
      in_.at = begin;
      damaged_ = std::move(record);
      return false;
    }
    record.size = in_.at - begin;
    if (record.fields[0].type_digits > 0)
      in_.out.findings.push_back({in_.out.transaction.records.size(), type, 1, begin,
                                  "a record's type is written without leading zeros", false, Severity::kWarning});
    if (in_.at != end) in_.note_length(type, begin, end - begin, record.size);
    in_.out.transaction.records.push_back(std::move(record));
    return true;
  }

  Record& damaged() { return damaged_; }

 private:
  // The end of a record of `length` bytes from `begin` whose last field is an image. A length that is a little off is
  // forgiven where a record, or nothing, follows another FS nearby.
  std::size_t end_of_image(int type, std::size_t begin, std::size_t end) {
    const auto ends = [&](std::size_t at) {
      return at > in_.at && at <= in_.file.size() && in_.file[at - 1] == kFile &&
             (at == in_.file.size() || tag_of(in_.file.substr(at, 20)));
    };
    if (end > in_.at && end <= in_.file.size() && in_.file[end - 1] == kFile) return end;
    for (std::size_t off = 1; off <= kFarthest; ++off)
      for (const std::size_t at : {end - off, end + off})
        if (ends(at)) {
          in_.note_length(type, begin, end - begin, at - begin);
          return at;
        }
    return end;
  }

  enum class Step { kBroken, kMore, kLast };

  // A field that is none costs itself: reading goes on with the next one of the record, or behind its FS.
  Step behind_broken_field(int type, std::size_t end, const Record& record) {
    constexpr int kBrokenMax = 8;
    if (!field_is_none_ || record.fields.empty() || ++broken_ > kBrokenMax) return Step::kBroken;
    const std::size_t next = behind_field(in_.file, in_.at, type, end);
    if (next == std::string_view::npos) return Step::kBroken;
    in_.out.findings.back().fatal = false;
    in_.out.findings.back().lost = true;
    in_.at = next;
    return next == end ? Step::kLast : Step::kMore;
  }

  // Reads "14.013:…" and the GS or FS after it; in_.at never goes back. `end` is the record's, where it is known.
  Step field(int type, std::size_t begin, std::size_t& end, Record& record) {
    const auto tag = tag_of(in_.file.substr(in_.at, 20));
    field_is_none_ = (!tag || tag->type != type) && record.fields.size() < kFieldsMax;
    if (!tag || tag->type != type || record.fields.size() >= kFieldsMax) {
      in_.note(type, 0, fmt::format("a field begins with \"{}.\", its number and a colon", type), true);
      return Step::kBroken;
    }
    const bool first = record.fields.empty(), image = has_image(type, tag->number) && !first;
    Field field{tag->number, tag->digits, {}, in_.at, tag->type_digits};
    in_.at += tag->size;
    const std::size_t value_at = in_.at;
    if (image) end = end_of_image(type, begin, end);
    if (image && end <= value_at) {
      in_.note(type, tag->number, "by its length the record ends before its image begins", true);
      return Step::kBroken;
    }
    std::size_t stop = std::min(image ? end - 1 : in_.file.find_first_of("\x1c\x1d", in_.at), in_.file.size());
    char separator = stop < in_.file.size() ? in_.file[stop] : '\0';
    const bool ends = separator == kFile || separator == kGroup;
    const bool far = !first && (!ends || (!image && stop >= end));
    std::size_t lost = far ? in_.record_near(end) : std::string_view::npos;
    if (ends && lost > stop) lost = std::string_view::npos;
    if (lost != std::string_view::npos) {
      stop = lost == end && end > value_at ? end - 1 : lost;  // FS was overwritten, or left out
      in_.at = stop;
      in_.note(type, tag->number, "a record ends with FS", false);
      separator = kFile;
    } else if (!first && !ends && (end == in_.file.size() || end == in_.file.size() + 1) && stop + 1 >= end) {
      stop = lost = in_.file.size();  // whole but for its FS, which its length may count
      in_.at = stop;
      in_.note_lost(type, tag->number, "a record ends with FS; the file ends without it");
      separator = kFile;
    } else if (!ends) {
      in_.at = stop;
      in_.note(type, tag->number, "a field ends with GS, a record with FS", true);
      return Step::kBroken;
    }
    in_.at = lost != std::string_view::npos ? lost : stop + 1;
    CHECK(stop >= value_at && in_.at >= stop);  // else bytes would be read again, and again
    field.value = in_.file.substr(value_at, stop - value_at);
    if (!(first ? length(type, begin, field, end) : is_of_few_items(type, field))) return Step::kBroken;
    record.fields.push_back(std::move(field));
    return separator == kGroup ? Step::kMore : Step::kLast;
  }

  bool is_of_few_items(int type, const Field& field) {
    if (has_image(type, field.number)) return true;
    const auto items =
        std::count_if(field.value.begin(), field.value.end(), [](char c) { return c == kRecord || c == kUnit; });
    if (items <= static_cast<std::ptrdiff_t>(kItemsMax)) return true;
    in_.note(type, field.number, fmt::format("a field has at most {} items here", kItemsMax), true);
    return false;
  }

  // The record's end by its first field.
  bool length(int type, std::size_t begin, const Field& field, std::size_t& end) {
    const auto bytes = field.number == 1 ? decimal(field.value) : std::nullopt;
    if (!bytes) {
      in_.at = begin;
      in_.note(type, 1, "a record's first field is its length", true);
      return false;
    }
    end = begin + static_cast<std::size_t>(*bytes);
    if (end > in_.file.size())
      in_.note(type, 1,
               fmt::format("its length says {} bytes; the file has {} from here", *bytes, in_.file.size() - begin),
               false);
    return true;
  }

  bool read_binary(int type) {
    Record record{type, {}, in_.at, 0};
    const ByteView bytes = view(in_.file.substr(in_.at));
    ByteReader in(bytes);
    const std::uint32_t length = in.u32();
    std::size_t header = 0;
    for (const int size : layout_of(type)) header += static_cast<std::size_t>(size);
    if (!in.ok() || length < header || length > bytes.size()) {
      in_.note(type, 1,
               fmt::format("its length, {}, is not from {} to the {} bytes left", length, header, bytes.size()), true);
      return false;
    }
    std::size_t offset = 0;
    int number = 1;
    for (const int size : layout_of(type)) {
      std::string value;
      if (size == 6) {  // six finger positions, 255 for none
        for (int i = 0; i < 6; ++i) value += fmt::format("{}{}", i ? std::string(1, kUnit) : "", bytes[offset + i]);
      } else {
        std::uint32_t sum = 0;
        for (int i = 0; i < size; ++i) sum = sum << 8 | bytes[offset + i];
        value = std::to_string(sum);
      }
      record.fields.push_back({number++, 3, std::move(value), in_.at + offset});
      offset += static_cast<std::size_t>(size);
    }
    record.fields.push_back(
        {number, 3, std::string(in_.file.substr(in_.at + offset, length - offset)), in_.at + offset});
    record.size = length;
    in_.at += length;
    in_.out.transaction.records.push_back(std::move(record));
    return true;
  }

  Input& in_;
  Record damaged_;
  int broken_ = 0;              // fields of this record
  bool field_is_none_ = false;  // the last step was broken by bytes that begin no field of the record
};

// Reads the records that 1.003 announces, and finds the next one behind damage.
class Reader {
 public:
  explicit Reader(ByteView bytes) : in_{text(bytes), 0, {}}, records_(in_) {}

  Reading read() {
    if (!tag_of(in_.file) || tag_of(in_.file)->type != 1) {
      in_.note(0, 0, "a transaction begins with its Type-1 record, \"1.001:\"", true);
      read_headless();
      return std::move(in_.out);
    }
    std::size_t next = 0;  // in the contents
    if (!records_.read_tagged(1) && !salvage_type_1(next)) return std::move(in_.out);
    const std::vector<int> contents = contents_of_file();
    for (std::size_t i = next; i < contents.size(); ++i) {
      if (in_.at >= in_.file.size()) {
        in_.note(contents[i], 0,
                 fmt::format("1.003 announces {} records after the first; the file ends after {}", contents.size(), i),
                 true);
        return std::move(in_.out);
      }
      if (!records_.read(contents[i]) && !resume(contents, i)) return std::move(in_.out);
    }
    if (in_.at < in_.file.size()) {
      in_.note(0, 0, fmt::format("{} bytes after the last record that 1.003 announces", in_.file.size() - in_.at),
               false);
      read_unannounced();
    }
    return std::move(in_.out);
  }

 private:
  // A Type-1 record that is damaged behind its contents is kept as far as it could be read, if a record is found after
  // it.
  bool salvage_type_1(std::size_t& next) {
    if (!records_.damaged().find(3)) return false;
    const Field& last = records_.damaged().fields.back();
    in_.at = in_.file.find(':', last.offset) + last.value.size();  // what was read is not searched for records
    in_.out.transaction.records.push_back(std::move(records_.damaged()));
    const std::vector<Finding> before = in_.out.findings;
    std::size_t i = std::string_view::npos;
    if (resume(contents_of_file(), i)) {
      in_.out.findings = before;  // contents_of_file is called again
      in_.note(in_.out.transaction.records[0].type, 0, kGoesOn, false);
      next = i + 1;
      return true;
    }
    in_.out.findings = before;
    in_.out.transaction.records.clear();
    return false;
  }

  // Types of the records after the first, as 1.003 states them.
  std::vector<int> contents_of_file() {
    std::vector<int> types;
    const Field* contents = in_.out.transaction.records[0].find(3);
    const auto subfields = contents ? contents->subfields() : std::vector<std::vector<std::string_view>>();
    for (std::size_t i = 1; i < subfields.size() && types.size() < kRecordsMax; ++i)
      types.push_back(static_cast<int>(decimal(subfields[i].empty() ? "" : subfields[i][0]).value_or(0)));
    const auto announced = subfields.empty() || subfields[0].size() < 2 ? std::nullopt : decimal(subfields[0][1]);
    if (!announced || *announced != static_cast<std::int64_t>(types.size()))
      in_.out.findings.push_back(
          {0, 1, 3, contents ? contents->offset : 0,
           fmt::format("1.003 states how many records follow the first, then each one's type and "
                       "IDC; it states {} and lists {}",
                       announced ? std::to_string(*announced) : "none", types.size()),
           false});
    return types;
  }

  // Records that the contents do not announce are read all the same.
  void read_unannounced() {
    for (auto tag = tag_of(in_.file.substr(in_.at)); tag && tag->number == 1; tag = tag_of(in_.file.substr(in_.at)))
      if (in_.out.transaction.records.size() > kRecordsMax || !records_.read(tag->type)) break;
  }

  // Without a Type-1 record, an empty one stands for it, if there are others.
  void read_headless() {
    in_.at = find_record(0, [](int) { return true; });
    if (in_.at == std::string_view::npos) return;
    in_.out.transaction.records.push_back({1, {}, 0, 0});
    in_.note(0, 0, kGoesOn, false);
    read_unannounced();
  }

  // After a record that could not be read, in_.at being the last byte of it that is kept or its first: finds the next
  // one of a type that is still announced. `i` becomes the index in `contents` before it. Tries are few: each may read
  // far.
  bool resume(const std::vector<int>& contents, std::size_t& i) {
    constexpr int kResumesMax = 16;
    if (++resumes_ > kResumesMax) return false;
    std::array<std::size_t, 100> next{};  // by type, which has two digits: 1 + the index of the first still announced
    for (std::size_t k = contents.size(); k-- > i + 1;)
      if (contents[k] >= 0 && contents[k] < 100) next[static_cast<std::size_t>(contents[k])] = k + 1;
    const auto next_of = [&](int type) { return next[static_cast<std::size_t>(type)]; };
    const std::size_t at = find_record(in_.at + 1, [&](int type) { return next_of(type) > 0; });
    if (at == std::string_view::npos) return false;
    in_.at = at;
    i = next_of(tag_of(in_.file.substr(at, 20))->type) - 2;
    in_.note(0, 0, kGoesOn, false);
    return true;
  }

  // The next place where a record of such a type begins whose length ends with FS.
  template <typename Wanted>
  std::size_t find_record(std::size_t from, Wanted wanted) const {
    for (std::size_t dot = from; (dot = in_.file.find(".001:", dot)) != std::string_view::npos; ++dot) {
      const std::size_t at = start_of_tag(in_.file, dot);
      const auto tag = at >= from ? tag_of(in_.file.substr(at, 20)) : std::nullopt;
      if (!tag || !wanted(tag->type)) continue;
      const std::string_view digits = in_.file.substr(at + tag->size, 12);
      const auto length = decimal(digits.substr(0, digits.find(kGroup)));
      if (length && *length >= 1 && static_cast<std::size_t>(*length) <= in_.file.size() - at &&
          in_.file[at + static_cast<std::size_t>(*length) - 1] == kFile)
        return at;
    }
    return std::string_view::npos;
  }

  Input in_;
  RecordReader records_;
  int resumes_ = 0;
};

// ---- writing --------------------------------------------------------------------------------------------------------

void put_number(std::string& out, std::uint64_t value, int size) {
  for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
}

std::string tag_text(int type, const Field& field) {
  return fmt::format("{:0{}}.{:0{}}:", type, std::max(field.type_digits, 1), field.number,
                     field.digits > 0 ? field.digits : 3);
}

// A record's bytes; its length counts itself, so it is settled by trying.
std::string tagged_bytes(const Record& record) {
  std::string rest;
  for (const Field& field : record.fields) {
    if (field.number == 1) continue;
    rest += kGroup;
    rest += tag_text(record.type, field) + field.value;
  }
  rest += kFile;
  const Field* first = record.find(1);
  const std::string tag = tag_text(record.type, first ? *first : Field{1, 3, {}});
  constexpr std::size_t kPaddingMax = 12;
  const bool padded = first && first->value.starts_with('0') && first->value.size() <= kPaddingMax;
  const std::size_t width = padded ? first->value.size() : 1;
  std::string length;
  for (std::size_t size = 0; length.empty() || tag.size() + length.size() + rest.size() != size;) {
    size = tag.size() + length.size() + rest.size();
    length = fmt::format("{:0{}}", size, width);
  }
  return tag + length + rest;
}

std::string binary_bytes(const Record& record) {
  std::string out;
  int number = 1;
  for (const int size : layout_of(record.type)) {
    const Field* field = record.find(number++);
    if (size == 6) {
      for (std::size_t i = 0; i < 6; ++i)
        put_number(out, static_cast<std::uint64_t>(decimal(field ? field->item(0, i) : "").value_or(255)), 1);
    } else {
      put_number(out, static_cast<std::uint64_t>(decimal(field ? std::string_view(field->value) : "").value_or(0)),
                 size);
    }
  }
  out += record.value(number);
  std::string length;
  put_number(length, out.size(), 4);
  return length + out.substr(4);
}

}  // namespace

std::vector<std::vector<std::string_view>> Field::subfields() const {
  std::vector<std::vector<std::string_view>> out;
  for (const std::string_view subfield : split(value, kRecord)) out.push_back(split(subfield, kUnit));
  return out;
}

std::string_view Field::item(std::size_t subfield, std::size_t item) const {
  std::string_view rest = value;
  for (const auto& [skip, separator] : {std::pair(subfield, kRecord), std::pair(item, kUnit)}) {
    for (std::size_t i = 0; i < skip; ++i) {
      const std::size_t at = rest.find(separator);
      if (at == std::string_view::npos) return {};
      rest.remove_prefix(at + 1);
    }
    rest = rest.substr(0, rest.find(separator));
  }
  return rest;
}

const Field* Record::find(int number) const {
  const auto found = std::find_if(fields.begin(), fields.end(), [=](const Field& f) { return f.number == number; });
  return found == fields.end() ? nullptr : &*found;
}

std::string_view Record::value(int number) const {
  const Field* field = find(number);
  return field ? std::string_view(field->value) : std::string_view();
}

int Record::integer(int number, int otherwise) const {
  const auto found = decimal(value(number));
  return found && *found <= 1'000'000'000 ? static_cast<int>(*found) : otherwise;
}

void Record::set(int number, std::string value) {
  auto at = std::find_if(fields.begin(), fields.end(), [=](const Field& f) { return f.number >= number; });
  if (at == fields.end() || at->number != number) at = fields.insert(at, Field{number, 3, {}, 0});
  at->value = std::move(value);
}

Reading read(ByteView bytes) {
  return Reader(bytes).read();
}

Bytes write(const Transaction& transaction) {
  std::string out;
  for (const Record& record : transaction.records)
    out += is_binary(record.type) ? binary_bytes(record) : tagged_bytes(record);
  return to_bytes(out);
}

bool is_binary(int type) {
  return type >= 3 && type <= 8;
}

}  // namespace puente::format::itl
