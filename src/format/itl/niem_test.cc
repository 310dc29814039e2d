#include "format/itl/itl.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "format/itl/niem_map.h"
#include "format/itl/testing_transaction.h"

namespace puente::format::niem {
namespace {

using itl::Record;
using itl::Transaction;
using itl::testing::record_of;
using itl::testing::sample;

TEST(Niem, what_is_written_as_xml_is_read_as_the_same_fields) {
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

TEST(Niem, fields_stand_in_the_elements_of_the_standard) {
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
        "<biom:RidgeCountValue>7<", "<biom:ImageLocationThetaAngleMeasure>88<", "<biom:FeatureLineThicknessValue>2<",
        "<biom:FrictionRidgeSkeletonizedImageBinaryObject>mrHbPdrko3s=<", "<puente:Field number=\"200\">",
        "<biom:SignatureImageVectorRepresentation>"})
    EXPECT_NE(xml.find(part), std::string::npos) << part;
  EXPECT_EQ(xml.find("FingerPositionCode>255"), std::string::npos);
  for (const char* field : {"138", "141", "372", "380"})  // not in elements of ours
    EXPECT_EQ(xml.find(fmt::format("number=\"{}\"", field)), std::string::npos) << field;
}

TEST(Niem, older_namespaces_are_read_by_their_local_names_and_what_is_not_kept_is_said) {
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

// A transaction of one record with these elements in it.
std::string transaction_of(const std::string& elements) {
  return "<NISTBiometricInformationExchangePackage><PackageInformationRecord>" + elements +
         "</PackageInformationRecord></NISTBiometricInformationExchangePackage>";
}

TEST(Niem, fields_of_our_own_stand_in_the_order_of_numbers_and_the_last_of_a_number_counts) {
  const auto own = [](int number, const std::string& item) {
    return fmt::format("<f:Field xmlns:f='{}' number='{}'><f:Subfield><f:Item>{}</f:Item></f:Subfield></f:Field>",
                       kOwnSpace, number, item);
  };
  const std::string agency = "<Transaction><TransactionCategoryCode>CPS</TransactionCategoryCode></Transaction>";
  const auto few =
      niem::read(view(transaction_of(agency + own(301, "b") + own(4, "CAR") + own(300, "a") + own(301, "c"))));
  ASSERT_TRUE(few.ok()) << few.error().message;
  const Record& record = few->transaction.records[0];
  std::string fields;
  for (const itl::Field& field : record.fields) fields += fmt::format("{}={} ", field.number, field.value);
  EXPECT_EQ(fields, "1=0 4=CAR 300=a 301=c ");

  std::string most;
  for (int number = 20'000; number > 10'000; --number) most += own(number, "x");
  const auto full = niem::read(view(transaction_of(most)));
  ASSERT_TRUE(full.ok()) << full.error().message;
  EXPECT_EQ(full->transaction.records[0].fields.size(), 10'001u);
  const auto over = niem::read(view(transaction_of(most + own(300, "x"))));
  ASSERT_FALSE(over.ok());
  EXPECT_EQ(over.error().code, Code::kTooLarge);
}

// As fields they are lost; as XML they are written again, beside what is ours.
TEST(Niem, what_no_field_is_for_is_kept_for_xml_alone) {
  const std::string xml =
      "<i:NISTBiometricInformationExchangePackage xmlns:i='http://biometrics.nist.gov/standard/2011' xmlns:f='" +
      std::string(kOwnSpace) +
      "'><i:PackageInformationRecord/><i:PackageDescriptiveTextRecord><i:UserDefinedDescriptiveDetail>"
      "<d:DomainDefinedDescriptiveDetail xmlns:d='urn:domain'><d:Name a='b'>Ana</d:Name>"
      "</d:DomainDefinedDescriptiveDetail><f:DomainDefinedDescriptiveDetail>"
      "<f:Field number='18'><f:Subfield><f:Item>x</f:Item></f:Subfield></f:Field></f:DomainDefinedDescriptiveDetail>"
      "</i:UserDefinedDescriptiveDetail></i:PackageDescriptiveTextRecord>"
      "<i:PackageDNARecord><DNASample><Kit>7</Kit></DNASample></i:PackageDNARecord>"
      "<i:PackageIrisImageRecord><IrisImage><IrisEyePositionCode>1</IrisEyePositionCode><Lost>x</Lost></IrisImage></"
      "i:PackageIrisImageRecord>"
      "</i:NISTBiometricInformationExchangePackage>";
  Bytes bytes(xml.begin(), xml.end());
  for (int times = 0; times < 2; ++times) {
    const auto reading = niem::read(bytes);
    ASSERT_TRUE(reading.ok()) << reading.error().message;
    const auto& records = reading->transaction.records;
    ASSERT_EQ(records.size(), 4u);
    EXPECT_EQ(records[1].value(18), "x");
    ASSERT_EQ(records[1].foreign.size(), 1u);
    EXPECT_EQ(records[1].foreign[0].children[0].value("Name"), "Ana");
    EXPECT_EQ(records[1].foreign[0].children[0].children[0].attribute("a"), "b");
    ASSERT_EQ(records[2].foreign.size(), 1u);
    EXPECT_EQ(records[2].foreign[0].value("Kit"), "7");
    EXPECT_EQ(reading->findings.size(), times == 0 ? 3u : 2u);  // what was lost is not there again
    bytes = *niem::write(reading->transaction);
  }
}

TEST(Niem, times_are_read_as_utc_whatever_their_zone) {
  const auto read_time = [](const std::string& time) {
    return niem::read(view(transaction_of("<Transaction><TransactionUTCDate><DateTime>" + time +
                                          "</DateTime></TransactionUTCDate></Transaction>")));
  };
  for (const auto& [time, utc] : {
           std::pair("2013-05-01T10:00:00Z", "20130501100000Z"),
           std::pair("2013-05-01T10:00:00-05:00", "20130501150000Z"),
           std::pair("2013-05-01T03:10:09+05:45", "20130430212509Z"),
           std::pair("2013-12-31T23:59:59.999-00:30", "20140101002959Z"),
           std::pair(" 2012-02-28T22:00:00.5-03:00 ", "20120229010000Z"),
           std::pair("2013-05-01", "20130501"),
       }) {
    const auto reading = read_time(time);
    ASSERT_TRUE(reading.ok()) << reading.error().message;
    EXPECT_EQ(reading->transaction.records[0].value(14), utc) << time;
    EXPECT_TRUE(reading->findings.empty()) << time;
  }
  for (const std::string time :
       {"2013-05-01T10:00:00", "2013-05-01T10:00:00-0500", "2013-05-01T10:00:00-15:00", "2013-05-01T10:00:00+01:60",
        "2013-02-29T10:00:00Z", "2013-05-01T24:01:00Z", "2013-05-01T10:00Z", "2013-05-01 10:00:00Z",
        "2013-05-01T10:00:00Zulu", "9999-12-31T23:59:59-01:00", "0000-01-01T00:00:00+01:00", "2013-05-01T10:00:0xZ"}) {
    const auto reading = read_time(time);
    ASSERT_TRUE(reading.ok()) << reading.error().message;
    EXPECT_EQ(reading->transaction.records[0].value(14), time);
    ASSERT_EQ(reading->findings.size(), 1u) << time;
    EXPECT_NE(reading->findings[0].rule.find("DateTime is no date and time with a zone"), std::string::npos)
        << reading->findings[0].rule;
  }
}

TEST(Niem, what_is_no_transaction_is_refused) {
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

TEST(NiemMap, every_element_of_a_record_is_in_a_place_that_can_be_read) {
  for (int type = 1; type < 100; ++type) {
    const RecordMap* map = map_of(type);
    if (!map) continue;
    EXPECT_EQ(map_of(map->package), map);
    for (const auto& block : map->blocks)
      for (const Row& row : block)
        for (const Step& step : row.container.path)
          EXPECT_FALSE(step.names.empty() && map->images.empty()) << type << "." << row.field;  // "@" without images
  }
}

}  // namespace
}  // namespace puente::format::niem
