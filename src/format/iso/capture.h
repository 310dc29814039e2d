// What every representation of an ISO/IEC 19794:2011 record begins with (19794-1:2011 clause 12.4): when and with what
// it was captured, how good it is, who certified the device.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/bytes.h"

namespace puente::format {

struct QualityBlock {
  std::uint8_t value = 255;  // 0..100; 254 not reported, 255 failed to compute
  std::uint16_t vendor = 0, algorithm = 0;
  bool operator==(const QualityBlock&) const = default;
};
struct CertificationBlock {
  std::uint16_t authority = 0;
  std::uint8_t scheme = 0;
  bool operator==(const CertificationBlock&) const = default;
};

struct Capture {
  std::uint16_t year = 0xffff;                                                       // all ones: not known
  std::uint8_t month = 0xff, day = 0xff, hour = 0xff, minute = 0xff, second = 0xff;  // UTC
  std::uint16_t millisecond = 0xffff;
  std::uint8_t device_technology = 0;
  std::uint16_t device_vendor = 0, device_type = 0;
  std::vector<QualityBlock> qualities;
  std::vector<CertificationBlock> certifications;  // only where the record's header announces them
  bool operator==(const Capture&) const = default;

  std::string time() const;  // "2026-11-23T17:00:00Z", empty when not known
};

Capture read_capture(ByteReader& in, bool certified);
void write_capture(ByteWriter& out, const Capture& capture, bool certified);

}  // namespace puente::format
