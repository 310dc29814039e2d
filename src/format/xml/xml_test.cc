#include "format/xml/xml.h"

#include <gtest/gtest.h>

#include <random>

namespace puente::format::xml {
namespace {

std::string complaint(std::string_view document) {
  const Result<Element> read_back = read(view(document));
  return read_back.ok() ? "" : read_back.error().message;
}

TEST(Xml, reads_namespaces_attributes_text_and_places) {
  const std::string document =
      "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- <not> a tag -->\n"
      "<a:root xmlns:a=\"urn:a\" xmlns=\"urn:b\">\n"
      "  <leaf one=\"&lt;1&gt;\" a:two='>'> x &amp; <![CDATA[<y>]]>&#65;</leaf>\n"
      "  <leaf xmlns=\"\"/>\n</a:root>";
  const Result<Element> root = read(view(document));
  ASSERT_TRUE(root.ok()) << root.error().message;
  EXPECT_EQ(root->space, "urn:a");
  EXPECT_EQ(root->name, "root");
  EXPECT_EQ(root->text, "");
  EXPECT_EQ(root->line, 3);
  EXPECT_EQ(document.substr(root->offset, 7), "<a:root");
  ASSERT_EQ(root->children.size(), 2u);
  const Element& leaf = root->children[0];
  EXPECT_EQ(leaf.space, "urn:b");
  EXPECT_EQ(leaf.text, " x & <y>A");
  EXPECT_EQ(root->value("leaf"), "x & <y>A");
  EXPECT_EQ(leaf.attribute("one"), "<1>");
  EXPECT_EQ(leaf.attribute("two"), ">");
  EXPECT_EQ(leaf.attributes[1].space, "urn:a");
  EXPECT_EQ(leaf.line, 4);
  EXPECT_EQ(document.substr(leaf.offset, 5), "<leaf");
  EXPECT_EQ(root->find("leaf", "urn:b"), &leaf);
  EXPECT_EQ(root->find("leaf", "urn:c"), nullptr);
  EXPECT_EQ(root->children[1].space, "");
}

TEST(Xml, what_is_written_reads_the_same) {
  Element root{"urn:a", "root", "", {{"", "plain", "a\"<\n\t\xc3\xb1 & &#38; &amp;"}, {"urn:c?d&e", "far", "1"}},
               {},      0,      0};
  root.add("text", "a<b>&\r\n]]> \xf0\x9f\x98\x80");
  root.add("empty");
  Element& other = root.add("other", "1");
  other.space = "";
  other.add("inner").space = "urn:b";
  other.children[0].attributes.push_back({"urn:a", "qualified", "yes"});
  const Prefix prefixes[] = {{"", "urn:a"}, {"b", "urn:b"}};
  const Result<Bytes> bytes = write(root, prefixes);
  ASSERT_TRUE(bytes.ok()) << bytes.error().message;
  const Result<Element> again = read(*bytes);
  ASSERT_TRUE(again.ok()) << again.error().message << text(*bytes);
  EXPECT_EQ(again->attribute("plain"), root.attribute("plain"));
  EXPECT_EQ(again->attributes[1].space, "urn:c?d&e");
  EXPECT_EQ(again->find("text")->text, root.children[0].text);
  ASSERT_EQ(again->children.size(), 3u);
  EXPECT_EQ(again->children[2].space, "");
  EXPECT_EQ(again->children[2].children[0].space, "urn:b");
  EXPECT_EQ(again->children[2].children[0].attributes[0].space, "urn:a");
  const Result<Bytes> second = write(*again, prefixes);
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(text(*second), text(*write(*read(*second), prefixes)));
}

TEST(Xml, no_document_types_no_entities_no_other_encodings) {
  EXPECT_NE(complaint("<!DOCTYPE a [<!ENTITY e \"x\">]><a>&e;</a>").find("document types"), std::string::npos);
  EXPECT_NE(complaint("<?xml version=\"1.0\"?>\n<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>").find("line 2"),
            std::string::npos);
  EXPECT_NE(complaint("<a>&e;</a>"), "");
  EXPECT_NE(complaint("<a>\xf1</a>"), "");
  EXPECT_NE(complaint("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xf1</a>"), "");
  EXPECT_NE(complaint(std::string("<\0a\0/\0>\0", 8)), "");
  EXPECT_NE(complaint("\x4c\x6f\xa7\x94"), "");
  EXPECT_NE(complaint("<?xml version=\"1.0\" encoding=\"UTF-7\"?><a>+ADwAIQ-DOCTYPE</a>"
                      "+ADw-b/+AD4-"),
            "");
}

TEST(Xml, says_where_a_document_is_broken) {
  for (const char* broken : {"", " ", "<", "<a", "<a>", "<a></b>", "<a/><b/>", "<a b=1/>", "<a b='1' b='2'/>", "<x:a/>",
                             "<a>\x01</a>", "<a>&#0;</a>", "plain", "<!-- -->", "<a><![CDATA[</a>"})
    EXPECT_NE(complaint(broken), "") << broken;
  EXPECT_NE(complaint("<a>\n\n</b>").find("line 3"), std::string::npos) << complaint("<a>\n\n</b>");
}

TEST(Xml, has_bounds) {
  const auto repeated = [](const std::string& piece, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += piece;
    return out;
  };
  EXPECT_EQ(complaint(repeated("<a>", 40) + repeated("</a>", 40)), "");
  EXPECT_NE(complaint(repeated("<a>", 70) + repeated("</a>", 70)).find("deeper"), std::string::npos);
  EXPECT_NE(complaint("<r>" + repeated("<a/>", 100'001) + "</r>").find("elements"), std::string::npos);
  std::string attributes;
  for (int i = 0; i < 65; ++i) attributes += " a" + std::to_string(i) + "=''";
  EXPECT_NE(complaint("<r" + attributes + "/>").find("attributes"), std::string::npos);
  EXPECT_NE(complaint("<r a='" + std::string(17'000, 'x') + "'/>").find("tag"), std::string::npos);
  const std::string long_text(15'000'000, 'Q');  // an image of 11 MB in base64
  const Result<Element> root = read(view("<r>" + long_text + "</r>"));
  ASSERT_TRUE(root.ok()) << root.error().message;
  EXPECT_TRUE(root->text == long_text);
}

TEST(Xml, namespaces_cost_little) {
  const auto many = [](std::size_t uri_size, const std::string& piece, int count) {
    std::string out = "<r xmlns='" + std::string(uri_size, 'u') + "' xmlns:p='" + std::string(uri_size, 'p') + "'>";
    for (int i = 0; i < count; ++i) out += piece;
    return out + "</r>";
  };
  std::string attributes;  // that are in a namespace
  for (int i = 0; i < 50; ++i) attributes += " p:a" + std::to_string(i) + "=''";
  EXPECT_EQ(complaint(many(256, "<a/>", 10'000)), "");
  EXPECT_EQ(complaint(many(256, "<a" + attributes + "/>", 1000)), "");
  for (const std::string& whole : {many(257, "", 0), many(5'000, "<a/>", 10), "<r>" + many(257, "", 0) + "</r>",
                                   "<r><p:a xmlns:p='" + std::string(257, 'p') + "'/></r>",
                                   "<r><a xmlns:p='" + std::string(257, 'p') + "' b='1' p:c='2' d='3'/></r>",
                                   "<r><p:a xmlns:p='" + std::string(257, 'p') + "' b='1' c='2'/></r>"}) {
    const Result<Element> root = read(view(whole));
    ASSERT_FALSE(root.ok());
    EXPECT_EQ(root.error().code, Code::kTooLarge);
    EXPECT_NE(root.error().message.find("URI of more than 256 bytes"), std::string::npos) << root.error().message;
  }
  const Result<Element> root = read(view(many(256, "<a" + attributes + "/>", 2600)));  // 33 MiB of copies
  ASSERT_FALSE(root.ok());
  EXPECT_EQ(root.error().code, Code::kTooLarge);
  EXPECT_NE(root.error().message.find("copies exceed 32 MiB"), std::string::npos) << root.error().message;
}

TEST(Xml, refuses_to_write_what_xml_cannot_carry) {
  for (const char* bad : {"\x01", "\xff", "\xc0\x80", "\xed\xa0\x80", "\xef\xbf\xbf", "\xe2\x82", "\xf5\x80\x80\x80"}) {
    Element root;
    root.name = "r";
    root.text = bad;
    EXPECT_FALSE(write(root, {}).ok()) << bad;
  }
  Element root;
  root.name = "two words";
  EXPECT_FALSE(write(root, {}).ok());
}

TEST(Xml, any_damage_is_read_or_refused) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  const std::string whole = "<r xmlns:a='urn:a'><a:b c=\"1\">x&amp;<![CDATA[y]]></a:b><!-- z --><?p q?></r>";
  for (int round = 0; round < 3000; ++round) {
    std::string document = whole;
    for (int i = 0; i < 2; ++i) document[random() % document.size()] = "<>&;'\"/!?-[]a:\x80 "[random() % 17];
    const Result<Element> root = read(view(document));
    if (!root.ok()) continue;
    const Result<Bytes> bytes = write(*root, {});
    ASSERT_TRUE(bytes.ok()) << document;
    EXPECT_TRUE(read(*bytes).ok()) << document << "\n" << text(*bytes);
  }
}

}  // namespace
}  // namespace puente::format::xml
