#include "format/record/niem.h"

#include <gtest/gtest.h>

namespace puente::format::niem {
namespace {

using itl::Record;
using itl::Transaction;

const std::string kUs = "\x1f", kRs = "\x1e";

Record record_of(int type, std::initializer_list<std::pair<int, std::string>> fields) {
  Record record{type, {}, 0, 0};
  record.set(1, "0");
  for (const auto& [number, value] : fields) record.set(number, value);
  return record;
}

// A record of every kind that has elements of its own, with fields of every shape.
Transaction sample() {
  Transaction t;
  t.records = {
      record_of(1, {{2, "0502"},
                    {3, "1" + kUs + "9" + kRs + "2" + kUs + "00" + kRs + "4" + kUs + "1" + kRs + "8" + kUs + "2" + kRs +
                            "9" + kUs + "03" + kRs + "10" + kUs + "04" + kRs + "14" + kUs + "05" + kRs + "17" + kUs +
                            "06" + kRs + "98" + kUs + "07" + kRs + "99" + kUs + "08"},
                    {4, "CPS"},
                    {5, "20260301"},
                    {6, "2"},
                    {7, "XX01"},
                    {8, "YY02"},
                    {9, "0001"},
                    {11, "19.69"},
                    {12, "19.69"},
                    {13, "PUENTE" + kUs + "1"},
                    {14, "20260301120501Z"},
                    {15, "3" + kUs + "UTF-8"},
                    {16, "A" + kUs + "B" + kUs + "C" + kRs + "D" + kUs + "E" + kUs + "F"},
                    {17, kUs + "Aduana"},
                    {18, "ISO"}}),
      record_of(2, {{2, "00"},
                    {18, "RUIZ,ANA" + kUs + "x" + kRs +
                             "NU\xc3\x91"
                             "EZ & <hijos>"},
                    {19, ""},
                    {20, " blank "}}),
      record_of(4, {{2, "1"},
                    {3, "0"},
                    {4, "2" + kUs + "3" + kUs + "255" + kUs + "255" + kUs + "255" + kUs + "255"},
                    {5, "0"},
                    {6, "2"},
                    {7, "2"},
                    {8, "0"},
                    {9, std::string("\0\x1c\x1d\xff", 4)}}),
      record_of(
          8,
          {{2, "2"}, {3, "0"}, {4, "2"}, {5, "0"}, {6, "0"}, {7, "0"}, {8, std::string("\0\1\1\0\xfe\0\5\0\6\0", 10)}}),
      record_of(9, {{2, "03"},
                    {3, "4"},
                    {4, "S"},
                    {5, "AFIS/FBI" + kUs + "M"},
                    {6, "02"},
                    {7, "T" + kUs + "UN" + kUs + "LS"},
                    {8, "20472583"},
                    {10, "2"},
                    {11, "1"},
                    {12, "001" + kUs + "24992578095" + kUs + "00" + kUs + "D" + kUs + "048,01" + kUs + "003,02" + kRs +
                             "002" + kUs + "26112228098" + kUs + "00" + kUs + "D"},
                    {20, "0" + kUs + "77"},
                    {331, "10" + kUs + "20" + kUs + "90" + kUs + "B" + kUs + kUs + "5"}}),
      record_of(10, {{2, "04"},
                     {3, "TATTOO"},
                     {4, "YY02"},
                     {5, "20260228"},
                     {6, "4"},
                     {40, "TAT L ARM" + kRs + "TAT R ARM"},
                     {42, "TATTOO" + kUs + "ANIMAL" + kUs + "DOG" + kUs + "a dog" + kRs + "TATTOO"},
                     {43, "BLUE" + kUs + "RED" + kUs + "GREEN"},
                     {999, "pixels"}}),
      record_of(14, {{2, "05"},
                     {3, "0"},
                     {4, "YY02"},
                     {5, "20260228"},
                     {6, "40"},
                     {11, "NONE"},
                     {12, "8"},
                     {13, "13"},
                     {18, "2" + kUs + "XX"},
                     {21, "3" + kUs + "1" + kUs + "2" + kUs + "3" + kUs + "4" + kRs + "4" + kUs + "5" + kUs + "6" +
                              kUs + "7" + kUs + "8"},
                     {24, "3" + kUs + "90" + kUs + "00FE" + kUs + "1"},
                     {25, "3" + kUs + "3" + kUs + "1" + kUs + "2" + kUs + "3" + kUs + "4" + kUs + "5" + kUs + "6"},
                     {27, "Y"},
                     {200, "ours" + kUs + "alone"},
                     {201, std::string("\1\2\0", 3)},
                     {902, "20260301120501Z" + kUs + "n" + kUs + "o" + kUs + "p"},
                     {904, "make" + kUs + "model" + kUs + "serial"},
                     {998, "20260301120501Z" + kUs + "43" + kUs + "15" + kUs + kUs + "-2" + kUs + "56"},
                     {999, std::string("\xff\xd8\0\x1c", 4)}}),
      record_of(17, {{2, "06"},
                     {3, "1"},
                     {5, "20260228"},
                     {14, "0FFF"},
                     {16, "1" + kUs + "2" + kUs + "3"},
                     {33, "C" + kUs + "2" + kUs + "1" + kUs + "2" + kUs + "3" + kUs + "4"},
                     {37, "T" + kUs + "L" + kUs + "2" + kUs + "1" + kUs + "2" + kUs + "3" + kUs + "4"},
                     {999, "iris"}}),
      record_of(98, {{2, "07"},
                     {3, "0001"},
                     {4, "YY02"},
                     {5, "0002"},
                     {6, "20260301120501Z"},
                     {900, "Added" + kUs + "why" + kUs + "5,14.021,1,NA" + kUs + "who"}}),
      record_of(99,
                {{2, "08"}, {5, "20260301120501Z"}, {100, "0101"}, {102, "50" + kUs + "00FE" + kUs + "1"}, {999, "b"}}),
  };
  return t;
}

TEST(Niem, WhatIsWrittenAsXmlIsReadAsTheSameFields) {
  const Transaction t = sample();
  const auto bytes = niem::write(t);
  ASSERT_TRUE(bytes.ok()) << bytes.error().message;
  const auto reading = niem::read(*bytes);
  ASSERT_TRUE(reading.ok()) << reading.error().message;
  for (const itl::Finding& finding : reading->findings) ADD_FAILURE() << finding.rule;
  ASSERT_EQ(reading->transaction.records.size(), t.records.size());
  for (std::size_t i = 0; i < t.records.size(); ++i) {
    const Record &was = t.records[i], &is = reading->transaction.records[i];
    SCOPED_TRACE("record " + std::to_string(i + 1) + ", Type-" + std::to_string(was.type));
    EXPECT_EQ(is.type, was.type);
    ASSERT_EQ(is.fields.size(), was.fields.size());
    for (std::size_t k = 0; k < was.fields.size(); ++k) {
      EXPECT_EQ(is.fields[k].number, was.fields[k].number);
      EXPECT_EQ(is.fields[k].value, was.fields[k].value) << was.fields[k].number;
    }
  }
  EXPECT_EQ(itl::write(reading->transaction), itl::write(t));
}

TEST(Niem, FieldsStandInTheElementsOfTheStandard) {
  const auto bytes = niem::write(sample());
  ASSERT_TRUE(bytes.ok());
  const std::string xml(text(*bytes));
  for (const char* part :
       {"<itl:NISTBiometricInformationExchangePackage", "<biom:TransactionMajorVersionValue>05<",
        "<biom:TransactionMinorVersionValue>02<", "<nc:Date>2026-03-01<", "<nc:DateTime>2026-03-01T12:05:01Z<",
        "<biom:FingerprintImageSegmentPositionSquare>", "<biom:ContentRecordQuantity>9<",
        "<biom:FingerprintImageStitchedIndicator>true<", "<biom:MinutiaeFormatNISTStandardIndicator>true<",
        "<biom:PositionHorizontalCoordinateValue>2499<", "<biom:PositionThetaAngleMeasure>095<",
        "<biom:PhysicalFeatureSecondaryColorCode>GREEN<", "<biom:VectorPenPressureValue>254<",
        "<puente:Field number=\"200\">", "<biom:SignatureImageVectorRepresentation>"})
    EXPECT_NE(xml.find(part), std::string::npos) << part;
  EXPECT_EQ(xml.find("FingerPositionCode>255"), std::string::npos);
}

TEST(Niem, OlderNamespacesAreReadByTheirLocalNamesAndWhatIsNotKeptIsSaid) {
  const std::string xml =
      "<i:NISTBiometricInformationExchangePackage xmlns:i='http://biometrics.nist.gov/standard/2-2008' "
      "xmlns:a='http://niem.gov/niem/ansi-nist/2.0' xmlns:nc='http://niem.gov/niem/niem-core/2.0'>"
      "<i:PackageInformationRecord><a:RecordCategoryCode>01</a:RecordCategoryCode><a:Transaction>"
      "<a:TransactionDomain><a:OrganizationName>NORAM</a:OrganizationName></a:TransactionDomain>"
      "<a:TransactionMajorVersionValue>4</a:TransactionMajorVersionValue>"
      "<a:TransactionMinorVersionValue>0</a:TransactionMinorVersionValue>"
      "<a:TransactionContentSummary><a:ContentRecordCount>1</a:ContentRecordCount></a:TransactionContentSummary>"
      "<a:Surprise>what</a:Surprise></a:Transaction></i:PackageInformationRecord>"
      "</i:NISTBiometricInformationExchangePackage>";
  const auto reading = niem::read(view(xml));
  ASSERT_TRUE(reading.ok()) << reading.error().message;
  const Record& first = reading->transaction.records[0];
  EXPECT_EQ(first.value(2), "0400");
  EXPECT_EQ(first.value(13), "NORAM");
  ASSERT_EQ(reading->findings.size(), 1u);
  EXPECT_NE(reading->findings[0].rule.find("Surprise"), std::string::npos);
  EXPECT_EQ(xml.substr(reading->findings[0].offset, 11), "<a:Surprise");
}

TEST(Niem, WhatIsNoTransactionIsRefused) {
  for (const char* xml :
       {"", "{}", "<a/>", "<NISTBiometricInformationExchangePackage/>",
        "<NISTBiometricInformationExchangePackage><PackageIrisImageRecord/></NISTBiometricInformationExchangePackage>",
        "<NISTBiometricInformationExchangePackage><PackageInformationRecord/><PackageIrisImageRecord><IrisImage>"
        "<BinaryBase64Object>*</BinaryBase64Object></IrisImage></PackageIrisImageRecord>"
        "</NISTBiometricInformationExchangePackage>"}) {
    const auto reading = niem::read(view(xml));
    ASSERT_FALSE(reading.ok()) << xml;
    EXPECT_EQ(reading.error().code, Code::kInvalidInput);
  }
  Transaction t;
  t.records = {record_of(1, {}), record_of(50, {})};
  EXPECT_FALSE(niem::write(t).ok());
}

}  // namespace
}  // namespace puente::format::niem
