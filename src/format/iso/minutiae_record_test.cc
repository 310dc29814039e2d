#include "format/iso/minutiae_record.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace puente::format {
namespace {

constexpr MinutiaeFormat kRecords[] = {MinutiaeFormat::kIso2005, MinutiaeFormat::kIso2011, MinutiaeFormat::kAnsi2004,
                                       MinutiaeFormat::kAnsi2009};
constexpr MinutiaeFormat kCards[] = {MinutiaeFormat::kIsoCard, MinutiaeFormat::kIsoCardCompact};

MinutiaeView sample_view(MinutiaeFormat format) {
  MinutiaeView view;
  const bool known = format == MinutiaeFormat::kAnsi2009 || format == MinutiaeFormat::kIso2011;
  view.capture.qualities = {
      {80, static_cast<std::uint16_t>(known ? 0x101 : 0), static_cast<std::uint16_t>(known ? 7 : 0)}};
  view.position = 7;
  view.view_number = 1;
  view.impression = 8;
  view.width = 300;
  view.height = 400;
  view.minutiae = {{1, 10, 20, 30, 40, 0}, {2, 299, 399, 63, 100, 0}, {0, 0, 255, 0, 0, 2}};
  view.extended = {0, 1, 0, 6, 9, 9};
  return view;
}

MinutiaeRecord sample(MinutiaeFormat format) {
  MinutiaeRecord record;
  record.format = format;
  record.views = {sample_view(format), sample_view(format)};
  record.views[1].position = 2;
  if (format != MinutiaeFormat::kIso2011) record.capture_device = 0x8123;
  if (format == MinutiaeFormat::kAnsi2004 || format == MinutiaeFormat::kAnsi2009) record.product_owner = 0x33;
  if (format == MinutiaeFormat::kIso2011) {
    Capture& capture = record.views[0].capture;
    capture = {2026, 11, 23, 9, 5, 7, 12, 14, 3, 4, {{80, 1, 2}, {70, 3, 4}}, {{5, 6}}};
    record.certified = true;
    record.views[1].minutia_quality = false;
    record.views[1].ending_type = 1;
    for (RecordMinutia& minutia : record.views[1].minutiae) minutia.quality = 0;
  }
  return record;
}

MinutiaeRecord sample_card(MinutiaeFormat format) {
  MinutiaeRecord record;
  record.format = format;
  MinutiaeView& view = record.views.emplace_back();
  view.minutia_quality = false;
  view.x_per_cm = view.y_per_cm = format == MinutiaeFormat::kIsoCard ? 1000 : 100;
  view.minutiae = {{1, 10, 20, 30, 0, 0}, {2, 255, 254, 63, 0, 0}};
  return record;
}

TEST(MinutiaeRecord, what_is_written_is_read_in_every_record_format) {
  for (const MinutiaeFormat format : kRecords) {
    SCOPED_TRACE(to_string(format));
    const Result<Bytes> bytes = write_minutiae_record(sample(format));
    ASSERT_TRUE(bytes.ok()) << bytes.error().message;
    EXPECT_TRUE(is_minutiae_record(*bytes));
    const Result<MinutiaeRecord> record = read_minutiae_record(*bytes);
    ASSERT_TRUE(record.ok()) << record.error().message;
    EXPECT_EQ(*record, sample(format));
    EXPECT_EQ(*write_minutiae_record(*record), *bytes);
  }
}

TEST(MinutiaeRecord, cards_hold_minutiae_alone) {
  for (const MinutiaeFormat format : kCards) {
    SCOPED_TRACE(to_string(format));
    const Result<Bytes> bytes = write_minutiae_record(sample_card(format));
    ASSERT_TRUE(bytes.ok());
    EXPECT_EQ(bytes->size(), format == MinutiaeFormat::kIsoCard ? 10u : 6u);
    const Result<MinutiaeRecord> record = read_minutiae_card(*bytes, format);
    ASSERT_TRUE(record.ok());
    EXPECT_EQ(*record, sample_card(format));
    EXPECT_FALSE(read_minutiae_card(ByteView(*bytes).first(4), format).ok());
    EXPECT_FALSE(read_minutiae_card({}, format).ok());
  }
  MinutiaeRecord far = sample_card(MinutiaeFormat::kIsoCardCompact);
  far.views[0].minutiae[0].x = 256;
  EXPECT_FALSE(write_minutiae_record(far).ok());
}

// ISO/IEC 19794-2:2005 table 1, byte by byte: what others have agreed on, not just what we read ourselves.
TEST(MinutiaeRecord, bytes_lie_where_the_standard_puts_them) {
  MinutiaeRecord record = sample(MinutiaeFormat::kIso2005);
  record.views.pop_back();
  const Bytes bytes = *write_minutiae_record(record);
  EXPECT_EQ(to_hex(bytes),
            "464d5200"
            "20323000"
            "00000036"
            "8123"
            "012c"
            "0190"
            "00c5"
            "00c5"
            "01"
            "00"
            "07"
            "18"
            "50"
            "03"
            "400a00141e28"
            "812b018f3f64"
            "000080ff0000"
            "0006"
            "000100060909");
  record = sample(MinutiaeFormat::kAnsi2004);
  EXPECT_EQ(to_hex(ByteView(*write_minutiae_record(record)).first(16)),
            "464d520020323000"
            "0056"
            "0033"
            "0000"
            "8123");
  record.long_length = true;
  const Bytes longer = *write_minutiae_record(record);
  EXPECT_EQ(to_hex(ByteView(longer).first(14)),
            "464d520020323000"
            "0000"
            "0000005a");
  EXPECT_EQ(*read_minutiae_record(longer), record);
  EXPECT_EQ(to_hex(ByteView(*write_minutiae_record(sample(MinutiaeFormat::kAnsi2009))).first(21)),
            "464d520030333000"
            "0000006b"
            "0033"
            "0000"
            "00"
            "8123"
            "02"
            "00");
  EXPECT_EQ(to_hex(ByteView(*write_minutiae_record(sample(MinutiaeFormat::kIso2011))).first(15)),
            "464d520030333000"
            "00000094"
            "0002"
            "01");
}

TEST(MinutiaeRecord, cut_records_are_refused_and_extra_bytes_kept) {
  for (const MinutiaeFormat format : kRecords) {
    SCOPED_TRACE(to_string(format));
    Bytes bytes = *write_minutiae_record(sample(format));
    for (std::size_t size = 0; size < bytes.size(); ++size)
      EXPECT_FALSE(read_minutiae_record(ByteView(bytes).first(size)).ok()) << size;
    bytes.push_back('x');
    const Result<MinutiaeRecord> record = read_minutiae_record(bytes);
    ASSERT_TRUE(record.ok());
    EXPECT_EQ(record->after, Bytes{'x'});
    EXPECT_EQ(*write_minutiae_record(*record), bytes);
  }
  EXPECT_EQ(read_minutiae_record(view(std::string_view("FMR\0 99\0ffffffffffffffffffffffff", 32))).error().code,
            Code::kUnsupported);
}

TEST(MinutiaeRecord, a_length_that_is_a_little_off_is_forgiven_and_kept) {
  Bytes bytes = *write_minutiae_record(sample(MinutiaeFormat::kIso2005));
  --bytes[11];
  const Result<MinutiaeRecord> record = read_minutiae_record(bytes);
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(record->length_error, -1);
  EXPECT_EQ(check_minutiae_record(*record)[0], "the record's length is off by -1");
  EXPECT_EQ(*write_minutiae_record(*record), bytes);
}

// Where a format's header states the record's length: ANSI 2004 in two bytes, others in four.
void add_to_length(Bytes& bytes, MinutiaeFormat format, int difference) {
  std::uint8_t& last = bytes[format == MinutiaeFormat::kAnsi2004 ? 9 : 11];
  last = static_cast<std::uint8_t>(last + difference);
}

void expect_read(const Bytes& bytes, MinutiaeFormat format, std::int64_t length_error, std::size_t after) {
  SCOPED_TRACE(to_string(format));
  const Result<MinutiaeRecord> record = read_minutiae_record(bytes);
  ASSERT_TRUE(record.ok()) << record.error().message;
  EXPECT_EQ(record->format, format);
  EXPECT_EQ(record->views.size(), 2u);
  EXPECT_EQ(record->length_error, length_error);
  EXPECT_EQ(record->after.size(), after);
  EXPECT_EQ(*write_minutiae_record(*record), bytes);
}

TEST(MinutiaeRecord, a_length_does_not_decide_what_a_record_is) {
  for (const MinutiaeFormat format : kRecords) {
    Bytes bytes = *write_minutiae_record(sample(format));
    add_to_length(bytes, format, 2);
    expect_read(bytes, format, 2, 0);
    bytes.push_back(0);
    expect_read(bytes, format, 2, 1);
    bytes.push_back(0);
    expect_read(bytes, format, 2, 2);
    add_to_length(bytes, format, -3);
    expect_read(bytes, format, -1, 2);
  }
  Bytes none = *write_minutiae_record(sample(MinutiaeFormat::kIso2005));
  std::fill(none.begin() + 8, none.begin() + 12, std::uint8_t{0});
  expect_read(none, MinutiaeFormat::kIso2005, -static_cast<std::int64_t>(none.size()), 0);
}

TEST(MinutiaeRecord, the_last_view_may_lack_the_length_of_its_extended_data) {
  for (const MinutiaeFormat format : kRecords) {
    SCOPED_TRACE(to_string(format));
    MinutiaeRecord record = sample(format);
    record.views[1].extended.clear();
    Bytes bytes = *write_minutiae_record(record);
    const std::size_t of_view = bytes.size();
    record.views.pop_back();
    const std::size_t view_at = write_minutiae_record(record)->size();
    bytes.resize(bytes.size() - 2);
    EXPECT_FALSE(read_minutiae_record(bytes).ok()) << "cut short";
    add_to_length(bytes, format, -2);
    if (format == MinutiaeFormat::kIso2011) bytes[view_at + 3] = static_cast<std::uint8_t>(of_view - view_at - 2);
    expect_read(bytes, format, 0, 0);
    const std::vector<std::string> found = check_minutiae_record(*read_minutiae_record(bytes));
    EXPECT_EQ(found[0], "the last view ends before the length of its extended data");
  }
}

TEST(MinutiaeRecord, checks_keep_a_thousand_lines_and_no_fault_in_a_print_without_minutiae) {
  MinutiaeRecord record = sample(MinutiaeFormat::kIso2011);
  record.views.assign(1500, record.views[1]);
  for (MinutiaeView& view : record.views) view.minutiae.clear();
  const std::vector<std::string> found = check_minutiae_record(record);
  ASSERT_EQ(found.size(), 1001u);
  EXPECT_EQ(found[0], fmt::format("view 2: finger {0} has another view {1}", int{record.views[1].position},
                                  int{record.views[1].view_number}));
  EXPECT_EQ(found.back(), "and 499 more");
  record.views.resize(1);
  EXPECT_TRUE(check_minutiae_record(record).empty());
}

TEST(MinutiaeRecord, checks_say_what_deviates) {
  MinutiaeRecord record = sample(MinutiaeFormat::kAnsi2004);
  for (MinutiaeView& view : record.views) view.minutiae[2].reserved = 0;
  EXPECT_TRUE(check_minutiae_record(record).empty()) << check_minutiae_record(record)[0];
  record.views[0].position = 11;
  record.views[0].minutiae[0].angle = 180;
  record.views[1].minutiae[0].x = 300;
  record.views[1].extended.push_back(0);
  const std::vector<std::string> found = check_minutiae_record(record);
  ASSERT_EQ(found.size(), 4u);
  EXPECT_NE(found[0].find("view 1: finger position 11"), std::string::npos);
  EXPECT_NE(found[1].find("angles over 179"), std::string::npos);
  EXPECT_NE(found[2].find("view 2: 1 minutiae lie outside"), std::string::npos);
  EXPECT_NE(found[3].find("extended"), std::string::npos);
}

TEST(MinutiaeRecord, a_version_whose_blank_is_a_zero_is_read_written_again_and_said) {
  for (const MinutiaeFormat format : kRecords) {
    Bytes bytes = *write_minutiae_record(sample(format));
    bytes[4] = bytes[4] == ' ' ? '0' : ' ';
    const auto record = read_minutiae_record(bytes);
    ASSERT_TRUE(record.ok()) << record.error().message;
    EXPECT_EQ(record->format, format);
    EXPECT_EQ(*write_minutiae_record(*record), bytes);
    const std::vector<std::string> said = check_minutiae_record(*record);
    EXPECT_TRUE(std::any_of(said.begin(), said.end(),
                            [](const std::string& line) { return line.find("its version is") != std::string::npos; }));
  }
}

TEST(MinutiaeRecord, pixels_an_inch_in_the_place_of_those_in_a_centimetre_are_said) {
  const auto said_of = [](std::uint16_t per_cm) {
    MinutiaeRecord record = sample(MinutiaeFormat::kIso2005);
    for (MinutiaeView& view : record.views) view.x_per_cm = view.y_per_cm = per_cm;
    std::string out;
    for (const std::string& line : check_minutiae_record(record)) out += line + "; ";
    return out;
  };
  EXPECT_NE(said_of(500).find("500 x 500 pixels in a centimetre are 1270 x 1270 an inch, and its image 6.0 x 8.0 mm"),
            std::string::npos)
      << said_of(500);
  EXPECT_EQ(said_of(197).find("an inch"), std::string::npos);
  EXPECT_EQ(said_of(394).find("an inch"), std::string::npos);
  EXPECT_NE(said_of(0).find("under 98 pixels"), std::string::npos);
}

TEST(MinutiaeRecord, what_does_not_fit_is_not_written) {
  MinutiaeRecord record = sample(MinutiaeFormat::kIso2005);
  record.views[1].width = 301;
  EXPECT_FALSE(write_minutiae_record(record).ok());
  record = sample(MinutiaeFormat::kIso2005);
  record.views[0].impression = 24;
  EXPECT_FALSE(write_minutiae_record(record).ok());
  record = sample(MinutiaeFormat::kIso2011);
  record.views[0].minutiae.resize(256);
  EXPECT_FALSE(write_minutiae_record(record).ok());
}

TEST(MinutiaeRecord, any_damage_is_read_or_refused) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  for (const MinutiaeFormat format : kRecords) {
    const Bytes whole = *write_minutiae_record(sample(format));
    for (int round = 0; round < 3000; ++round) {
      Bytes bytes = whole;
      for (int i = 0; i < 2; ++i) bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
      const Result<MinutiaeRecord> record = read_minutiae_record(bytes);
      if (!record.ok()) continue;
      check_minutiae_record(*record);
      const Result<Bytes> again = write_minutiae_record(*record);
      ASSERT_TRUE(again.ok() && read_minutiae_record(*again).ok()) << to_hex(bytes);
    }
  }
}

}  // namespace
}  // namespace puente::format
