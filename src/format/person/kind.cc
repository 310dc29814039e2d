#include "format/person/kind.h"

#include "format/iso/iso.h"

namespace puente::format {
namespace {

// The local name of the first start tag; empty when there is none.
std::string_view first_tag(std::string_view head) {
  for (std::size_t at = 0; (at = head.find('<', at)) != std::string_view::npos; ++at) {
    const std::string_view rest = head.substr(at + 1);
    if (rest.starts_with("!--")) {
      at = head.find("-->", at);
      if (at == std::string_view::npos) return {};
    } else if (!rest.starts_with('?') && !rest.starts_with('!')) {
      const std::string_view name = rest.substr(0, rest.find_first_of(" \t\r\n/>"));
      return name.substr(name.find(':') + 1);  // npos + 1 is 0
    }
  }
  return {};
}

}  // namespace

std::string_view to_string(RecordKind kind) {
  switch (kind) {
    case RecordKind::kUnknown:
      break;
    case RecordKind::kImage:
      return "image";
    case RecordKind::kItl:
      return "ANSI/NIST-ITL, traditional encoding";
    case RecordKind::kNiemXml:
      return "ANSI/NIST-ITL, NIEM XML";
    case RecordKind::kCbeffXml:
      return "CBEFF XML";
    case RecordKind::kMinutiaeRecord:
      return "minutiae record";
    case RecordKind::kImageRecord:
      return "image record";
    case RecordKind::kIso39794:
      return "ISO/IEC 39794 image record";
    case RecordKind::kPlainImage:
      return "image";
    case RecordKind::kContainer:
      return "BER-TLV container of a passport or card";
  }
  return "unknown";
}

std::string_view to_string(ImageKind kind) {
  switch (kind) {
    case ImageKind::kPng:
      return "PNG";
    case ImageKind::kJpeg:
      return "JPEG";
    case ImageKind::kJpeg2000:
      return "JPEG 2000";
    case ImageKind::kWsq:
      return "WSQ";
  }
  return "unknown";
}

std::string_view file_ending(ImageKind kind) {
  switch (kind) {
    case ImageKind::kPng:
      return "png";
    case ImageKind::kJpeg:
      return "jpg";
    case ImageKind::kJpeg2000:
      return "jp2";
    case ImageKind::kWsq:
      return "wsq";
  }
  return "unknown";
}

RecordKind record_kind(ByteView bytes) {
  if (is_image(bytes)) return RecordKind::kImage;
  if (is_plain_image(bytes)) return RecordKind::kPlainImage;
  if (is_minutiae_record(bytes)) return RecordKind::kMinutiaeRecord;
  if (is_image_record(bytes)) return RecordKind::kImageRecord;
  std::string_view tag = text(bytes);
  if (tag.starts_with("01.")) tag.remove_prefix(1);
  if (tag.starts_with("1.001:") || tag.starts_with("1.01:") || tag.starts_with("1.1:")) return RecordKind::kItl;
  // "d", "e" and "f" begin texts too: the length that follows is long, or that of the file
  if (is_iso39794(bytes) && bytes.size() > 1 && (bytes[1] >= 0x80 || bytes[1] + 2u == bytes.size()))
    return RecordKind::kIso39794;
  if (is_ber_container(bytes)) return RecordKind::kContainer;
  // a text in UTF-16 is most likely XML, whose reader then says that it reads UTF-8 alone
  if (text(bytes).starts_with("\xff\xfe<") || text(bytes).starts_with(std::string_view("\xfe\xff\0<", 4)))
    return RecordKind::kNiemXml;
  if (!xml::looks_like_xml(bytes)) return RecordKind::kUnknown;
  tag = first_tag(text(bytes));
  if (tag == "BIR") return RecordKind::kCbeffXml;
  if (tag == "NISTBiometricInformationExchangePackage") return RecordKind::kNiemXml;
  return RecordKind::kUnknown;
}

}  // namespace puente::format
