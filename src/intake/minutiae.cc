#include "intake/minutiae.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/limits.h"
#include "format/person/person.h"
#include "intake/samples.h"

namespace puente::intake {
namespace {

using format::MinutiaeFormat;
using format::MinutiaeRecord;
using format::MinutiaeView;
using format::RecordMinutia;

constexpr double kPpi = 500;
constexpr std::uint16_t kPerCentimetre = 197;  // how the standards spell 500 ppi
constexpr double kTurn = 2 * M_PI;

// Our pixels in one of the record's.
double scale_of(std::uint16_t per_cm) {
  return per_cm == kPerCentimetre ? 1 : kPpi / (per_cm * kCentimetresInInch);
}

// Pixels in a centimetre of the formats that have a unit of their own.
std::uint16_t per_cm_of(MinutiaeFormat format) {
  return format == MinutiaeFormat::kIsoCard          ? std::uint16_t{1000}
         : format == MinutiaeFormat::kIsoCardCompact ? std::uint16_t{100}
                                                     : kPerCentimetre;
}

// Where the print's left (or top) end is moved to so that as much as possible lies in 0..most.
int shift_of(std::vector<double> places, int most) {
  if (places.empty()) return 0;
  std::sort(places.begin(), places.end());
  const double low = places.front(), high = places.back();
  if (high <= most) return 0;
  if (high - low <= most) return static_cast<int>(std::floor(low));
  return static_cast<int>(places[places.size() / 2]) - most / 2;
}

bool is_card(MinutiaeFormat format) {
  return format == MinutiaeFormat::kIsoCard || format == MinutiaeFormat::kIsoCardCompact;
}

bool zero_is_unknown(MinutiaeFormat format) {
  return format == MinutiaeFormat::kIso2005 || format == MinutiaeFormat::kAnsi2004;
}

std::uint8_t quality_of(int quality, MinutiaeFormat format) {
  if (quality == 0 && !zero_is_unknown(format)) return 254;
  return static_cast<std::uint8_t>(quality);
}

}  // namespace

std::uint16_t per_cm_of(double ppi) {
  return static_cast<std::uint16_t>(std::lround(std::clamp(ppi / kCentimetresInInch, 0.0, 65535.0)));
}

Result<finger::Template> to_template(const MinutiaeView& view, MinutiaeFormat format) {
  for (const double per_cm : {view.x_per_cm, view.y_per_cm})
    if (!is_card(format) &&
        (per_cm * kCentimetresInInch < limits::kPpiMin || per_cm * kCentimetresInInch > limits::kPpiMax))
      return Error{Code::kInvalidInput,
                   "minutiae at a resolution that no scanner has: give the one they were captured at (--dpi, ppi)"};
  if (view.width > limits::kImageSideMax || view.height > limits::kImageSideMax)
    return Error{Code::kTooLarge, "minutiae of an image larger than any that is read"};
  if (view.minutiae.empty()) return Error{Code::kInvalidInput, "a minutiae record without minutiae"};
  const double x_scale = scale_of(view.x_per_cm), y_scale = scale_of(view.y_per_cm);
  finger::Template out;
  constexpr double kSide = limits::kPrintSideMax;  // the picture it was taken from may be of more than a finger
  double right = std::min(view.width * x_scale, kSide), bottom = std::min(view.height * y_scale, kSide);
  for (const RecordMinutia& from : view.minutiae) {
    finger::Minutia minutia;
    minutia.x = static_cast<float>(from.x * x_scale);
    minutia.y = static_cast<float>(from.y * y_scale);
    minutia.direction = static_cast<float>(std::fmod(from.angle * kTurn / angle_units(format), kTurn));
    minutia.type = from.type <= 2 ? static_cast<finger::MinutiaType>(from.type) : finger::MinutiaType::kOther;
    minutia.quality = from.quality <= 100 ? from.quality : std::uint8_t{0};
    out.minutiae.push_back(minutia);
  }
  std::stable_sort(out.minutiae.begin(), out.minutiae.end(),
                   [](const finger::Minutia& a, const finger::Minutia& b) { return a.quality > b.quality; });
  if (out.minutiae.size() > limits::kMinutiaeMax) out.minutiae.resize(limits::kMinutiaeMax);
  for (const finger::Minutia& kept : out.minutiae) {
    right = std::max(right, kept.x + 1.0);
    bottom = std::max(bottom, kept.y + 1.0);
  }
  if (right > kSide || bottom > kSide) return Error{Code::kTooLarge, "minutiae further apart than on any finger"};
  out.width = static_cast<int>(std::ceil(right));
  out.height = static_cast<int>(std::ceil(bottom));
  return out;
}

Result<finger::Template> minutiae_at(MinutiaeView view, MinutiaeFormat format, double ppi) {
  if (ppi > 0 && !is_card(format)) view.x_per_cm = view.y_per_cm = per_cm_of(ppi);  // a card's unit is a length
  return to_template(view, format);
}

bool is_too_dense(const finger::Template& features) {
  // Pixels, from the middle one to its nearest neighbour. 40 prints of FVC2002: 11.4 to 32.5, one in twenty below 14.3.
  constexpr float kApartMin = 10.5f;
  constexpr std::size_t kEnough = 12;
  const std::vector<finger::Minutia>& minutiae = features.minutiae;
  if (minutiae.size() < kEnough) return false;
  std::vector<float> nearest;
  for (std::size_t i = 0; i < minutiae.size(); ++i) {
    float least = std::numeric_limits<float>::max();
    for (std::size_t k = 0; k < minutiae.size(); ++k) {
      const float x = minutiae[i].x - minutiae[k].x, y = minutiae[i].y - minutiae[k].y;
      if (k != i) least = std::min(least, x * x + y * y);
    }
    nearest.push_back(std::sqrt(least));
  }
  const auto middle = nearest.begin() + static_cast<std::ptrdiff_t>(nearest.size() / 2);
  std::nth_element(nearest.begin(), middle, nearest.end());
  return *middle < kApartMin;
}

bool is_unusual(const MinutiaeView& view, MinutiaeFormat format) {
  constexpr double kOff = 0.03;
  const auto near = [&](double usual) {  // pixels a centimetre
    return std::fabs(view.x_per_cm / usual - 1) < kOff && std::fabs(view.y_per_cm / usual - 1) < kOff;
  };
  return !is_card(format) && !near(500 / kCentimetresInInch) && !near(1000 / kCentimetresInInch);
}

MinutiaeRecord to_minutiae_record(const finger::Template& features, MinutiaeFormat format, Finger position,
                                  int quality) {
  const bool compact = format == MinutiaeFormat::kIsoCardCompact;
  const int most = compact ? 255 : 0x3fff;
  MinutiaeRecord record;
  record.format = format;
  MinutiaeView& view = record.views.emplace_back();
  view.position = static_cast<std::uint8_t>(position);
  view.x_per_cm = view.y_per_cm = per_cm_of(format);
  view.minutia_quality = format != MinutiaeFormat::kIsoCard && !compact;
  const bool known = (quality >= 0 && quality <= 100) || !zero_is_unknown(format);
  view.capture.qualities = {{static_cast<std::uint8_t>(known ? std::clamp(quality, 0, 255) : 0), 0, 0}};
  const double scale = 1 / scale_of(view.x_per_cm);
  std::vector<double> xs, ys;
  for (const finger::Minutia& minutia : features.minutiae) {
    xs.push_back(std::round(minutia.x * scale));
    ys.push_back(std::round(minutia.y * scale));
  }
  if (view.x_per_cm == kPerCentimetre) {
    view.width = static_cast<std::uint16_t>(std::clamp(features.width, 1, most));
    view.height = static_cast<std::uint16_t>(std::clamp(features.height, 1, most));
  }
  const int left = shift_of(xs, most), top = shift_of(ys, most);
  const int units = static_cast<int>(angle_units(format));
  for (std::size_t i = 0; i < features.minutiae.size(); ++i) {
    const finger::Minutia& from = features.minutiae[i];
    const double x = xs[i] - left, y = ys[i] - top;
    if (x < 0 || y < 0 || x > most || y > most) continue;
    RecordMinutia& minutia = view.minutiae.emplace_back();
    minutia.type = static_cast<std::uint8_t>(from.type);
    minutia.x = static_cast<std::uint16_t>(x);
    minutia.y = static_cast<std::uint16_t>(y);
    minutia.angle = static_cast<std::uint8_t>(std::lround(double{from.direction} * units / kTurn) % units);
    if (view.minutia_quality) minutia.quality = quality_of(from.quality, format);
  }
  return record;
}

Result<Bytes> card_as_record(ByteView card, std::string_view format_name) {
  ASSIGN_OR_RETURN(const MinutiaeFormat format, format::parse_minutiae_format(format_name));
  if (format != MinutiaeFormat::kIsoCard && format != MinutiaeFormat::kIsoCardCompact)
    return Error{Code::kInvalidInput, "only card and card-compact have to be named: others are told by their content"};
  ASSIGN_OR_RETURN(const MinutiaeRecord record, format::read_minutiae_card(card, format));
  ASSIGN_OR_RETURN(const finger::Template features, to_template(record.views[0], format));
  return format::write_minutiae_record(to_minutiae_record(features, MinutiaeFormat::kIso2005));
}

Result<Bytes> told_as(Bytes file, std::string_view card) {
  if (card.empty() || format::record_kind(file) != format::RecordKind::kUnknown || finger::is_template(file))
    return file;
  return card_as_record(file, card);
}

std::string to_xyt(const finger::Template& features) {
  std::string out;
  for (const finger::Minutia& minutia : features.minutiae) {
    const long degrees = std::lround(double{minutia.direction} * 360 / kTurn);
    out += fmt::format("{} {} {} {}\n", std::lround(minutia.x), features.height - std::lround(minutia.y),
                       (degrees + 180) % 360, minutia.quality);
  }
  return out;
}

}  // namespace puente::intake
