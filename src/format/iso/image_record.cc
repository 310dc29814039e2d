#include "format/iso/image_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <span>

#include "core/check.h"
#include "core/limits.h"
#include "format/image/image.h"
#include "format/iso/deviations.h"

namespace puente::format {
namespace {

// An empty view of a part.
ImageView view_of(ImagePart part) {
  ImageView out;
  if (part == ImagePart::kFace) out.of = FaceView();
  if (part == ImagePart::kIris) out.of = IrisView();
  return out;
}

// What a view, const or not, says of its part alone.
template <typename Part, typename View>
auto& part_of(View& view) {
  auto* part = std::get_if<Part>(&view.of);
  CHECK(part != nullptr);
  return *part;
}

constexpr std::uint32_t kAny = 0xffffffff;
constexpr double kFingerPpiMin = 245, kFingerPpiMax = 1050;
constexpr std::uint32_t kPerCentimetre500 = 197;   // how 500 pixels an inch are written
constexpr std::uint32_t kImpressionMax39794 = 42;  // 41, 42: without contact, as in ANSI/NIST-ITL

template <typename Member>
struct Item {
  std::size_t bytes;
  std::string_view name;
  Member member;
  std::uint32_t max = kAny;  // the largest value that the standard has a meaning for
};
using HeaderMember = std::uint32_t ImageRecordHeader::*;
using HeaderItem = Item<HeaderMember>;
using ViewMember = std::variant<std::uint32_t ImageView::*, std::uint32_t FingerView::*, std::uint32_t FaceView::*,
                                std::uint32_t IrisView::*>;
using ViewItem = Item<ViewMember>;

// ---- the standards' tables, in the order of the bytes ---------------------------------------------------------------

// ISO/IEC 19794-4:2005 tables 2 and 3
constexpr HeaderItem kFinger2005Header[] = {{2, "capture device", &ImageRecordHeader::capture_device},
                                            {2, "image acquisition level", &ImageRecordHeader::acquisition_level},
                                            {1, "number of fingers", &ImageRecordHeader::positions}};
// ANSI INCITS 381-2004 table 2
constexpr HeaderItem kFingerAnsi2004Header[] = {{2, "product identifier owner", &ImageRecordHeader::product_owner},
                                                {2, "product identifier type", &ImageRecordHeader::product_type},
                                                {2, "capture device", &ImageRecordHeader::capture_device},
                                                {2, "image acquisition level", &ImageRecordHeader::acquisition_level},
                                                {1, "number of fingers", &ImageRecordHeader::positions}};
constexpr ViewItem kFinger2005Common[] = {
    {1, "scale units", &FingerView::scale_units, 2},         {2, "scan resolution, horizontal", &FingerView::scan_x},
    {2, "scan resolution, vertical", &FingerView::scan_y},   {2, "image resolution, horizontal", &FingerView::image_x},
    {2, "image resolution, vertical", &FingerView::image_y}, {1, "pixel depth", &ImageView::depth, 16},
    {1, "image compression", &ImageView::compression, 5},    {2, "reserved", &FingerView::header_reserved, 0}};
constexpr ViewItem kFinger2005View[] = {{1, "finger position", &ImageView::position, 36},
                                        {1, "count of views", &FingerView::view_count},
                                        {1, "view number", &ImageView::view_number},
                                        {1, "quality", &ImageView::quality, 254},
                                        {1, "impression type", &FingerView::impression},
                                        {2, "width", &ImageView::width},
                                        {2, "height", &ImageView::height},
                                        {1, "reserved", &FingerView::reserved, 0}};
// ISO/IEC 19794-4:2011 tables 2 and 4
constexpr HeaderItem kFinger2011Header[] = {{1, "number of finger positions", &ImageRecordHeader::positions}};
constexpr ViewItem kFinger2011View[] = {{1, "finger position", &ImageView::position, 60},
                                        {1, "representation number", &ImageView::view_number},
                                        {1, "scale units", &FingerView::scale_units, 2},
                                        {2, "scan resolution, horizontal", &FingerView::scan_x},
                                        {2, "scan resolution, vertical", &FingerView::scan_y},
                                        {2, "image resolution, horizontal", &FingerView::image_x},
                                        {2, "image resolution, vertical", &FingerView::image_y},
                                        {1, "pixel depth", &ImageView::depth, 16},
                                        {1, "image compression", &ImageView::compression, 6},
                                        {1, "impression type", &FingerView::impression, 29},
                                        {2, "width", &ImageView::width},
                                        {2, "height", &ImageView::height}};
// ISO/IEC 19794-5:2005 clauses 5.5 and 5.7
constexpr ViewItem kFace2005View[] = {{1, "gender", &FaceView::gender},
                                      {1, "eye colour", &FaceView::eye_colour},
                                      {1, "hair colour", &FaceView::hair_colour},
                                      {3, "properties", &FaceView::properties},
                                      {2, "expression", &FaceView::expression},
                                      {1, "pose angle, yaw", &FaceView::yaw, 180},
                                      {1, "pose angle, pitch", &FaceView::pitch, 180},
                                      {1, "pose angle, roll", &FaceView::roll, 180},
                                      {1, "pose angle uncertainty, yaw", &FaceView::yaw_uncertainty, 181},
                                      {1, "pose angle uncertainty, pitch", &FaceView::pitch_uncertainty, 181},
                                      {1, "pose angle uncertainty, roll", &FaceView::roll_uncertainty, 181}};
constexpr ViewItem kFace2005Image[] = {{1, "face image type", &FaceView::image_type, 2},
                                       {1, "image data type", &ImageView::compression, 1},
                                       {2, "width", &ImageView::width},
                                       {2, "height", &ImageView::height},
                                       {1, "image colour space", &FaceView::colour_space},
                                       {1, "source type", &FaceView::source_type},
                                       {2, "device type", &FaceView::device_type},
                                       {2, "quality", &ImageView::quality}};
// ISO/IEC 19794-5:2011 table 2
constexpr HeaderItem kFace2011Header[] = {{2, "temporal semantics", &ImageRecordHeader::temporal}};
constexpr ViewItem kFace2011View[] = {{1, "gender", &FaceView::gender},
                                      {1, "eye colour", &FaceView::eye_colour},
                                      {1, "hair colour", &FaceView::hair_colour},
                                      {1, "subject height", &FaceView::subject_height},
                                      {3, "properties", &FaceView::properties},
                                      {2, "expression", &FaceView::expression},
                                      {1, "pose angle, yaw", &FaceView::yaw, 180},
                                      {1, "pose angle, pitch", &FaceView::pitch, 180},
                                      {1, "pose angle, roll", &FaceView::roll, 180},
                                      {1, "pose angle uncertainty, yaw", &FaceView::yaw_uncertainty, 181},
                                      {1, "pose angle uncertainty, pitch", &FaceView::pitch_uncertainty, 181},
                                      {1, "pose angle uncertainty, roll", &FaceView::roll_uncertainty, 181}};
constexpr ViewItem kFace2011Image[] = {{1, "face image type", &FaceView::image_type},
                                       {1, "image data type", &ImageView::compression, 3},
                                       {2, "width", &ImageView::width},
                                       {2, "height", &ImageView::height},
                                       {1, "spatial sampling rate level", &FaceView::sampling_rate, 7},
                                       {2, "post-acquisition processing", &FaceView::processing},
                                       {1, "cross reference", &FaceView::cross_reference},
                                       {1, "image colour space", &FaceView::colour_space}};
// ISO/IEC 19794-6:2005 tables 2, 3 and 4
constexpr HeaderItem kIris2005Header[] = {{2, "capture device", &ImageRecordHeader::capture_device},
                                          {1, "number of eyes", &ImageRecordHeader::positions, 2},
                                          {2, "header length", &ImageRecordHeader::header_bytes}};
constexpr ViewItem kIris2005Common[] = {{2, "image properties", &IrisView::image_properties},
                                        {2, "iris diameter", &IrisView::iris_diameter},
                                        {2, "image format", &ImageView::compression, 16},
                                        {2, "width", &ImageView::width},
                                        {2, "height", &ImageView::height},
                                        {1, "intensity depth", &ImageView::depth, 24},
                                        {1, "image transformation", &IrisView::transformation}};
constexpr ViewItem kIris2005View[] = {{2, "image number", &ImageView::view_number},
                                      {1, "quality", &ImageView::quality, 254},
                                      {2, "rotation angle", &IrisView::roll},
                                      {2, "rotation uncertainty", &IrisView::roll_uncertainty}};
constexpr std::size_t kDeviceIdBytes = 16;
// ISO/IEC 19794-6:2011 tables 2 and 4
constexpr HeaderItem kIris2011Header[] = {{1, "number of eyes", &ImageRecordHeader::positions, 2}};
constexpr ViewItem kIris2011View[] = {{2, "representation number", &ImageView::view_number},
                                      {1, "eye label", &ImageView::position, 2},
                                      {1, "image type", &IrisView::image_type, 7},
                                      {1, "image format", &ImageView::compression, 14},
                                      {1, "image properties", &IrisView::image_properties},
                                      {2, "width", &ImageView::width},
                                      {2, "height", &ImageView::height},
                                      {1, "bit depth", &ImageView::depth},
                                      {2, "range", &IrisView::range},
                                      {2, "roll angle", &IrisView::roll},
                                      {2, "roll angle uncertainty", &IrisView::roll_uncertainty},
                                      {2, "iris centre x, smallest", &IrisView::x_smallest},
                                      {2, "iris centre x, largest", &IrisView::x_largest},
                                      {2, "iris centre y, smallest", &IrisView::y_smallest},
                                      {2, "iris centre y, largest", &IrisView::y_largest},
                                      {2, "iris diameter, smallest", &IrisView::diameter_smallest},
                                      {2, "iris diameter, largest", &IrisView::diameter_largest}};

struct ImageLayout {
  ImagePart part;
  int edition;
  std::string_view magic, version;
  std::size_t length_bytes;  // of the record's length
  std::span<const HeaderItem> header;
  std::span<const ViewItem> common;       // of the header, the same for all views
  std::span<const ViewItem> view, image;  // image: after the points of a face
  bool ansi = false;
};
constexpr std::string_view kMagics[] = {{"FIR\0", 4}, {"FAC\0", 4}, {"IIR\0", 4}};
constexpr std::string_view kFirst{"010\0", 4}, kSecond{"020\0", 4}, kThird{"030\0", 4};
constexpr ImageLayout kImageLayouts[] = {
    {ImagePart::kFinger, 2005, kMagics[0], kFirst, 6, kFinger2005Header, kFinger2005Common, kFinger2005View, {}},
    {ImagePart::kFinger,
     2005,
     kMagics[0],
     kFirst,
     6,
     kFingerAnsi2004Header,
     kFinger2005Common,
     kFinger2005View,
     {},
     true},
    {ImagePart::kFinger, 2011, kMagics[0], kSecond, 4, kFinger2011Header, {}, kFinger2011View, {}},
    {ImagePart::kFace, 2005, kMagics[1], kFirst, 4, {}, {}, kFace2005View, kFace2005Image},
    {ImagePart::kFace, 2011, kMagics[1], kThird, 4, kFace2011Header, {}, kFace2011View, kFace2011Image},
    {ImagePart::kIris, 2005, kMagics[2], kFirst, 4, kIris2005Header, kIris2005Common, kIris2005View, {}},
    {ImagePart::kIris, 2011, kMagics[2], kSecond, 4, kIris2011Header, {}, kIris2011View, {}},
};

const ImageLayout& image_layout_of(const ImageRecord& record) {
  for (const ImageLayout& layout : kImageLayouts)
    if (layout.part == record.part && layout.edition == record.edition && layout.ansi == record.ansi) return layout;
  return kImageLayouts[0];
}
bool is_iris_2005(const ImageLayout& layout) {
  return layout.part == ImagePart::kIris && layout.edition == 2005;
}

template <typename Header>
auto& at(Header& header, HeaderMember member) {
  return header.*member;
}
template <typename View>
auto& at(View& view, const ViewMember& member) {
  return std::visit(
      [&]<typename Of>(std::uint32_t Of::*pointer) -> auto& {
        if constexpr (std::is_same_v<Of, ImageView>) {
          return view.*pointer;
        } else {
          return part_of<Of>(view).*pointer;
        }
      },
      member);
}

Error damaged_image(std::string_view what) {
  return {Code::kInvalidInput, fmt::format("damaged image record: {}", what)};
}

constexpr std::size_t kImageViewsMax = 0xffff;

Error too_many() {
  return {Code::kTooLarge, fmt::format("an image record of more than {} views", kImageViewsMax)};
}

// ---- reading --------------------------------------------------------------------------------------------------------

std::uint64_t number(ByteReader& in, std::size_t bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i) value = value << 8 | in.u8();
  return value;
}
template <typename Member, typename Of>
void read_items(ByteReader& in, std::span<const Item<Member>> items, Of& into) {
  for (const Item<Member>& item : items) at(into, item.member) = static_cast<std::uint32_t>(number(in, item.bytes));
}
void assign(Bytes& to, ByteView from) {
  to.assign(from.begin(), from.end());
}

// A view that says how long it is: all but irises of 2005.
Status read_view(ByteReader& in, const ImageLayout& layout, const ImageRecord& record, ImageView& view) {
  const std::uint32_t length = in.u32();
  if (length < 4 || length - 4 > in.left()) return damaged_image("a view's length goes beyond the record's");
  ByteReader body(in.raw(length - 4));
  if (layout.edition == 2011) view.capture = read_capture(body, record.certified);
  const std::size_t points = layout.part == ImagePart::kFace ? body.u16() : 0;
  read_items(body, layout.view, view);
  for (std::size_t i = 0; i < points && body.ok(); ++i) {
    FacePoint& point = view.face().points.emplace_back();
    point.type = body.u8();
    point.code = body.u8();
    point.x = body.u16();
    point.y = body.u16();
    point.z = body.u16();
  }
  read_items(body, layout.image, view);
  if (layout.edition == 2011) assign(view.image, body.counted());
  if (!body.ok()) return damaged_image("a view is shorter than what it holds");
  assign(layout.edition == 2011 ? view.extended : view.image, body.raw(body.left()));
  return {};
}

Status read_eye_2005(ByteReader& in, const ImageLayout& layout, const ImageView& common, ImageRecord& record) {
  const std::uint8_t eye = in.u8();
  const std::uint16_t images = in.u16();
  record.eyes.push_back({eye, images});
  for (int i = 0; i < images && in.ok(); ++i) {
    if (record.views.size() >= kImageViewsMax) return too_many();
    ImageView& view = record.views.emplace_back(common);
    view.position = eye;
    read_items(in, layout.view, view);
    assign(view.image, in.counted());
  }
  return {};
}

// Images of one eye that follow one another are one group.
std::vector<Eye2005> eyes_of(const std::vector<ImageView>& views) {
  std::vector<Eye2005> out;
  for (const ImageView& view : views) {
    if (out.empty() || out.back().eye != view.position) out.push_back({static_cast<std::uint8_t>(view.position), 0});
    ++out.back().images;
  }
  return out;
}

// Nothing counts the views of a finger record of 2005: there is another while the stated length has room for one.
bool another_finger(std::uint64_t length, std::uint64_t read) {
  constexpr std::size_t kViewBytesMin = 14;
  return length >= read + kViewBytesMin;
}

Status read_views(ByteView bytes, std::uint64_t length, ByteReader& in, const ImageLayout& layout,
                  ImageRecord& record) {
  ImageView common = view_of(layout.part);
  std::size_t count = 0;
  if (layout.edition == 2011 || layout.part == ImagePart::kFace) count = in.u16();
  if (layout.edition == 2011) record.certified = in.u8() != 0;
  read_items(in, layout.header, static_cast<ImageRecordHeader&>(record));
  read_items(in, layout.common, common);
  if (is_iris_2005(layout)) {
    record.device_id = text(in.raw(kDeviceIdBytes));
    for (std::uint32_t eye = 0; eye < record.positions && in.ok(); ++eye)
      TRY(read_eye_2005(in, layout, common, record));
    if (record.views.empty() && !record.eyes.empty()) return damaged_image("no eye has images");
    if (record.eyes == eyes_of(record.views)) record.eyes.clear();
  } else if (layout.part == ImagePart::kFinger && layout.edition == 2005) {
    if (!another_finger(length, bytes.size() - in.left())) length = bytes.size();  // says nothing
    while (another_finger(length, bytes.size() - in.left())) {
      if (record.views.size() >= kImageViewsMax) return too_many();
      TRY(read_view(in, layout, record, record.views.emplace_back(common)));
    }
  } else {
    for (std::size_t i = 0; i < count && in.ok(); ++i)
      TRY(read_view(in, layout, record, record.views.emplace_back(common)));
  }
  if (!in.ok()) return damaged_image(fmt::format("it ends within view {}", record.views.size()));
  if (record.views.empty() && in.left() > 0)
    return damaged_image("it counts no views, and more than its header is there");
  return {};
}

Result<ImageRecord> read_image_as(ByteView bytes, const ImageLayout& layout) {
  ImageRecord record;
  record.part = layout.part;
  record.edition = layout.edition;
  record.ansi = layout.ansi;
  ByteReader in(bytes.subspan(8));
  const std::uint64_t length = number(in, layout.length_bytes);
  TRY(read_views(bytes, length, in, layout, record));
  record.length_error = static_cast<std::int64_t>(length) - static_cast<std::int64_t>(bytes.size() - in.left());
  assign(record.after, in.raw(in.left()));
  return record;
}

// How far the record is from ending where it says, in bytes.
std::uint64_t image_disorder(const ImageRecord& record) {
  return static_cast<std::uint64_t>(std::abs(record.length_error)) + record.after.size();
}

// ---- writing --------------------------------------------------------------------------------------------------------

void put(ByteWriter& out, std::uint64_t value, std::size_t bytes) {
  for (std::size_t i = bytes; i > 0; --i) out.u8(static_cast<std::uint8_t>(value >> 8 * (i - 1)));
}
template <typename Member, typename Of>
Status write_items(ByteWriter& out, std::span<const Item<Member>> items, const Of& from) {
  for (const Item<Member>& item : items) {
    const std::uint32_t value = at(from, item.member);
    if (item.bytes < 4 && value >> 8 * item.bytes != 0)
      return {Code::kInvalidInput, fmt::format("image record: {} {} has no room", item.name, value)};
    put(out, value, item.bytes);
  }
  return {};
}

std::span<const FacePoint> points_of(const ImageView& view) {
  const auto* face = std::get_if<FaceView>(&view.of);
  return face ? std::span(face->points) : std::span<const FacePoint>();
}

Status write_view(ByteWriter& out, const ImageLayout& layout, const ImageRecord& record, const ImageView& view) {
  ByteWriter body;
  const std::span<const FacePoint> points = points_of(view);
  if (points.size() > 0xffff || view.capture.qualities.size() > 255 || view.capture.certifications.size() > 255)
    return {Code::kInvalidInput, "image record: more points or blocks than it can hold"};
  if (layout.edition == 2011) write_capture(body, view.capture, record.certified);
  if (layout.part == ImagePart::kFace) body.u16(static_cast<std::uint16_t>(points.size()));
  TRY(write_items(body, layout.view, view));
  for (const FacePoint& point : points) body.u8(point.type).u8(point.code).u16(point.x).u16(point.y).u16(point.z);
  TRY(write_items(body, layout.image, view));
  if (layout.edition == 2011) body.u32(static_cast<std::uint32_t>(view.image.size()));
  body.raw(view.image).raw(view.extended);
  const Bytes bytes = body.take();
  out.u32(static_cast<std::uint32_t>(bytes.size() + 4)).raw(bytes);
  return {};
}

Status write_eyes_2005(ByteWriter& out, const ImageLayout& layout, const std::vector<Eye2005>& eyes,
                       const std::vector<ImageView>& views) {
  auto view = views.begin();
  for (const Eye2005& eye : eyes) {
    out.u8(eye.eye).u16(eye.images);
    for (int i = 0; i < eye.images; ++i, ++view) {
      if (view == views.end() || view->position != eye.eye)
        return {Code::kInvalidInput, "image record: other eyes than those of its views"};
      TRY(write_items(out, layout.view, *view));
      out.counted(view->image);
    }
  }
  if (view != views.end()) return {Code::kInvalidInput, "image record: a view of no eye"};
  return {};
}

std::size_t positions_of(const ImageRecord& record) {
  std::vector<std::uint32_t> positions;
  for (const ImageView& view : record.views) positions.push_back(view.position);
  std::sort(positions.begin(), positions.end());
  positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
  return positions.size();
}

// ---- images ---------------------------------------------------------------------------------------------------------

// Bytes of pixels without a header; nullopt: the image is a file of some kind.
std::optional<std::uint64_t> raw_bytes(const ImageRecord& record, const ImageView& view) {
  const std::uint64_t pixels = std::uint64_t{view.width} * view.height;
  const bool finger = record.part == ImagePart::kFinger;
  if (finger && view.compression == 1) return (pixels * view.depth + 7) / 8;  // without gaps between pixels
  if (finger ? view.compression == 0 : record.part == ImagePart::kIris && view.compression == 2)
    return pixels * (view.depth > 8 ? 2 : 1);
  if (record.part == ImagePart::kIris && view.compression == 4 && record.edition == 2005) return pixels * 3;
  return std::nullopt;
}

// What a code of the image's compression stands for; nullopt: pixels, JPEG-LS, reserved.
std::optional<ImageKind> kind_of(const ImageRecord& record, std::uint32_t code) {
  struct Known {
    ImagePart part;
    int edition;  // 0: both
    std::uint32_t code;
    ImageKind kind;
  };
  constexpr Known kKnown[] = {
      {ImagePart::kFinger, 0, 2, ImageKind::kWsq},         {ImagePart::kFinger, 0, 3, ImageKind::kJpeg},
      {ImagePart::kFinger, 0, 4, ImageKind::kJpeg2000},    {ImagePart::kFinger, 2005, 5, ImageKind::kPng},
      {ImagePart::kFinger, 2011, 5, ImageKind::kJpeg2000}, {ImagePart::kFinger, 2011, 6, ImageKind::kPng},
      {ImagePart::kFace, 0, 0, ImageKind::kJpeg},          {ImagePart::kFace, 0, 1, ImageKind::kJpeg2000},
      {ImagePart::kFace, 2011, 2, ImageKind::kJpeg2000},   {ImagePart::kFace, 2011, 3, ImageKind::kPng},
      {ImagePart::kIris, 2005, 6, ImageKind::kJpeg},       {ImagePart::kIris, 2005, 8, ImageKind::kJpeg},
      {ImagePart::kIris, 2005, 14, ImageKind::kJpeg2000},  {ImagePart::kIris, 2005, 16, ImageKind::kJpeg2000},
      {ImagePart::kIris, 2011, 10, ImageKind::kJpeg2000},  {ImagePart::kIris, 2011, 14, ImageKind::kPng},
  };
  for (const Known& known : kKnown)
    if (known.part == record.part && (known.edition == 0 || known.edition == record.edition) && known.code == code)
      return known.kind;
  return std::nullopt;
}

void check_image(const ImageRecord& record, const ImageView& view, const std::string& where, Deviations& out) {
  std::int64_t width = view.width, height = view.height;
  const auto pixels = raw_bytes(record, view);
  const auto kind = kind_of(record, view.compression);
  if (view.image.empty()) {
    out.add(where + "without an image");
  } else if (holds_pixels(record, view)) {
    if (*pixels != view.image.size())
      out.add(fmt::format("{}{} bytes of pixels for {} x {} of {} bits", where, view.image.size(), view.width,
                          view.height, view.depth));
  } else if (pixels || kind) {
    const Result<ImageHeader> header = image_header(view.image);
    if (pixels)
      out.add(fmt::format("{}its code {} stands for pixels; the image is {}", where, view.compression,
                          image_name(view.image)));
    else if (!header.ok() || header->kind != *kind)
      out.add(fmt::format("{}the image is not of the kind that its code {} stands for", where, view.compression));
    if (header.ok() && (header->width != width || header->height != height)) {
      out.add(fmt::format("{}the record says {} x {}, its image {} x {}", where, width, height, header->width,
                          header->height));
      width = header->width;
      height = header->height;
    }
  }
  // points of other kinds lie in space
  const std::span<const FacePoint> points = points_of(view);
  const auto outside = std::count_if(points.begin(), points.end(), [&](const FacePoint& point) {
    return (point.type == 1 || point.type == 2) && (point.x >= width || point.y >= height);
  });
  if (outside > 0)
    out.add(fmt::format("{}{} feature points lie outside the image of {} x {}", where, outside, width, height));
}

// What no scanner of fingers makes: 19794-4, table 1, begins at 125 pixels an inch and ends at 1000.
void check_resolution(const FingerView& finger, const std::string& where, Deviations& out) {
  const bool centimetres = finger.scale_units == 2;
  const double ppi = finger.image_x * (centimetres ? kCentimetresInInch : 1);
  if (finger.image_x != finger.image_y)
    out.add(fmt::format("{}image resolutions of {} and {}: the pixels are not square", where, finger.image_x,
                        finger.image_y));
  if (finger.image_x == kPerCentimetre500 && !centimetres)
    out.add(where + "197 pixels an inch: 500 an inch are 197 a centimetre, and are taken for that");
  else if (ppi < kFingerPpiMin || ppi > kFingerPpiMax)
    out.add(fmt::format("{}an image resolution of {} pixels a{}{}: fingers are scanned at 500 or 1000 an inch", where,
                        finger.image_x, centimetres ? " centimetre" : "n inch",
                        centimetres ? fmt::format(", {:.0f} an inch", ppi) : ""));
}

// Big-endian pairs of which 9 to 16 bits count.
Bytes eight_bits_of(ByteView pairs, std::uint32_t depth) {
  const std::uint32_t max = (1u << depth) - 1;
  Bytes out;
  out.reserve(pairs.size() / 2);
  for (ByteReader in(pairs); in.left() > 0;) {
    const std::uint32_t value = std::min<std::uint32_t>(in.u16(), max);
    out.push_back(static_cast<std::uint8_t>((value * 255 + max / 2) / max));
  }
  return out;
}

}  // namespace

FingerView& ImageView::finger() {
  return part_of<FingerView>(*this);
}
FaceView& ImageView::face() {
  return part_of<FaceView>(*this);
}
IrisView& ImageView::iris() {
  return part_of<IrisView>(*this);
}
const FingerView& ImageView::finger() const {
  return part_of<FingerView>(*this);
}
const FaceView& ImageView::face() const {
  return part_of<FaceView>(*this);
}
const IrisView& ImageView::iris() const {
  return part_of<IrisView>(*this);
}

ImageView& ImageRecord::add_view() {
  return views.emplace_back(view_of(part));
}

bool is_image_record(ByteView bytes) {
  return std::any_of(std::begin(kMagics), std::end(kMagics),
                     [&](std::string_view magic) { return text(bytes).starts_with(magic); });
}

Result<ImageRecord> read_image_record(ByteView bytes) {
  if (!is_image_record(bytes))
    return Error{Code::kInvalidInput, "not an image record: it begins with \"FIR\", \"FAC\" or \"IIR\""};
  if (bytes.size() > limits::kRecordBytesMax) return Error{Code::kTooLarge, "an image record over 64 MiB"};
  if (bytes.size() < 16) return damaged_image("it ends within its header");
  const std::string_view magic = text(bytes).substr(0, 4), version = text(bytes).substr(4, 4);
  // drafts of 19794-6:2005 are numbered up to 013 and differ in nothing
  const bool draft =
      magic == kMagics[2] && version >= std::string_view("011\0", 4) && version <= std::string_view("013\0", 4);
  std::optional<Result<ImageRecord>> best;
  for (const ImageLayout& layout : kImageLayouts) {
    if (layout.magic != magic || (layout.version != version && !(draft && layout.version == kFirst))) continue;
    Result<ImageRecord> record = read_image_as(bytes, layout);
    if (record.ok() && version != layout.version) std::copy(version.begin(), version.end(), record->version);
    if (record.ok() && image_disorder(*record) == 0) return record;
    if (!best || (record.ok() && (!best->ok() || image_disorder(*record) < image_disorder(**best))))
      best = std::move(record);
  }
  if (best) return *std::move(best);
  return Error{Code::kUnsupported, "an image record of another version than ISO 19794-4, -5, -6 of 2005 and 2011"};
}

Result<Bytes> write_image_record(const ImageRecord& record) {
  const ImageLayout& layout = image_layout_of(record);
  const bool counted = layout.edition == 2011 || layout.part == ImagePart::kFace;
  if (record.views.size() > kImageViewsMax) return too_many();
  for (const ImageView& view : record.views)
    if (view.part() != record.part) return Error{Code::kInvalidInput, "image record: a view of another part"};
  const ImageView common = record.views.empty() ? view_of(record.part) : record.views[0];
  for (const ImageView& view : record.views)
    for (const ViewItem& item : layout.common)
      if (at(view, item.member) != at(common, item.member))
        return Error{Code::kInvalidInput, fmt::format("image record: {} is one for all views", item.name)};
  ByteWriter body;
  if (counted) body.u16(static_cast<std::uint16_t>(record.views.size()));
  if (layout.edition == 2011) body.u8(record.certified);
  const std::vector<Eye2005> eyes = record.eyes.empty() ? eyes_of(record.views) : record.eyes;
  ImageRecordHeader header = record;
  if (is_iris_2005(layout)) {
    header.positions = static_cast<std::uint32_t>(eyes.size());
  } else if (record.positions == 0 && layout.part != ImagePart::kFace) {
    header.positions = static_cast<std::uint32_t>(layout.edition == 2005 ? record.views.size() : positions_of(record));
  }
  TRY(write_items(body, layout.header, header));
  TRY(write_items(body, layout.common, common));
  if (is_iris_2005(layout)) {
    std::string id = record.device_id;
    id.resize(kDeviceIdBytes, '\0');
    body.raw(view(id));
    TRY(write_eyes_2005(body, layout, eyes, record.views));
  } else {
    for (const ImageView& each : record.views) TRY(write_view(body, layout, record, each));
  }
  const Bytes bytes = body.take();
  ByteWriter out;
  out.raw(view(layout.magic));
  out.raw(view(record.version[0] != 0 ? std::string_view(record.version, 4) : layout.version));
  const auto length = static_cast<std::int64_t>(8 + layout.length_bytes + bytes.size());
  put(out, static_cast<std::uint64_t>(length + record.length_error), layout.length_bytes);
  return out.raw(bytes).raw(record.from_39794 ? Bytes() : record.after).take();
}

// 19794-4:2005, tables 1 and 7.
static void check_codes_of_2005(const ImageRecord& record, Deviations& out) {
  constexpr std::array<std::uint32_t, 7> kLevels = {10, 20, 30, 31, 35, 40, 41}, kImpressions = {0, 1, 2, 3, 7, 8, 9};
  const auto is_one_of = [](const auto& codes, std::uint32_t code) {
    return std::find(codes.begin(), codes.end(), code) != codes.end();
  };
  if (!is_one_of(kLevels, record.acquisition_level))
    out.add(fmt::format("acquisition level {} is none of {}", record.acquisition_level, fmt::join(kLevels, ", ")));
  for (std::size_t i = 0; i < record.views.size(); ++i)
    if (const std::uint32_t impression = record.views[i].finger().impression; !is_one_of(kImpressions, impression))
      out.add(
          fmt::format("view {}: impression type {} is none of {}", i + 1, impression, fmt::join(kImpressions, ", ")));
}

std::vector<std::string> check_image_record(const ImageRecord& record) {
  Deviations out;
  const ImageLayout& layout = image_layout_of(record);
  const auto note = [&](std::string_view where, std::string_view name, std::uint32_t value, std::uint32_t max) {
    if (max != kAny && value > max) out.add(fmt::format("{}{} {} is over {}", where, name, value, max));
  };
  if (record.length_error != 0) out.add(fmt::format("the record's length is off by {}", record.length_error));
  if (!record.after.empty()) out.add(fmt::format("{} bytes follow the last view", record.after.size()));
  for (const HeaderItem& item : layout.header) note("", item.name, record.*item.member, item.max);
  if (record.views.empty()) out.add("a record has at least one view");
  if (layout.part == ImagePart::kFinger && layout.edition == 2005) check_codes_of_2005(record, out);
  for (const Eye2005& eye : record.eyes)
    if (eye.images == 0) out.add(fmt::format("eye {} is without images", eye.eye));
  for (std::size_t i = 0; i < record.views.size(); ++i) {
    const ImageView& view = record.views[i];
    const std::string where = fmt::format("view {}: ", i + 1);
    for (const auto items : {layout.common, layout.view, layout.image}) {
      for (const ViewItem& item : items) {
        const bool newer = record.from_39794 && item.member == ViewMember(&FingerView::impression);
        const std::uint32_t value = at(view, item.member);
        // 255 and 65535 stand for "not known" wherever there is no other word for it
        if (value != (1ull << 8 * item.bytes) - 1)
          note(where, item.name, value, newer ? kImpressionMax39794 : item.max);
      }
    }
    for (const QualityBlock& quality : view.capture.qualities)
      if (quality.value > 100 && quality.value < 254) note(where, "quality", quality.value, 100);
    if (layout.part == ImagePart::kFinger) check_resolution(view.finger(), where, out);
    check_image(record, view, where, out);
  }
  return out.take();
}

bool holds_pixels(const ImageRecord& record, const ImageView& view) {
  const auto bytes = raw_bytes(record, view);
  return bytes && (*bytes == view.image.size() || image_name(view.image).empty());
}

double stated_ppi(const ImageView& view) {
  const auto* finger = std::get_if<FingerView>(&view.of);
  if (finger == nullptr || finger->image_x != finger->image_y) return 0;
  if (finger->image_x == kPerCentimetre500) return 500;  // said of an inch, it is of a centimetre all the same
  const double ppi = finger->image_x * (finger->scale_units == 2 ? kCentimetresInInch : 1);
  return ppi >= limits::kPpiMin && ppi <= limits::kPpiMax ? ppi : 0;
}

Result<Image> decode_view(const ImageRecord& record, const ImageView& view, std::vector<std::string>* remarks) {
  Image image;
  if (holds_pixels(record, view)) {
    const std::uint64_t bytes = *raw_bytes(record, view);
    image.width = static_cast<int>(view.width);
    image.height = static_cast<int>(view.height);
    image.channels = record.part == ImagePart::kIris && view.compression == 4 ? 3 : 1;
    const std::uint64_t pixels = std::uint64_t{view.width} * view.height;
    if (pixels == 0 || pixels > limits::kImagePixelsMax || image.width > limits::kImageSideMax ||
        image.height > limits::kImageSideMax)
      return Error{Code::kTooLarge, "image record: an image without pixels, or with too many"};
    const bool deep = view.depth > 8 && view.depth <= 16 && bytes == 2 * pixels;
    if (!deep && view.depth != 8 && view.depth != 8u * static_cast<unsigned>(image.channels))
      return Error{Code::kUnsupported, fmt::format("image record: pixels of {} bits are not read", view.depth)};
    if (view.image.size() != bytes)
      return damaged_image(fmt::format("{} bytes of pixels for {} x {}", view.image.size(), view.width, view.height));
    image.pixels = deep ? eight_bits_of(view.image, view.depth) : view.image;
  } else {
    ASSIGN_OR_RETURN(image, decode_image(view.image, remarks));
  }
  const double ppi = stated_ppi(view);
  if (remarks != nullptr && ppi > 0 && image.ppi > 0 && !is_same_ppi(ppi, image.ppi))
    remarks->push_back(
        fmt::format("the record says {:.0f} pixels an inch, its image {:.0f}: the record's are taken", ppi, image.ppi));
  if (ppi > 0) image.ppi = ppi;
  return image;
}

std::vector<std::pair<std::string_view, std::uint32_t>> describe(const ImageRecord& record, int view) {
  std::vector<std::pair<std::string_view, std::uint32_t>> out;
  const ImageLayout& layout = image_layout_of(record);
  if (view < 0) {
    for (const HeaderItem& item : layout.header) out.emplace_back(item.name, record.*item.member);
    return out;
  }
  for (const auto items : {layout.common, layout.view, layout.image})
    for (const ViewItem& item : items)
      out.emplace_back(item.name, at(record.views[static_cast<std::size_t>(view)], item.member));
  return out;
}

}  // namespace puente::format
