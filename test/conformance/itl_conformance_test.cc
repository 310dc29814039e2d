// NIST's own ANSI/NIST-ITL files, the sound and the malformed, against what is found in them. Which of them NIST's
// validator complains about, and how, lies beside them; where we say more or less, a comment says why.
#include <gtest/gtest.h>

#include "conformance/samples.h"
#include "format/itl/itl.h"

namespace puente::format {
namespace {

std::vector<itl::Finding> found_in(const fs::path& file) {
  const auto bytes = read_file(file.string(), limits::kRecordBytesMax);
  EXPECT_TRUE(bytes.ok()) << file;
  if (!bytes.ok()) return {};
  const itl::Reading reading = itl::read(*bytes);
  std::vector<itl::Finding> findings = reading.findings;
  for (itl::Finding& finding : itl::check(reading)) findings.push_back(std::move(finding));
  return findings;
}

std::string in_words(const itl::Finding& f) {
  return std::to_string(f.type) + "." + std::to_string(f.field) + " at " + std::to_string(f.offset) + ": " + f.rule;
}

struct Complaint {
  const char* file;
  std::size_t record;  // 1 is the first
  int field;
  const char* says;
};

// The 43 malformed files, each with what is wrong in it.
constexpr Complaint kComplaints[] = {
    {"a001-extra-byte", 16, 0, "1 bytes after the last record"},
    {"a001-extra-cnt", 16, 0, "announces 15 records after the first; the file ends after 14"},
    {"a001-headless", 1, 0, "begins with its Type-1 record"},
    {"a001-item-too-big", 1, 4, "3 to 4 characters; here are 8"},
    {"a001-item-too-small", 1, 4, "3 to 4 characters; here are 2"},
    {"a001-missing-cnt", 1, 3, "how many records follow"},
    {"a001-missing-field", 1, 11, "missing"},
    {"a001-missing-item", 1, 3, "2 items (record type, count or IDC); here is 1"},
    {"a001-one-dup", 3, 13, "2 stands here again"},
    {"a001-one-dup", 15, 0, "missing: 1"},
    {"a001-one-missing", 14, 0, "missing: 13"},
    {"a001-seg-missing-item", 5, 21, "5 items (FRSP, LHC, RHC, TVC, BVC); here are 4"},
    {"a001-t1-len+1", 1, 1, "says 224 bytes; it has 223"},
    {"a001-t1-len-1", 1, 1, "says 222 bytes; it has 223"},
    {"a001-t1-len-fid-null-0", 1, 0, "begins with its Type-1 record"},
    {"a001-t1-len-fid-null-1", 1, 0, "begins with its Type-1 record"},
    {"a001-t1-len-fid-null-2", 1, 0, "begins with its Type-1 record"},
    {"a001-t1-term-del-223", 1, 12, "a record ends with FS"},
    {"a001-t1-term-null-223", 1, 12, "a record ends with FS"},
    {"a001-t1-term-trunc-222", 1, 1, "its length says 223 bytes"},
    {"a001-t14-data-trunc-999", 2, 1, "says 42500 bytes; the file has 776"},
    {"a001-t14-len+1", 2, 1, "says 42501 bytes; it has 42500"},
    {"a001-t14-len-1", 2, 1, "says 42499 bytes; it has 42500"},
    {"a001-t14-len-fid-null-224", 2, 0, "begins with \"14.001:\""},
    {"a001-t14-len-fid-null-225", 2, 0, "begins with \"14.001:\""},
    {"a001-t14-len-fid-trunc-224", 2, 0, "the file ends after 0"},
    {"a001-t14-len-val-null-231", 2, 1, "first field is its length"},
    {"a001-t14-len-val-null-232", 2, 1, "first field is its length"},
    {"a001-t14-len-val-null-233", 2, 1, "first field is its length"},
    {"a001-t14-term-del-42723", 2, 999, "a record ends with FS"},
    {"a001-t14-term-null-42723", 2, 999, "a record ends with FS"},
    {"a001-t14-term-trunc-42722", 2, 1, "its length says 42500 bytes"},
    {"a001-too-many-items", 1, 4, "1 item (TOT); here are 2"},
    {"empty", 1, 0, "begins with its Type-1 record"},
    {"face-forbidden-field", 1, 16, "came with version 0500"},
    {"face-jp2-image-height", 2, 7, "VLL says 1023; the image is 1024 pixels high"},
    {"face-jp2-image-width", 2, 6, "HLL says 767; the image is 768 pixels wide"},
    {"face-udf", 2, 216, "user-defined"},
    {"face-wrong-string", 2, 3, "here stands \"AFACE\""},
    {"t3-raw-console-displays-garbage", 2, 4, "here stands \"98\""},
    {"t3-raw-console-displays-garbage", 2, 8, "here stands \"17\""},
    {"vxt1-len-id-too-big", 1, 0, "begins with its Type-1 record"},
    {"vxt1-len-type-eof", 1, 0, "begins with its Type-1 record"},
    {"vxt1-len-type-too-big", 1, 0, "begins with its Type-1 record"},
    {"vxt1-len-val-too-big", 1, 1, "a record with FS"},
};

TEST(ItlConformance, each_of_the_malformed_files_gets_the_right_complaint) {
  SKIP_WITHOUT("an2k/nbis-test/bad");
  std::vector<std::string> seen;
  for (const Complaint& complaint : kComplaints) {
    const auto findings = found_in(samples() / "an2k/nbis-test/bad" / (std::string(complaint.file) + ".an2"));
    const bool found = std::any_of(findings.begin(), findings.end(), [&](const itl::Finding& f) {
      return f.record + 1 == complaint.record && f.field == complaint.field &&
             f.rule.find(complaint.says) != std::string::npos;
    });
    EXPECT_TRUE(found) << complaint.file << ": " << complaint.says
                       << "; instead: " << (findings.empty() ? "nothing" : in_words(findings[0]));
    seen.push_back(complaint.file);
  }
  for (const fs::path& file : files_below(samples() / "an2k/nbis-test/bad"))
    EXPECT_NE(std::find(seen.begin(), seen.end(), file.stem()), seen.end())
        << file << " has no complaint in this table";
}

TEST(ItlConformance, records_behind_the_damage_are_kept) {
  SKIP_WITHOUT("an2k/nbis-test/bad");
  for (const auto& [file, records] :
       {std::pair("a001-headless", 15u), std::pair("a001-t1-len-fid-null-0", 15u),
        std::pair("a001-t1-term-del-223", 15u), std::pair("a001-t1-term-null-223", 15u),
        std::pair("a001-t14-len-fid-null-224", 14u), std::pair("a001-t14-len-val-null-232", 14u),
        std::pair("a001-t14-term-null-42723", 15u), std::pair("a001-t14-term-del-42723", 15u),
        std::pair("a001-extra-cnt", 15u), std::pair("a001-missing-cnt", 15u)}) {
    const auto bytes =
        read_file((samples() / "an2k/nbis-test/bad" / (std::string(file) + ".an2")).string(), limits::kRecordBytesMax);
    ASSERT_TRUE(bytes.ok());
    EXPECT_EQ(itl::read(*bytes).transaction.records.size(), records) << file;
  }
}

// In the sound files nothing is found but what NIST's validator finds too (TOT of eight letters before version 0500,
// fields newer than the version), user-defined fields, and segments that reach over the edge of their image.
TEST(ItlConformance, the_sound_files_are_found_sound_but_for_what_they_are_known_for) {
  SKIP_WITHOUT("an2k/nbis-test/good");
  int files = 0;
  for (const fs::path& file : files_below(samples() / "an2k/nbis-test/good")) {
    ++files;
    for (const itl::Finding& f : found_in(file)) {
      const bool old_total = f.type == 1 && f.field == 4;
      const bool too_new = f.rule.find("came with version 0400; this file names 0300") != std::string::npos;
      const bool users = f.severity == itl::Severity::kWarning && f.field >= 200 && f.field <= 900;
      const bool segment = f.type == 14 && (f.field == 21 || f.field == 25);
      EXPECT_TRUE(old_total || too_new || users || segment) << file << ": " << in_words(f);
    }
  }
  EXPECT_EQ(files, 15);
}

// The hand-made files valid1.*: those whose contents keep the rules of the version they name.
TEST(ItlConformance, other_files_that_keep_the_rules_are_sound) {
  SKIP_WITHOUT("an2k/nbis-testdata");
  for (const char* file : {"sign_vec.an2", "type_3_wvu.an2", "type_6_wvu.an2", "valid1.1.an2", "valid1.14.an2"}) {
    const auto findings = found_in(samples() / "an2k/nbis-testdata" / file);
    EXPECT_TRUE(findings.empty()) << file << ": " << in_words(findings[0]);
  }
  // and some that do not
  for (const Complaint& complaint : {Complaint{"sign_raw", 2, 8, "2048 bytes; here are 16384"},
                                     Complaint{"valid1.2", 4, 9, "80000 bytes; here are 262144"},
                                     Complaint{"valid1.8", 3, 6, "HLL says 1800; the image is 1600 pixels wide"},
                                     Complaint{"valid1.10", 3, 0, "came with version 0400; this file names 0201"},
                                     Complaint{"valid1.11", 6, 11, "here stands \"WSQ\""}}) {
    const auto findings = found_in(samples() / "an2k/nbis-testdata" / (std::string(complaint.file) + ".an2"));
    EXPECT_TRUE(std::any_of(findings.begin(), findings.end(),
                            [&](const itl::Finding& f) {
                              return f.record + 1 == complaint.record && f.field == complaint.field &&
                                     f.rule.find(complaint.says) != std::string::npos;
                            }))
        << complaint.file << ": " << complaint.says;
  }
}

// Fields and their values, whatever the number was spelt like: 1.01 of old is 1.001.
std::string fields_of(const itl::Transaction& transaction) {
  std::string out;
  for (const itl::Record& record : transaction.records)
    for (const itl::Field& field : record.fields)
      if (field.number != 1)
        out += std::to_string(record.type) + "." + std::to_string(field.number) + ":" + field.value + "\n";
  return out;
}

TEST(NiemConformance, sound_files_come_back_from_xml_as_the_same_fields) {
  SKIP_WITHOUT("an2k");
  int files = 0;
  for (const char* folder : {"an2k/nbis-test/good", "an2k/nbis-testdata"}) {
    for (const fs::path& file : files_below(samples() / folder)) {
      if (file.extension() != ".an2") continue;
      const auto bytes = read_file(file.string(), limits::kRecordBytesMax);
      ASSERT_TRUE(bytes.ok());
      const itl::Transaction transaction = itl::read(*bytes).transaction;
      const auto xml = niem::write(transaction);
      ASSERT_TRUE(xml.ok()) << file << ": " << xml.error().message;
      const auto again = niem::read(*xml);
      ASSERT_TRUE(again.ok()) << file << ": " << again.error().message;
      EXPECT_TRUE(again->findings.empty()) << file << ": " << in_words(again->findings[0]);
      EXPECT_TRUE(fields_of(again->transaction) == fields_of(transaction)) << file;
      ++files;
    }
  }
  EXPECT_EQ(files, 36);
}

TEST(NiemConformance, other_peoples_xml_is_read) {
  struct Sample {
    const char* file;
    std::vector<int> types;  // of the records after the first
  };
  const std::string mosip = "iso/mosip/BiometricInfo/";
  for (const Sample& sample : {Sample{"NistXmlData/Sample-NPS-INT-ITransaction.xml", {2, 10, 14, 14, 14, 14}},
                               Sample{"NistXmlData/Sample-MPS-INT-ITransaction.xml", {2, 20, 13, 9}},
                               Sample{"NistXmlData/Sample-ERR-INT-ITransaction.xml", {2}},
                               Sample{"NistXmlData/Sample-SRE-NOHIT-INT-ITransaction.xml", {2}},
                               Sample{"NistXmlData/Sample-SRE-HIT_CPS-INT-ITransaction.xml", {2}},
                               Sample{"NistXmlData/Sample-SRE-HIT_MPS-INT-ITransaction.xml", {2}},
                               Sample{"NistDataQualityAnalyser/SAMPLE.123456789.7M.87260.xml",
                                      {2, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 8, 10, 17, 17}}}) {
    const fs::path file = samples() / (mosip + sample.file);
    if (!fs::exists(file)) GTEST_SKIP() << file << " is not there";
    const auto reading = niem::read(*read_file(file.string(), limits::kRecordBytesMax));
    ASSERT_TRUE(reading.ok()) << file << ": " << reading.error().message;
    std::vector<int> types;
    for (std::size_t i = 1; i < reading->transaction.records.size(); ++i)
      types.push_back(reading->transaction.records[i].type);
    std::vector<int> wanted = sample.types;
    std::sort(types.begin(), types.end());
    std::sort(wanted.begin(), wanted.end());
    EXPECT_EQ(types, wanted) << file;
    // as the traditional encoding it is whole
    const itl::Reading traditional = itl::read(itl::write(reading->transaction));
    EXPECT_TRUE(traditional.findings.empty()) << file << ": " << in_words(traditional.findings[0]);
    EXPECT_EQ(fields_of(traditional.transaction), fields_of(reading->transaction)) << file;
  }
}

// The example whose comments name each element's field.
TEST(NiemConformance, fields_of_the_annotated_example) {
  const fs::path file = samples() / "iso/mosip/BiometricInfo/NistXmlData/AllFields.xml";
  if (!fs::exists(file)) GTEST_SKIP() << file << " is not there";
  const auto reading = niem::read(*read_file(file.string(), limits::kRecordBytesMax));
  ASSERT_TRUE(reading.ok()) << reading.error().message;
  const auto record = [&](int type) -> const itl::Record& {
    for (const itl::Record& r : reading->transaction.records)
      if (r.type == type) return r;
    return reading->transaction.records[0];
  };
  const std::string us = "\x1f";
  EXPECT_EQ(record(1).value(2), "0501");
  EXPECT_EQ(record(1).value(14), "20070101000001Z");
  EXPECT_EQ(record(1).value(16), "DoD" + us + "EBTS" + us + "3.0");
  EXPECT_EQ(record(10).value(25), "12" + us + "3" + us + "44" + us + "1" + us + "3" + us + "54");
  EXPECT_EQ(record(10).value(14), "23" + us + "78" + us + "99" + us + "74" + us + "H");
  EXPECT_EQ(record(13).value(15), "FV1" + us + "DST" + us + "44" + us + "56" + us + "89" + us + "45");
  EXPECT_EQ(record(14).value(21), "5" + us + "42" + us + "16" + us + "55" + us + "33");
  EXPECT_EQ(record(14).value(18), "5" + us + "UP");
  EXPECT_EQ(record(15).value(13), "33");
  EXPECT_EQ(record(17).value(16), "1" + us + "1" + us + "0");
  EXPECT_EQ(record(17).find(33)->item(0, 1), "3");
  EXPECT_EQ(record(98).find(900)->item(0, 0), "Corrupted");
  EXPECT_EQ(record(99).value(100), "456987");
  EXPECT_EQ(record(14).find(998)->item(0, 1), "12");
}

}  // namespace
}  // namespace puente::format
