#include "format/person/samples.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/clock.h"
#include "core/limits.h"
#include "core/text.h"
#include "format/image/image.h"

namespace puente::format {
namespace {

constexpr std::size_t kTriesMax = 100;  // a record of views that cannot be read costs no more

void note_bytes_after(ByteView after, std::vector<std::string>& left_out) {
  if (!after.empty()) left_out.push_back(fmt::format("{} bytes after the last view", after.size()));
}

// Every view as a record of its own: a sample is one finger.
Result<std::vector<Sample>> samples_of(const MinutiaeRecord& record, std::vector<std::string>& left_out) {
  note_bytes_after(record.after, left_out);
  std::vector<Sample> out;
  for (std::size_t i = 0; i < std::min(record.views.size(), kTriesMax); ++i) {
    const MinutiaeView& view = record.views[i];
    const auto which = finger_of_code(view.position);
    if (!which || is_slap(*which)) {
      left_out.push_back(fmt::format(
          "view {}: minutiae are of one finger each, and none has the position {}: correct it", i + 1, view.position));
      continue;
    }
    TRY(check_room(out.size()));
    MinutiaeRecord one;
    one.format = record.format;
    one.amended = record.amended;
    one.product_owner = record.product_owner;
    one.product_type = record.product_type;
    one.compliance = record.compliance;
    one.capture_device = record.capture_device;
    one.certified = record.certified;
    one.views = {view};
    Sample sample{.position = *which, .impression = view.impression};
    ASSIGN_OR_RETURN(sample.image, write_minutiae_record(one));
    out.push_back(std::move(sample));
  }
  return out;
}

Result<std::vector<Sample>> samples_of(const ImageRecord& record, std::vector<std::string>& left_out) {
  note_bytes_after(record.after, left_out);
  std::vector<Sample> out;
  for (std::size_t i = 0; i < std::min(record.views.size(), kTriesMax); ++i) {
    const ImageView& view = record.views[i];
    TRY(check_room(out.size()));
    Sample sample;
    if (record.part == ImagePart::kFinger) {
      const auto which = finger_of_code(static_cast<int>(view.position));
      if (!which) left_out.push_back(fmt::format("view {}: not of single fingers or of one hand's", i + 1));
      if (!which) continue;
      sample.position = *which;
      sample.impression = static_cast<int>(std::min(view.finger().impression, 255u));
    }
    if (record.part == ImagePart::kFace) sample.modality = Modality::kFace;
    if (record.part == ImagePart::kIris) {
      sample.modality = Modality::kIris;
      sample.eye = static_cast<Eye>(std::min(view.position, 2u));
    }
    const Result<Image> image = decode_view(record, view);
    if (!image.ok()) {
      left_out.push_back(fmt::format("view {}: {}", i + 1, image.error().message));
      continue;
    }
    sample.ppi = image->ppi;
    if (!holds_pixels(record, view) && is_image(view.image)) {
      sample.image = view.image;
    } else {  // pixels by themselves
      ASSIGN_OR_RETURN(sample.image, encode_png(*image));
    }
    out.push_back(std::move(sample));
  }
  return out;
}

ImagePart part_of(const Sample& sample) {
  return sample.modality == Modality::kFinger ? ImagePart::kFinger
         : sample.modality == Modality::kFace ? ImagePart::kFace
                                              : ImagePart::kIris;
}

// What stands for a kind of image in ISO/IEC 19794-4, -5 and -6; nullopt where the edition has no code for it.
std::optional<std::uint32_t> compression_code(ImagePart part, int edition, const ImageHeader& image) {
  const bool newer = edition == 2011, colour = image.components > 1;
  const bool lossless = image.lossless;
  switch (image.kind) {
    case ImageKind::kWsq:
      if (part == ImagePart::kFinger) return 2;
      return std::nullopt;
    case ImageKind::kJpeg:
      if (part == ImagePart::kFinger) return 3;
      if (part == ImagePart::kFace) return 0;
      if (!newer) return colour ? 8 : 6;
      return std::nullopt;
    case ImageKind::kJpeg2000:
      if (part == ImagePart::kFinger) return newer && lossless ? 5 : 4;
      if (part == ImagePart::kFace) return newer && lossless ? 2 : 1;
      if (!newer) return colour ? 16 : 14;
      if (!colour) return 10;
      return std::nullopt;
    case ImageKind::kPng:
      if (part == ImagePart::kFinger) return newer ? 6 : 5;
      if (!newer || (part == ImagePart::kIris && colour)) return std::nullopt;
      return part == ImagePart::kFace ? 3 : 14;
  }
  return std::nullopt;
}

constexpr std::uint32_t kNotReported = 254;  // of quality, editions of 2005

// The sample's file and the code of its kind; another kind where there is no code.
Status put_image(const Sample& sample, ImagePart part, int edition, ImageView& view) {
  ASSIGN_OR_RETURN(const ImageHeader header, image_header(sample.image));
  view.width = static_cast<std::uint32_t>(std::min<std::int64_t>(header.width, limits::kImageSideMax + 1));
  view.height = static_cast<std::uint32_t>(std::min<std::int64_t>(header.height, limits::kImageSideMax + 1));
  view.depth = static_cast<std::uint32_t>(header.bits * header.components);
  if (const auto code = compression_code(part, edition, header)) {
    view.compression = *code;
    view.image = sample.image;
    return {};
  }
  if (part == ImagePart::kFace)
    return {Code::kUnsupported,
            fmt::format("ISO/IEC 19794-5:{} holds faces as JPEG or JPEG 2000, which this one is not", edition)};
  constexpr std::uint32_t kGrayPixels = 2, kGrayPng = 14;  // of 19794-6
  ASSIGN_OR_RETURN(Image image, decode_image(sample.image));
  view.depth = 8;
  view.compression = edition == 2005 ? kGrayPixels : kGrayPng;
  if (edition == 2005) {
    view.image = std::move(image.pixels);
  } else {
    ASSIGN_OR_RETURN(view.image, encode_png(image));
  }
  return {};
}

Capture capture_of(std::int64_t ms) {
  Capture out;
  if (ms <= 0) return out;
  const std::string iso = to_iso8601(ms);  // 2026-11-23T17:00:00.000Z
  const auto digits = [&](std::size_t from, std::size_t count) {
    return to_number<int>(std::string_view(iso).substr(from, count)).value_or(0);
  };
  out.year = static_cast<std::uint16_t>(digits(0, 4));
  out.month = static_cast<std::uint8_t>(digits(5, 2));
  out.day = static_cast<std::uint8_t>(digits(8, 2));
  out.hour = static_cast<std::uint8_t>(digits(11, 2));
  out.minute = static_cast<std::uint8_t>(digits(14, 2));
  out.second = static_cast<std::uint8_t>(digits(17, 2));
  out.millisecond = static_cast<std::uint16_t>(digits(20, 3));
  return out;
}

// The edition of 2005 knows scanners and ink, plain and rolled, and one latent; what is not known is taken for plain.
std::uint32_t impression_of(int impression, int edition) {
  constexpr int kLatentOf2005 = 7, kContactlessOf2005 = 9;
  if (edition != 2005 || (impression >= 0 && impression <= 3)) return static_cast<std::uint32_t>(impression);
  if (impression >= 4 && impression <= 7) return kLatentOf2005;
  if (impression == 24 || impression == 25 || impression == 41 || impression == 42) return kContactlessOf2005;
  return impression == 8 || impression == 9 ? static_cast<std::uint32_t>(impression) : 0;
}

// 19794-4:2005, table 1, by pixels an inch; nothing is known of a scanner's certification.
std::uint32_t acquisition_level(std::uint32_t ppi) {
  return ppi >= 985 ? 40 : ppi >= 735 ? 35 : ppi >= 490 ? 30 : ppi >= 245 ? 20 : 10;
}

// What each part says of a view whose image is there.
Status put_finger(const Sample& sample, int edition, ImageView& view) {
  ASSIGN_OR_RETURN(const Image image, decode_image(sample.image));
  const double ppi = sample.ppi > 0 ? sample.ppi : image.ppi > 0 ? image.ppi : 500;
  FingerView& finger = view.finger();
  view.position = static_cast<std::uint32_t>(sample.position);
  finger.impression = impression_of(sample.impression, edition);
  finger.scan_x = finger.scan_y = finger.image_x = finger.image_y = static_cast<std::uint32_t>(std::lround(ppi));
  if (edition == 2005) view.quality = kNotReported;
  return {};
}
void put_face(ImageView& view) {
  constexpr std::uint32_t kGray = 3, kRgb = 1, kOther = 4;
  view.face().colour_space = view.depth == 24 ? kRgb : view.depth == 8 ? kGray : kOther;
  view.depth = 0;  // no field of it
}
void put_iris(const Sample& sample, int edition, ImageView& view) {
  constexpr std::uint32_t kNotKnown = 0xffff, kUncropped = 1;
  constexpr std::uint32_t kLossless = 1, kLossy = 2, kHistoryShift = 6;  // what compressed it before
  IrisView& iris = view.iris();
  view.position = static_cast<std::uint32_t>(sample.eye);
  iris.roll = iris.roll_uncertainty = kNotKnown;
  if (edition == 2005) view.quality = kNotReported;
  if (edition != 2011) return;
  iris.image_type = kUncropped;
  const auto image = image_header(sample.image);  // not of what it may have become here
  iris.image_properties = (image.ok() && !image->lossless ? kLossy : kLossless) << kHistoryShift;
}

Status put_view(const Sample& sample, ImagePart part, int edition, std::int64_t captured_ms, ImageView& view) {
  if (edition == 2011) view.capture = capture_of(captured_ms);
  TRY(put_image(sample, part, edition, view));
  if (part == ImagePart::kFinger) return put_finger(sample, edition, view);
  if (part == ImagePart::kFace) put_face(view);
  if (part == ImagePart::kIris) put_iris(sample, edition, view);
  return {};
}

}  // namespace

std::optional<FingerCapture> finger_of_code(int code) {
  if (code == 11 || code == 12) return code == 11 ? FingerCapture::kRightThumb : FingerCapture::kLeftThumb;
  if ((code >= 0 && code <= 10) || (code >= 13 && code <= 15)) return static_cast<FingerCapture>(code);
  return std::nullopt;
}

Status check_room(std::size_t samples) {
  if (samples < limits::kSamplesPerEncounterMax) return {};
  return {Code::kTooLarge, fmt::format("more than {} samples", limits::kSamplesPerEncounterMax)};
}

Error nothing_in(std::string_view what, const std::vector<std::string>& left_out) {
  return {Code::kInvalidInput, fmt::format("no finger, face or iris in the {}{}{}", what, left_out.empty() ? "" : "; ",
                                           left_out.empty() ? "" : left_out.front())};
}

Result<std::vector<Sample>> read_samples(ByteView bytes, std::vector<std::string>& left_out) {
  if (is_minutiae_record(bytes)) {
    ASSIGN_OR_RETURN(const MinutiaeRecord record, read_minutiae_record(bytes));
    return samples_of(record, left_out);
  }
  if (is_image_record(bytes)) {
    ASSIGN_OR_RETURN(const ImageRecord record, read_image_record(bytes));
    return samples_of(record, left_out);
  }
  if (is_iso39794(bytes)) {
    ASSIGN_OR_RETURN(const ImageRecord record, read_iso39794(bytes));
    return samples_of(record, left_out);
  }
  if (is_plain_image(bytes)) {
    std::vector<Sample> out(1);
    ASSIGN_OR_RETURN(out[0].image, as_png(bytes, &left_out));
    return out;
  }
  return Error{Code::kUnsupported, "no record of ISO/IEC 19794, ISO/IEC 39794 or ANSI 378"};
}

Result<ImageRecord> to_image_record(std::span<const Sample> samples, ImagePart part, int edition,
                                    std::int64_t captured_ms) {
  ImageRecord out;
  out.part = part;
  out.edition = edition;
  std::map<std::uint32_t, std::uint32_t> seen;  // views of a finger or eye
  for (const Sample& sample : samples) {
    if (part_of(sample) != part || !is_image(sample.image)) continue;
    ImageView& view = out.add_view();
    TRY(put_view(sample, part, edition, captured_ms, view));
    if (part != ImagePart::kFace) view.view_number = ++seen[view.position];
  }
  if (out.views.empty()) {
    const char* name = part == ImagePart::kFinger ? "finger" : part == ImagePart::kFace ? "face" : "iris";
    return Error{Code::kInvalidInput, fmt::format("there is no {} image in it", name)};
  }
  if (part == ImagePart::kFinger && edition == 2005) {
    for (ImageView& view : out.views) view.finger().view_count = seen[view.position];
    out.acquisition_level = acquisition_level(out.views[0].finger().scan_x);
  }
  if (part == ImagePart::kIris && edition == 2005)  // one group an eye
    std::stable_sort(out.views.begin(), out.views.end(),
                     [](const ImageView& a, const ImageView& b) { return a.position < b.position; });
  return out;
}

}  // namespace puente::format
