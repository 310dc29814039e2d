#include "format/iso/capture.h"

#include <fmt/format.h>

namespace puente::format {

std::string Capture::time() const {
  if (year == 0xffff) return {};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", year, month, day, hour, minute, second);
}

Capture read_capture(ByteReader& in, bool certified) {
  Capture capture;
  capture.year = in.u16();
  for (std::uint8_t* part : {&capture.month, &capture.day, &capture.hour, &capture.minute, &capture.second})
    *part = in.u8();
  capture.millisecond = in.u16();
  capture.device_technology = in.u8();
  capture.device_vendor = in.u16();
  capture.device_type = in.u16();
  for (int count = in.u8(); count > 0 && in.ok(); --count) {
    QualityBlock& block = capture.qualities.emplace_back();
    block.value = in.u8();
    block.vendor = in.u16();
    block.algorithm = in.u16();
  }
  for (int count = certified ? in.u8() : 0; count > 0 && in.ok(); --count) {
    CertificationBlock& block = capture.certifications.emplace_back();
    block.authority = in.u16();
    block.scheme = in.u8();
  }
  return capture;
}

void write_capture(ByteWriter& out, const Capture& capture, bool certified) {
  out.u16(capture.year).u8(capture.month).u8(capture.day).u8(capture.hour).u8(capture.minute).u8(capture.second);
  out.u16(capture.millisecond).u8(capture.device_technology).u16(capture.device_vendor).u16(capture.device_type);
  out.u8(static_cast<std::uint8_t>(capture.qualities.size()));
  for (const QualityBlock& block : capture.qualities) out.u8(block.value).u16(block.vendor).u16(block.algorithm);
  if (!certified) return;
  out.u8(static_cast<std::uint8_t>(capture.certifications.size()));
  for (const CertificationBlock& block : capture.certifications) out.u16(block.authority).u8(block.scheme);
}

}  // namespace puente::format
