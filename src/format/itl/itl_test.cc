#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "format/itl/itl.h"

namespace puente::format::itl {
namespace {

constexpr char kUnitSeparator = '\x1f', kRecordSeparator = '\x1e';

std::string joined(std::initializer_list<std::string> parts, char separator) {
  std::string out;
  for (const std::string& part : parts) out += (&part == parts.begin() ? "" : std::string(1, separator)) + part;
  return out;
}

// A transaction with a text record, a binary one and one with an image that looks like separators.
Transaction sample() {
  Transaction t;
  Record first{1, {}, 0, 0};
  first.set(1, "0");
  first.set(2, "0502");
  first.set(3, joined({joined({"1", "3"}, kUnitSeparator), joined({"2", "00"}, kUnitSeparator),
                       joined({"4", "01"}, kUnitSeparator), joined({"14", "02"}, kUnitSeparator)},
                      kRecordSeparator));
  first.set(4, "CPS");
  Record text{2, {}, 0, 0};
  text.set(1, "0");
  text.set(2, "00");
  text.set(18, "RUIZ,ANA");
  Record gray{4, {}, 0, 0};
  for (const auto& [number, value] : {std::pair(1, "0"), std::pair(2, "1"), std::pair(3, "0"), std::pair(5, "0"),
                                      std::pair(6, "4"), std::pair(7, "2"), std::pair(8, "0")})
    gray.set(number, value);
  gray.set(4, joined({"2", "255", "255", "255", "255", "255"}, kUnitSeparator));
  gray.set(9, std::string("\x1c\x1d\x1e\x1f\0\1\2\3", 8));
  Record image{14, {}, 0, 0};
  image.set(1, "0");
  image.set(2, "02");
  image.set(13, "2");
  image.set(
      21, joined({joined({"2", "1", "5"}, kUnitSeparator), joined({"3", "6", "9"}, kUnitSeparator)}, kRecordSeparator));
  image.set(999, std::string("\xff\xd8\x1c"
                             "14.001:9\x1d\x1c\0x",
                             15) +
                     std::string(20, 'x'));
  t.records = {first, text, gray, image};
  return t;
}

TEST(Itl, what_is_written_is_read_and_written_again_byte_for_byte) {
  const Bytes bytes = write(sample());
  const Reading reading = read(bytes);
  EXPECT_TRUE(reading.findings.empty());
  ASSERT_EQ(reading.transaction.records.size(), 4u);
  EXPECT_EQ(write(reading.transaction), bytes);
  const Record& image = reading.transaction.records[3];
  EXPECT_EQ(image.value(999), sample().records[3].value(999));
  EXPECT_EQ(image.find(21)->item(1, 2), "9");
  EXPECT_EQ(image.find(21)->item(2, 0), "");
  const Record& gray = reading.transaction.records[2];
  EXPECT_EQ(gray.integer(6), 4);
  EXPECT_EQ(gray.find(4)->item(0, 0), "2");
  EXPECT_EQ(gray.value(9).size(), 8u);
  EXPECT_EQ(reading.transaction.records[1].value(18), "RUIZ,ANA");
  std::size_t at = 0;
  for (const Record& record : reading.transaction.records) {
    EXPECT_EQ(record.offset, at);
    at += record.size;
  }
  EXPECT_EQ(at, bytes.size());
}

TEST(Itl, old_spellings_of_numbers_are_kept) {
  const std::string old =
      "1.01:42\x1d"
      "1.02:0201\x1d"
      "1.03:1\x1f"
      "0\x1d"
      "1.04:CAR\x1c";
  Bytes bytes = to_bytes(old);
  const std::string length = std::to_string(old.size());
  ASSERT_EQ(length.size(), 2u);
  std::copy(length.begin(), length.end(), bytes.begin() + 5);
  const Reading reading = read(bytes);
  EXPECT_TRUE(reading.findings.empty());
  EXPECT_EQ(write(reading.transaction), bytes);
}

TEST(Itl, zeros_before_a_length_and_a_high_field_of_the_second_type_are_kept) {
  const std::string first =
      "1.001:0000000043\x1d"
      "1.002:0502\x1d"
      "1.003:1\x1f"
      "1\x1e"
      "2\x1f"
      "00\x1c";
  const std::string second =
      "2.001:0000000052\x1d"
      "2.002:00\x1d"
      "2.999:a\x1d"
      "2.1000:b\x1d"
      "2.2001:c\x1c";
  const std::string whole = first + second;
  const Reading reading = read(view(whole));
  for (const Finding& finding : reading.findings) ADD_FAILURE() << finding.rule;
  ASSERT_EQ(reading.transaction.records.size(), 2u);
  EXPECT_EQ(reading.transaction.records[1].fields.size(), 5u);
  EXPECT_EQ(reading.transaction.records[1].value(999), "a");
  EXPECT_EQ(text(write(reading.transaction)), whole);
}

TEST(Itl, a_type_with_a_leading_zero_is_noted_and_kept) {
  const std::string whole =
      "01.001:33\x1d"
      "01.002:0502\x1d"
      "01.003:1\x1f"
      "0\x1c";
  const Reading reading = read(view(whole));
  ASSERT_EQ(reading.transaction.records.size(), 1u);
  ASSERT_EQ(reading.findings.size(), 1u) << reading.findings.back().rule;
  EXPECT_EQ(reading.findings[0].severity, Severity::kWarning);
  EXPECT_EQ(text(write(reading.transaction)), whole);
}

TEST(Itl, damage_leaves_what_stands_before_it) {
  const Bytes bytes = write(sample());
  const Reading whole = read(bytes);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const Reading cut = read(ByteView(bytes).first(size));
    ASSERT_FALSE(cut.findings.empty()) << size;
    EXPECT_TRUE(cut.findings.back().fatal || size + 1 == bytes.size()) << size;
    std::size_t intact = 0;  // but for the FS of those that end with one
    for (const Record& record : whole.transaction.records)
      intact += record.offset + record.size <= size + (is_binary(record.type) ? 0 : 1);
    EXPECT_EQ(cut.transaction.records.size(), intact) << size;
  }
}

TEST(Itl, a_lost_end_of_a_record_is_found_and_forgiven) {
  const Reading whole = read(write(sample()));
  for (const std::size_t damaged : {std::size_t{0}, std::size_t{3}}) {
    for (const bool overwritten : {true, false}) {
      Transaction t = sample();
      t.records.push_back(t.records[3]);
      Bytes bytes = write(t);
      const Record& record = whole.transaction.records[damaged];
      const auto end = bytes.begin() + static_cast<std::ptrdiff_t>(record.offset + record.size - 1);
      if (overwritten) *end = 0;
      if (!overwritten) bytes.erase(end);
      const Reading reading = read(bytes);
      ASSERT_FALSE(reading.findings.empty());
      EXPECT_EQ(reading.findings[0].offset, record.offset + record.size - 1);
      EXPECT_EQ(reading.findings[0].rule, "a record ends with FS");
      ASSERT_EQ(reading.transaction.records.size(), 5u) << damaged;
      for (std::size_t i = 0; i < 5; ++i)
        for (std::size_t k = 1; k < t.records[i].fields.size(); ++k)
          EXPECT_EQ(reading.transaction.records[i].fields[k].value, t.records[i].fields[k].value) << i;
    }
  }
}

TEST(Itl, a_field_that_is_broken_leaves_the_others_and_what_stands_behind_it) {
  Transaction t = sample();
  t.records[0].set(9, "0001");
  const Reading whole = read(write(t));
  for (const std::size_t damaged : {std::size_t{0}, std::size_t{1}}) {
    const Record& record = whole.transaction.records[damaged];
    Bytes bytes = write(t);
    bytes[record.fields.back().offset] = 'x';
    const Reading reading = read(bytes);
    ASSERT_FALSE(reading.findings.empty());
    EXPECT_TRUE(reading.findings[0].lost && !reading.findings[0].fatal);
    ASSERT_EQ(reading.transaction.records.size(), 4u) << damaged;
    EXPECT_EQ(reading.transaction.records[damaged].fields.size() + 1, record.fields.size());
    EXPECT_EQ(reading.transaction.records[0].value(4), "CPS");
    EXPECT_EQ(reading.transaction.records.back().type, 14);
  }
}

TEST(Itl, among_many_announced_the_first_of_the_type_found_is_taken) {
  constexpr int kAnnounced = 1000;
  Transaction t = sample();
  std::string contents = joined({"1", std::to_string(kAnnounced)}, kUnitSeparator);
  for (int i = 1; i <= kAnnounced; ++i)
    contents += kRecordSeparator + joined({i == 500 || i > 900 ? "14"
                                           : i == 1            ? "99"
                                                               : "2",
                                           std::to_string(i)},
                                          kUnitSeparator);
  t.records[0].set(3, contents);
  std::string no_records;
  for (int i = 0; i < 5000; ++i) no_records += i % 2 ? "13.001:9\x1d" : "14.001:9999999\x1d";
  Bytes bytes = write({{t.records[0]}});
  for (const std::string& part : {no_records, std::string(text(write({{t.records[3], t.records[1], t.records[3]}})))})
    bytes.insert(bytes.end(), part.begin(), part.end());
  const Reading reading = read(bytes);
  // the 14 is record 500 of those announced, so that 400 of type 2 still follow it and then the other
  std::vector<int> types;
  for (const Record& record : reading.transaction.records) types.push_back(record.type);
  EXPECT_EQ(types, (std::vector<int>{1, 14, 2, 14}));
  EXPECT_NE(reading.findings.back().rule.find("the file ends after 502"), std::string::npos)
      << reading.findings.back().rule;
}

TEST(Itl, a_wrong_length_is_found_and_forgiven) {
  for (const int record : {0, 1, 3}) {
    for (const int off : {-1, 1}) {
      Transaction t = sample();
      Bytes bytes = write(t);
      const Reading right = read(bytes);
      const Record& wrong = right.transaction.records[static_cast<std::size_t>(record)];
      const std::size_t digit = wrong.offset + (wrong.type < 10 ? 6 : 7) + wrong.value(1).size() - 1;
      ASSERT_NE(bytes[digit], off > 0 ? '9' : '0') << "choose another length";
      bytes[digit] = static_cast<std::uint8_t>(bytes[digit] + off);
      const Reading reading = read(bytes);
      ASSERT_FALSE(reading.findings.empty());
      EXPECT_EQ(reading.findings[0].type, wrong.type);
      if (record == 3 || off > 0) {
        EXPECT_EQ(reading.transaction.records.size(), 4u) << record << " " << off;
      }
    }
  }
}

TEST(Itl, says_what_was_announced_and_is_not_there) {
  Transaction t = sample();
  t.records[0].set(3, joined({joined({"1", "4"}, kUnitSeparator), joined({"2", "00"}, kUnitSeparator),
                              joined({"4", "01"}, kUnitSeparator), joined({"14", "02"}, kUnitSeparator),
                              joined({"14", "03"}, kUnitSeparator)},
                             kRecordSeparator));
  const Reading more = read(write(t));
  ASSERT_EQ(more.findings.size(), 1u);
  EXPECT_NE(more.findings[0].rule.find("announces 4 records"), std::string::npos) << more.findings[0].rule;
  EXPECT_EQ(more.transaction.records.size(), 4u);

  t.records[0].set(3, joined({joined({"1", "2"}, kUnitSeparator), joined({"2", "00"}, kUnitSeparator),
                              joined({"4", "01"}, kUnitSeparator)},
                             kRecordSeparator));
  const Reading fewer = read(write(t));
  ASSERT_EQ(fewer.findings.size(), 1u);
  EXPECT_EQ(fewer.transaction.records.size(), 4u);  // read all the same
}

TEST(Itl, a_set_field_stands_in_its_place) {
  Record record{14, {}, 0, 0};
  for (const int number : {999, 1, 13, 2}) record.set(number, std::to_string(number));
  record.set(13, "4");
  ASSERT_EQ(record.fields.size(), 4u);
  EXPECT_EQ(record.fields[2].number, 13);
  EXPECT_EQ(record.value(13), "4");
  EXPECT_EQ(record.integer(999), 999);
  EXPECT_EQ(record.integer(998, 7), 7);
}

TEST(Itl, names_fields_of_every_known_type) {
  EXPECT_EQ(name_of(14, 13).mnemonic, "FGP");
  EXPECT_EQ(name_of(17, 3).mnemonic, "ELR");
  EXPECT_EQ(name_of(98, 900).mnemonic, "ALF");
  EXPECT_EQ(name_of(13, 999).mnemonic, "DATA");
  EXPECT_EQ(name_of(14, 555).mnemonic, "");
  for (const int type : {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16, 17, 98, 99}) {
    EXPECT_NE(record_name(type), "unknown") << type;
    EXPECT_EQ(name_of(type, 1).mnemonic, "LEN") << type;
  }
  for (const int type : {10, 13, 14, 15, 16, 17}) EXPECT_EQ(name_of(type, 6).mnemonic, "HLL") << type;
  EXPECT_EQ(name_of(99, 6).mnemonic, "");
  EXPECT_EQ(record_name(23), "unknown");
}

// No byte of the file is in two fields.
void expect_read_once(const Reading& reading, std::size_t file_size) {
  std::size_t reached = 0, sum = 0;
  for (const Record& record : reading.transaction.records) {
    EXPECT_GE(record.offset, reached);
    for (const Field& field : record.fields) {
      if (is_binary(record.type)) continue;  // spelt anew
      EXPECT_GE(field.offset, reached);
      reached = field.offset + field.value.size();
      sum += field.value.size();
    }
    reached = std::max(reached, record.offset + record.size);
  }
  EXPECT_LE(reached, file_size);
  EXPECT_LE(sum, file_size);
}

TEST(Itl, no_byte_is_read_into_two_fields) {
  const std::string group = "\x1d", file = "\x1c", many(10'000, 'A'), text = "2.001:18" + group + "2.002:00" + file;
  const std::string contents = group + "1.002:0502" + group + "1.003:1\x1f" + "1\x1e" + "2\x1f" + "0" + group;
  const std::size_t here = std::string("1.001:99").size() + contents.size();  // where the last field begins
  const auto first = [&](std::size_t length) { return fmt::format("1.001:{:02}{}", length, contents); };
  for (const std::string& bytes : {
           first(here) + "1.999:" + many + text,                                // its length ends before its image
           first(8 + 1) + "1.999:" + many + text,                               //
           first(here + 6) + "1.999:" + many + text,                            // just where its image begins
           first(here + 6) + "1.999:" + text,                                   // and the next record too, without FS
           first(here + 6) + "1.009:" + text,                                   //
           first(here + 6) + "1.009:1" + text,                                  //
           first(0) + "1.999:" + text + many,                                   //
           first(here) + "1.009:x2.001:19" + group + "2.002:00x" + file + many  // a record within a field
       }) {
    SCOPED_TRACE(bytes.substr(0, 80));
    const Reading reading = read(view(bytes));
    EXPECT_FALSE(reading.findings.empty());
    expect_read_once(reading, bytes.size());
  }
}

TEST(Itl, any_damage_is_read_in_bounded_ways) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  const Bytes whole = write(sample());
  for (int round = 0; round < 3000; ++round) {
    Bytes bytes = whole;
    for (int i = 0; i < 3; ++i) {
      const std::size_t at = random() % bytes.size();
      const auto byte = static_cast<std::uint8_t>(random() % 2 ? random() : "0123456789.:\x1c\x1d"[random() % 14]);
      if (random() % 2) {
        bytes[at] = byte;
      } else if (random() % 2) {
        bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at));
      } else {
        bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), byte);
      }
    }
    if (random() % 4 == 0) bytes.resize(random() % bytes.size());
    const Reading reading = read(bytes);
    for (const Record& record : reading.transaction.records) EXPECT_LE(record.offset + record.size, bytes.size());
    expect_read_once(reading, bytes.size());
  }
}

}  // namespace
}  // namespace puente::format::itl
