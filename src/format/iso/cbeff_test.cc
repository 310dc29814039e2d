#include "format/iso/cbeff.h"

#include <gtest/gtest.h>

namespace puente::format::cbeff {
namespace {

Document sample() {
  Document document;
  Bir& root = document.root;
  root.info.integrity = false;
  Bir& finger = root.children.emplace_back();
  finger.version = finger.cbeff_version = {{1, 1}};
  finger.info.creator = "Puente & co";
  finger.info.integrity = true;
  BdbInfo& info = finger.bdb_info.emplace_back();
  info.index = "086e059f-6baa-4824-9f2b-8e2807de3947";
  info.format = {"Mosip", "7"};
  info.creation_date = "2026-11-23T09:05:07Z";
  info.type = "Finger";
  info.subtype = "Right IndexFinger";
  info.level = "Raw";
  info.purpose = "Enroll";
  info.quality_algorithm = {"HMAC", "SHA-256"};
  info.quality = "80";
  finger.sb_format = {"Mosip", "9"};
  finger.bdb = {'F', 'I', 'R', 0};
  finger.sb = {1, 2, 3};
  finger.others = {{"RETRIES", "1"}, {"EXCEPTION", "false"}};
  return document;
}

Result<Document> read_text(std::string_view text) {
  return read(view(text));
}

TEST(Cbeff, what_is_written_is_read) {
  for (const bool bias : {false, true}) {
    for (const bool entries : {false, true}) {
      Document document = sample();
      document.bias = bias;
      document.entries = entries;
      if (bias) document.root.children[0].bdb_info[0].quality_algorithm = {};
      const Result<Bytes> bytes = write(document);
      ASSERT_TRUE(bytes.ok()) << bytes.error().message;
      const Result<Document> again = read(*bytes);
      ASSERT_TRUE(again.ok()) << again.error().message << text(*bytes);
      EXPECT_EQ(again->bias, bias);
      ASSERT_EQ(again->root.children.size(), 1u);
      const Bir &was = document.root.children[0], &is = again->root.children[0];
      EXPECT_EQ(is.version, was.version);
      EXPECT_EQ(is.cbeff_version, was.cbeff_version);
      EXPECT_EQ(is.info, was.info);
      EXPECT_EQ(is.bdb_info, was.bdb_info);
      EXPECT_EQ(is.sb_format, was.sb_format);
      EXPECT_EQ(is.bdb, was.bdb);
      EXPECT_EQ(is.sb, was.sb);
      EXPECT_EQ(is.others, was.others);
      EXPECT_EQ(text(*write(*again)), text(*bytes));
    }
  }
}

TEST(Cbeff, reads_what_others_write) {
  const Result<Document> document = read_text(
      "<?xml version=\"1.0\" standalone=\"yes\"?>\n"
      "<c:BIR xmlns:c=\"http://standards.iso.org/iso-iec/19785/-3/ed-2/\">\n"
      " <c:BIRInfo><c:Integrity>0</c:Integrity></c:BIRInfo>\n"
      " <c:BIR><own xmlns=\"urn:own\">kept</own>\n"
      "  <c:BIRInfo><c:Integrity>true</c:Integrity></c:BIRInfo>\n"
      "  <c:BDB>\n   SUlS\n   AA==\n  </c:BDB>\n"
      " </c:BIR>\n"
      "</c:BIR>");
  ASSERT_TRUE(document.ok()) << document.error().message;
  const Bir& bir = document->root.children[0];
  EXPECT_EQ(bir.bdb, (Bytes{'I', 'I', 'R', 0}));
  ASSERT_EQ(bir.extensions.size(), 1u);
  EXPECT_EQ(bir.extensions[0].text, "kept");
  EXPECT_NE(text(*write(*document)).find("urn:own"), std::string::npos);
}

constexpr const char* kBegin = "<BIR xmlns=\"http://standards.iso.org/iso-iec/19785/-3/ed-2/\">\n";

std::string finding_in(const std::string& inside) {
  const Result<Document> document = read_text(kBegin + inside + "</BIR>");
  if (!document.ok()) return document.error().message;
  return document->findings.empty() ? "" : document->findings[0];
}

TEST(Cbeff, says_what_is_wrong_and_where) {
  EXPECT_EQ(finding_in(""), "");
  EXPECT_EQ(finding_in("<BDB>!</BDB>"), "line 2: BDB: this is not base64");
  EXPECT_EQ(finding_in("<BDP/>"), "line 2: BDP: a BIR has no such element");
  EXPECT_NE(finding_in("<BIRInfo><Integrity>maybe</Integrity></BIRInfo>"), "");
  EXPECT_NE(finding_in("<BDBInfo><Kind/></BDBInfo>"), "");
  EXPECT_NE(finding_in("<Version><Major>1</Major><Minor>x</Minor></Version>"), "");
  EXPECT_NE(finding_in("<BIR xmlns=''/>"), "");
  EXPECT_FALSE(read_text("<BIS/>").ok());
  EXPECT_FALSE(read_text("<BIR xmlns='urn:other'/>").ok());
  const Result<Document> first = read_text("<BIR xmlns='http://standards.iso.org/iso-iec/19785/-3/ed-1/'><BIR/></BIR>");
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->findings.size(), 1u);
  EXPECT_EQ(first->root.children.size(), 1u);
  std::string many;
  for (std::size_t i = 0; i < kBirsMax; ++i) many += "<BIR/>";
  EXPECT_NE(finding_in(many), "");
}

TEST(Cbeff, what_one_record_says_wrongly_does_not_cost_the_others) {
  const Result<Document> document = read_text(std::string(kBegin) +
                                              "<BIR><BDB>!</BDB></BIR><BIR><Unknown/><BDB>SUlSAA==</BDB></BIR>"
                                              "<BIR xmlns=''><BDB>-_8</BDB></BIR></BIR>");
  ASSERT_TRUE(document.ok()) << document.error().message;
  ASSERT_EQ(document->root.children.size(), 3u);
  EXPECT_TRUE(document->root.children[0].bdb.empty());
  EXPECT_EQ(document->root.children[1].bdb, (Bytes{'I', 'I', 'R', 0}));
  EXPECT_EQ(document->root.children[2].bdb, (Bytes{0xfb, 0xff}));  // of URLs
  EXPECT_EQ(document->findings.size(), 4u);
}

TEST(Cbeff, names_fingers) {
  EXPECT_EQ(finger_position("Right IndexFinger"), 2);
  EXPECT_EQ(finger_position("Left LittleFinger"), 10);
  EXPECT_EQ(finger_position("Right IndexFinger MiddleFinger"), 0);
  EXPECT_EQ(finger_position(""), 0);
}

}  // namespace
}  // namespace puente::format::cbeff
