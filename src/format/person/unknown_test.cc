#include "format/person/unknown.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "format/image/image.h"
#include "format/iso/iso.h"
#include "format/person/person.h"

namespace puente::format {
namespace {

Bytes some_minutiae() {
  MinutiaeRecord record;
  MinutiaeView& view = record.views.emplace_back();
  view.position = 2;
  view.width = view.height = 300;
  view.minutiae = {{1, 50, 60, 7, 80}, {2, 150, 160, 99, 60}, {2, 151, 170, 99, 60}};
  return *write_minutiae_record(record);
}
Bytes wsq() {
  return *encode_wsq({70, 80, 1, 500, Bytes(70 * 80, 90)});
}

// What reading, showing and enrolling all say of such a file.
std::string said_of(ByteView bytes) {
  const auto encounter = read_encounter(bytes);
  const auto transaction = read_transaction(bytes);
  EXPECT_FALSE(encounter.ok());
  EXPECT_FALSE(transaction.ok());
  if (encounter.ok() || transaction.ok()) return "read";
  EXPECT_EQ(encounter.error().message, transaction.error().message);
  return encounter.error().message;
}
void expect_said(ByteView bytes, std::string_view words) {
  EXPECT_NE(said_of(bytes).find(words), std::string::npos) << said_of(bytes);
}

std::string in_lines(const std::string& text, std::size_t width) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += width) out += text.substr(i, width) + "\r\n";
  return out;
}

TEST(UnknownFile, records_and_images_in_base64_are_named_with_the_next_step) {
  const std::string base64 = to_base64(some_minutiae());
  for (const std::string& text : {base64, in_lines(base64, 64), "  " + base64, "\"" + base64 + "\"",
                                  "data:application/octet-stream;base64," + base64})
    expect_said(view(text), "a minutiae record in Base64: decode it first, as by base64 -d");
  expect_said(view(to_base64(wsq())), "a WSQ image in Base64");
  std::string urls = to_base64(wsq());
  std::replace(urls.begin(), urls.end(), '+', '-');
  std::replace(urls.begin(), urls.end(), '/', '_');
  expect_said(view(urls), "a WSQ image in Base64: decode it first, with - and _");
}

TEST(UnknownFile, records_in_hexadecimal_digits_are_named_with_the_next_step) {
  for (const std::string& text :
       {to_hex(some_minutiae()), "0x" + to_hex(some_minutiae()), in_lines(to_hex(some_minutiae()), 32)})
    expect_said(view(text), "a minutiae record in hexadecimal digits: decode it first, as by xxd -r -p");
}

TEST(UnknownFile, hexadecimal_digits_are_known_as_programs_write_them) {
  const std::string digits = to_hex(some_minutiae());
  std::string colons, c_array, escaped;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const std::string byte = digits.substr(i, 2);
    colons += (i > 0 ? ":" : "") + byte;
    c_array += (i > 0 ? ", 0x" : "{0x") + byte;
    escaped += "\\x" + byte;
  }
  for (const std::string& text : {colons, c_array + "}", escaped, "\\x" + digits})
    expect_said(view(text), "a minutiae record in hexadecimal digits");
  expect_said(view("00000000: 464d 5200 2032 3000  FMR. 20."), "a dump in hexadecimal digits: turn it back first");
}

TEST(UnknownFile, what_passed_through_a_program_for_texts_is_to_be_sent_again) {
  const Bytes whole = *encode_png({70, 80, 1, 500, Bytes(70 * 80, 90)});
  Bytes line_feeds, letters;
  for (std::size_t i = 0; i < whole.size(); ++i)
    if (whole[i] != '\r') line_feeds.push_back(whole[i]);
  for (const std::uint8_t byte : wsq()) {
    if (byte >= 0x80) letters.push_back(static_cast<std::uint8_t>(0xc0 | byte >> 6));
    letters.push_back(static_cast<std::uint8_t>(byte >= 0x80 ? 0x80 | (byte & 0x3f) : byte));
  }
  for (const Bytes& spoiled : {line_feeds, letters}) expect_said(spoiled, "send the file again as it was");
  Bytes wide = {0xff, 0xfe};
  for (const char c : to_base64(some_minutiae())) {
    wide.push_back(static_cast<std::uint8_t>(c));
    wide.push_back(0);
  }
  expect_said(wide, "a text in UTF-16");
  expect_said(Bytes(5000, 0xff), "neither an image");
  Bytes white(256 * 360, 0xfe);  // pixels of a blank capture
  white[0] = 0xff;
  expect_said(white, "P5 256 360 255");
  EXPECT_EQ(said_of(Bytes(5000, 0xff)).find("Base64"), std::string::npos);
  expect_said(view("\xef\xbb\xbf" + to_base64(some_minutiae())), "a minutiae record in Base64");
}

TEST(UnknownFile, bytes_before_a_file_are_counted) {
  Bytes file = wsq();
  file.insert(file.begin(), 1, 0x0a);
  expect_said(file, "a WSQ image behind 1 byte that does not belong to it: take it off, as by tail -c +2");
  Bytes record = some_minutiae();
  record.insert(record.begin(), 12, 0);
  expect_said(record, "a minutiae record behind 12 bytes");
}

TEST(UnknownFile, archives_pictures_of_telephones_and_vendors_templates_are_named) {
  expect_said(view(std::string("PK\3\4 and so on")), "a ZIP archive: unpack it");
  expect_said(view(std::string("ICRS21 and so on")), "ZKTeco's own template");
  expect_said(view(std::string("\0\0\0\x18"
                               "ftypheic\0\0\0\0mif1heic",
                               24)),
              "HEIC files are not read; send PNG");
  expect_said(view("GIF89a......"), "GIF files are not read");
}

TEST(UnknownFile, as_many_bytes_as_a_scanners_pixels_are_told_with_a_header_to_put_before_them) {
  Bytes pixels(320 * 480);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(i / 320 % 9 < 4 ? 40 : 200);
  expect_said(pixels, "P5 320 480 255");
  const std::string header = "P5 320 480 255\n";
  Bytes file(header.begin(), header.end());
  file.insert(file.end(), pixels.begin(), pixels.end());
  EXPECT_EQ(decode_image(file)->pixels, pixels);
}

TEST(UnknownFile, what_nobody_knows_is_neither) {
  expect_said(view("hello"), "neither an image");
  expect_said({}, "the file is empty");
  expect_said(view("<html><body></body></html>"), "XML or HTML");
}

}  // namespace
}  // namespace puente::format
